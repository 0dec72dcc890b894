"""Session numbers in any form, and moves from one session to another."""

import pytest

from knowledge.ordinals import find_numbers, find_shift


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第3回の内容", (3,)),
        ("第三回", (3,)),
        ("3回目は", (3,)),
        ("三回目", (3,)),
        ("だい5かい", (5,)),
        ("だいごかいはいつ", (5,)),
        ("さんかいめ", (3,)),
        ("だいろっかい", (6,)),
        ("弟4回", (4,)),
        ("セミナー2回", (2,)),
        ("#7", (7,)),
        ("session 3", (3,)),
        ("Session No. 4", (4,)),
        ("the 5th session", (5,)),
        ("the second class", (2,)),
        ("初回", (1,)),
        ("しょかいは", (1,)),
        ("一番最初の回", (1,)),
        ("最初の講座", (1,)),
        ("the first session", (1,)),
        ("最終回", (8,)),
        ("最後の回", (8,)),
        ("じゃあ最後のは", (8,)),
        ("最初のやつ", (1,)),
        ("おしまいの回", (8,)),
        ("the last session", (8,)),
        ("第2回と第4回", (2, 4)),
        ("第4回と初回", (4, 1)),
        ("第3回、3回目", (3,)),
    ],
)
def test_session_numbers_are_found(text: str, numbers: tuple[int, ...]) -> None:
    assert find_numbers(text, 8) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "全8回ですか",
        "何回ありますか",
        "3人で",
        "事例(2)",
        "2のほうは",
        "第9回",
        "10回目",
        "一回だけ参加",
        "最後に質問です",
        "今回は",
        "",
    ],
)
def test_other_numbers_are_no_sessions(text: str) -> None:
    assert find_numbers(text, 8) == ()


def test_the_last_session_is_the_programmes() -> None:
    assert (find_numbers("最終回", 6), find_numbers("第8回", 6)) == ((6,), ())


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("その次は?", 1),
        ("次回は", 1),
        ("つぎは いつ", 1),
        ("次の次", 2),
        ("つぎのつぎは", 2),
        ("その前の回は", -1),
        ("前回は", -1),
        ("the next one", 1),
        ("セミナーはいつ", None),
        ("", None),
    ],
)
def test_moves_to_another_session_are_found(text: str, shift: int | None) -> None:
    assert find_shift(text) == shift
