"""Long texts arrive in parts that can be read."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.divide import divide, units

FAMILY = "👨‍👩‍👧‍👦"
PIECES = st.sampled_from(
    ["あ", "。", "a", ".", " ", "\n", "\n\n", "　", FAMILY, "𠮷", "🇯🇵", "👍🏽", "が", "！", "」", "\x00"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=60).map("".join)


def without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(TEXTS, st.integers(min_value=2, max_value=60))
def test_parts_are_short_and_lose_nothing_but_space_at_the_cuts(text: str, longest: int) -> None:
    parts = divide(text, longest)
    assert without_space("".join(parts)) == without_space(text)
    assert [units(part) for part in parts if units(part) > longest] == []
    assert [part for part in parts if not part.strip()] == ([] if text.strip() else [""])
    rest = text
    for part in parts:
        begin = rest.index(part)
        assert rest[:begin].strip() == ""
        rest = rest[begin + len(part) :]


@given(TEXTS.filter(lambda text: bool(text.strip())))
def test_a_text_that_fits_is_left_as_it_is(text: str) -> None:
    assert divide(text, units(text)) == [text]


@given(st.lists(st.sampled_from([FAMILY, "👍🏽", "🇯🇵", "が", "𠮷"]), min_size=1, max_size=30))
def test_no_picture_is_torn_where_it_fits(pictures: list[str]) -> None:
    parts = divide("".join(pictures), 24)
    assert [
        part for part in parts if not re.fullmatch("(" + "|".join([FAMILY, "👍🏽", "🇯🇵", "が", "𠮷"]) + ")+", part)
    ] == []


def test_a_blank_text_is_one_empty_part() -> None:
    assert divide("", 10) == [""]
    assert divide(" \n" * 20, 10) == [""]


def test_cuts_stand_at_the_best_pause() -> None:
    assert divide("あいうえお。\n\nかきくけこ。\nさしすせそ。", 16) == ["あいうえお。", "かきくけこ。\nさしすせそ。"]
    assert divide("あいうえお\nかきくけこ\nさしすせそ", 12) == ["あいうえお\nかきくけこ", "さしすせそ"]
    assert divide("「はい。」いいえ。そうですか。", 10) == ["「はい。」いいえ。", "そうですか。"]
    assert divide("see 3.14 and that. More of it", 20) == ["see 3.14 and that.", "More of it"]
    assert divide("one two three four", 9) == ["one two", "three", "four"]
    assert divide("あ" * 25, 10) == ["あ" * 10, "あ" * 10, "あ" * 5]


def test_a_pause_far_ahead_is_taken_only_where_there_is_no_other() -> None:
    assert divide("あ。\nいいいいい。うううううう", 11) == ["あ。\nいいいいい。", "うううううう"]
    assert divide("あ。いいいいいいいいいいい", 11) == ["あ。", "いいいいいいいいいいい"]


def test_a_picture_larger_than_a_part_is_torn_rather_than_lost() -> None:
    assert "".join(divide(FAMILY, 4)) == FAMILY
