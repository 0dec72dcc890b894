"""Questions that ask the same are told from others, by the labels of tests/questions/alike.yaml."""

from pathlib import Path

import numpy as np

from bench.likeness import grouped, labels, profiles
from knowledge.book import Book
from knowledge.likeness import Profile, is_same_question, likeness, same_questions
from tests.moments import at

QUESTIONS = Path(__file__).parents[1] / "questions"


def profile(*vector: float, words: dict[str, float] | None = None, entries: dict[str, float] | None = None) -> Profile:
    return Profile(np.array([vector], dtype=np.float32), words or {}, entries or {})


def test_likeness_adds_meaning_words_and_entries() -> None:
    one = profile(1.0, 0.0, words={"駅": 3.0, "徒歩": 1.0}, entries={"gap-station": 0.8, "gap-parking": 0.2})
    other = profile(0.6, 0.8, words={"駅": 3.0, "何分": 1.0}, entries={"gap-station": 0.5})
    assert likeness(one, other) == likeness(other, one)
    assert round(likeness(one, other), 4) == 0.6 + 0.25 * 0.75 + 0.7 * 0.4


def test_questions_without_a_word_have_none_in_common() -> None:
    assert likeness(profile(1.0, 0.0), profile(0.0, 1.0)) == 0.0


def test_each_group_gathers_around_its_first() -> None:
    near, far = profile(1.0, 0.0), profile(0.0, 1.0)
    assert same_questions([near, far, near, far, near]) == [[0, 2, 4], [1, 3]]
    assert same_questions([]) == []


def test_groups_are_mostly_right_and_find_most_of_what_asks_the_same(book: Book) -> None:
    counted = labels(QUESTIONS / "alike.yaml").count(grouped(profiles(book, QUESTIONS)))
    assert counted.precision >= 0.85
    assert counted.recall >= 0.7


def test_the_same_words_in_another_writing_are_the_same_question(book: Book) -> None:
    now = at("2022-07-05T10:00")
    one, other = book.profile("託児はありますか", now), book.profile("ﾀｸｼﾞﾊ ｱﾘﾏｽｶ?", now)
    assert is_same_question(one, other)


def test_similar_entries_come_nearest_first(book: Book) -> None:
    found = book.similar("手話通訳は付きますか", at("2022-07-05T10:00"))
    assert found[0].entry.id == "gap-sign-language"
    assert 0.6 < found[0].meaning <= 1.0
