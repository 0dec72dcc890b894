"""Texts that sound alike have one sound, whatever they are written with."""

import pytest

from knowledge.reading import Reader, fold_sound


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("応援デスクは", "応縁デスクわ"),
        ("協力事業所", "強力事業所"),
        ("セミナー", "セミナ"),
        ("もうしこみ", "モウシコミ"),
        ("申込", "もうしこみ"),
        ("申し込みを", "申し込みお"),
        ("ちかづく", "ちかずく"),
        ("コンサルテーション", "コンサルテション"),
        ("重層的支援", "じゅうそうてきしえん"),
        ("ロジックモデル", "ロジツクモデル"),
    ],
)
def test_texts_that_sound_alike_are_one_to_the_ear(reader: Reader, one: str, other: str) -> None:
    assert reader.sound(one) == reader.sound(other)


@pytest.mark.parametrize(("one", "other"), [("締切", "内容"), ("第1回", "第2回"), ("デスク", "リスク")])
def test_texts_that_sound_otherwise_stay_apart(reader: Reader, one: str, other: str) -> None:
    assert reader.sound(one) != reader.sound(other)


@pytest.mark.parametrize(
    ("reading", "folded"),
    [
        ("こうりゅう", "コリユ"),
        ("セイ", "セ"),
        ("ヅツヂ", "ズツジ"),
        ("ハヲヘ", "ワオエ"),
        ("Zoom!?", "zoom"),
        ("13:30", "1330"),
        ("", ""),
    ],
)
def test_a_reading_is_folded(reading: str, folded: str) -> None:
    assert fold_sound(reading) == folded


def test_content_words_carry_their_normalised_form(reader: Reader) -> None:
    assert [w.form for w in reader.read("打ち合わせをする8のseminars") if w.is_content] == [
        "打ち合わせ",
        "8",
        "seminar",
    ]


@pytest.mark.parametrize("text", ["", " ", "😀", "\n", "。"])
def test_a_text_without_words_makes_no_sound(reader: Reader, text: str) -> None:
    assert reader.sound(text) == ""
