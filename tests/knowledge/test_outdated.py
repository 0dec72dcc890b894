"""An answer tells the day of a session by a line that only the calendar with that day gives it."""

from datetime import UTC, date, datetime

import pytest

from knowledge.amending import moved
from knowledge.book import Book
from knowledge.outdated import SessionDays

NOW = datetime(2022, 8, 1, 1, tzinfo=UTC)
OLD, NEW = date(2022, 9, 7), date(2022, 9, 14)


@pytest.fixture(scope="module")
def after(book: Book) -> Book:
    return book.by(moved(book.programme, {4: NEW}))


def told(question: str, answering: Book, after: Book) -> date | None:
    found = answering.consider(question, (), NOW)
    return SessionDays(after, 4, NEW, [OLD, NEW]).told(found.text, found.entries, NOW)


@pytest.mark.parametrize(
    "question",
    [
        "第4回はいつですか",
        "次のセミナーはいつ",
        "セミナーの日程を教えて",
        "9月7日に何かありますか",
        "9月の講座は何日ですか",
        "参加費と、第4回の日にちを教えて",
        "When is session 4?",
        "セミナーは隔週ですか",
    ],
)
def test_the_old_day_is_known_however_it_was_asked(question: str, book: Book, after: Book) -> None:
    assert told(question, book, after) == OLD


@pytest.mark.parametrize(
    "question", ["第4回はいつですか", "次のセミナーはいつ", "9月14日に何かありますか", "When is session 4?"]
)
def test_the_new_day_is_known_too(question: str, book: Book, after: Book) -> None:
    assert told(question, after, after) == NEW


@pytest.mark.parametrize("question", ["第3回はいつですか", "参加費は", "データ収集の課題はいつまで"])
def test_an_answer_about_something_else_tells_no_day(question: str, book: Book, after: Book) -> None:
    assert told(question, book, after) is None


def test_a_day_without_a_session_any_more_is_not_taken_for_one(book: Book, after: Book) -> None:
    assert "9月7日" in after.consider("9月7日に何かありますか", (), NOW).text
    assert told("9月7日に何かありますか", after, after) is None


def test_a_period_that_ends_with_the_last_session_counts(book: Book) -> None:
    last, day = book.programme.seminars.sessions[-1], date(2022, 11, 9)
    after = book.by(moved(book.programme, {last.number: day}))
    found = book.consider("セミナーの開催期間を教えてください", (), NOW)
    assert SessionDays(after, last.number, day, [last.date]).told(found.text, found.entries, NOW) == last.date


def test_an_answer_of_an_entry_that_is_no_more_tells_no_day(after: Book) -> None:
    assert SessionDays(after, 4, NEW, [OLD]).told("第4回は9月7日(水)です。", ["no-such-entry"], NOW) is None
