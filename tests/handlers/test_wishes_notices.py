"""Wishes about notices are told from what only sounds like one, in no time."""

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.notice_sentences import Want
from handlers.wishes_notices import LONGEST_WISH, notice_wish, topics_named
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.handlers.notice_wishes import (
    CALENDAR,
    EMPLOYER,
    ENGLISH,
    GET,
    LETTER,
    LINK,
    MEANT,
    NAMED,
    NONE,
    OTHER,
    SEMINAR,
    SHOW,
    STOP,
)

QUESTIONS = Path(__file__).parents[1] / "questions"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        *((text, Want.OPT_OUT) for text in STOP),
        *((text, Want.SUBSCRIBE) for text in GET),
        *((text, Want.SHOW) for text in SHOW),
        *((text, Want.CALENDAR) for text in CALENDAR),
        *((text, Want.LINK) for text in LINK),
    ],
)
def test_a_wish_about_notices_is_recognised(text: str, want: Want) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics - {SEMINAR}, wish.english) == (want, NONE, False)


@pytest.mark.parametrize(("text", "want", "topics"), NAMED)
def test_a_wish_names_topics(text: str, want: Want, topics: set[NoticeTopic]) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics) == (want, topics)


@pytest.mark.parametrize(("text", "want"), ENGLISH)
def test_a_wish_in_plain_english_is_recognised(text: str, want: Want) -> None:
    wish = notice_wish(text)
    assert wish is not None
    assert (wish.want, wish.topics, wish.english) == (want, NONE, True)


@pytest.mark.parametrize("text", OTHER)
def test_what_is_said_about_other_things_is_none(text: str) -> None:
    assert notice_wish(text) is None


def test_both_lists_are_long_enough_to_measure_by() -> None:
    assert len([*STOP, *GET, *SHOW, *CALENDAR, *LINK, *NAMED, *ENGLISH]) >= 60
    assert len(set(OTHER)) >= 60


def test_no_phrasing_of_the_base_is_taken_for_a_wish_that_it_is_not(book: Book) -> None:
    asked = [phrasing for entry in book.content.entries for phrasing in (entry.title, *entry.phrasings)]
    assert len(asked) > 20_000
    assert {text: wish.want for text in asked if (wish := notice_wish(text)) is not None} == MEANT


def test_no_question_of_the_test_sets_is_taken_for_a_wish() -> None:
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    asked = [value for line in lines for value in json.loads(line).values() if isinstance(value, str)]
    assert len(asked) > 1_000
    assert [text for text in asked if notice_wish(text) is not None] == []


PIECES = [
    "お知らせ",
    "を",
    "止めて",
    "のです",
    "もう",
    "全部",
    "セミナー",
    "と",
    "か",
    "ください",
    "all ",
    "the ",
    "通知",
    "は",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_sentence_takes_long_to_understand(pieces: list[str]) -> None:
    began = process_time()
    notice_wish("".join(pieces)[:LONGEST_WISH])
    assert process_time() - began < 0.5


def test_a_long_text_is_no_wish() -> None:
    assert notice_wish("お知らせを止めて" + "。" * LONGEST_WISH) is None


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("", NONE),
        ("セミナー", {SEMINAR}),
        ("セミナー、デスク便り", {SEMINAR, LETTER}),
        ("セミナーのお知らせ", {SEMINAR}),
        ("ｾﾐﾅｰ と 協力事業所", {SEMINAR, EMPLOYER}),
        ("seminar letter", {SEMINAR, LETTER}),
        ("すべて", set(NoticeTopic)),
        ("all", set(NoticeTopic)),
        ("天気", None),
        ("セミナー 天気", None),
    ],
)
def test_topics_behind_a_command_are_named_in_many_ways(words: str, topics: set[NoticeTopic] | None) -> None:
    assert topics_named(words) == topics
