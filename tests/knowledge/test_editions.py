"""A book brought out anew beside the old one is the one that would be made from nothing, in a fraction of the time."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.batch import Question, read_questions
from knowledge.book import Book
from knowledge.build import Edition, first_edition, new_edition
from knowledge.load import Content, load_content, with_entries
from knowledge.schema import Entry
from tests.knowledge.folder import entry, write_folder
from tests.knowledge.shipped import FOLDER
from tests.moments import at

SOME = ("briefing", "desk", "employer", "seminars")
DEV = Path(__file__).parents[1] / "questions" / "dev.jsonl"
NOW = at("2022-07-05T10:00")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def content() -> Content:
    """A quarter of what is shipped."""
    shipped = load_content(FOLDER)
    return replace(shipped, topics=tuple(topic for topic in shipped.topics if topic.topic in SOME))


@pytest.fixture(scope="module")
def whole(content: Content, cache: Path) -> Edition:
    return first_edition(content, FOLDER / "templates", cache)


def without(content: Content, left_out: Entry) -> Content:
    topics = (
        topic.model_copy(update={"entries": tuple(one for one in topic.entries if one != left_out)})
        for topic in content.topics
    )
    return replace(content, topics=tuple(topics))


def named(content: Content, name: str) -> Entry:
    return next(one for one in content.entries if one.id == name)


def questions() -> list[Question]:
    return [one for one in read_questions(DEV, Question) if isinstance(one, Question)]


def told(book: Book) -> list[tuple[object, ...]]:
    """What the book makes of every question."""
    found = (book.consider(question.text, (), question.at or NOW) for question in questions())
    return [(one.outcome, one.entries, one.text) for one in found]


def agreeing(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> float:
    """The share of questions of which both make the same, down to the text."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


@pytest.mark.parametrize("name", ["seminar-fee", "desk-what"])
def test_an_entry_that_is_added_is_found_as_if_it_had_always_been_there(
    content: Content, whole: Edition, cache: Path, name: str
) -> None:
    added = named(content, name)
    first = first_edition(without(content, added), FOLDER / "templates", cache)
    second = new_edition(first, [added])
    # Two books made from nothing, with phrasings learned in another order, agree on 97 to 99%.
    assert agreeing(told(second.book), told(whole.book)) >= 0.95
    own = [second.book.weigh(phrasing, (), NOW)[0].candidates[0].entry.id for phrasing in added.phrasings]
    assert own.count(name) / len(own) >= 0.95
    assert first.book.entry(name) is None


def test_an_entry_in_place_of_its_equal_changes_no_answer(content: Content, whole: Edition) -> None:
    again = new_edition(whole, [named(content, "seminar-fee")])
    assert told(again.book) == told(whole.book)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    folder = write_folder(tmp_path_factory.mktemp("content"))
    return first_edition(load_content(folder), folder / "templates", folder / "cache")


def test_a_new_answer_is_given_from_the_new_book_alone(small: Edition) -> None:
    fee = named(small.content, "fee")
    newer = new_edition(small, [fee.model_copy(update={"answer": "百円です。"})])
    answers = [edition.book.consider("参加費は", (), NOW).text for edition in (small, newer)]
    assert answers == ["お答えします。", "百円です。"]


def test_new_entries_stand_in_a_topic_of_their_own_and_the_last_of_an_id_counts(small: Edition) -> None:
    first, last = (Entry.model_validate(entry("park", answer=answer)) for answer in ("一", "二"))
    newer = new_edition(small, [first, last])
    assert newer.content == with_entries(small.content, [last])
    assert [(topic.topic, len(topic.entries)) for topic in newer.content.topics] == [("basics", 2), ("published", 1)]
    assert newer.book.consider("park 3", (), NOW).text == "二"


def test_nothing_new_is_the_same_book(small: Edition) -> None:
    assert new_edition(small, []) is small
