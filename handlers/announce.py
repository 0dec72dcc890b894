"""Writes notices: those of `announcements.yaml`, and what is said when a session has moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.effects import Reply
from handlers.notice import notice_of
from knowledge.book import Book
from knowledge.notice_names import Question, announcement_names, moved_names
from knowledge.plan import Planned
from knowledge.schema import Kind

# In how many conversations a question was asked at least before others are told of it: nobody is to be recognised.
TOLD_FROM = 3
# How many questions a notice tells at most.
TOLD_AT_MOST = 5


@dataclass(frozen=True)
class Asked:
    """An entry, and in how many conversations it was the answer."""

    entry: str
    count: int


def write_notice(planned: Planned, now: datetime, asked: Sequence[Asked], book: Book) -> Reply:
    """An announcement as it goes at `now`; `asked` is what was asked `asked_between`, the most asked first.

    Raises jinja2.TemplateError where its template is at fault, KeyError where its session is no more.
    """
    announcement = planned.announcement
    questions = _told(asked, book) if announcement.asked else ()
    text = book.tell(announcement.text, now, **announcement_names(planned, questions, book.calendar(now)))
    entries = (*(question.entry for question in questions), *announcement.entries)
    return notice_of(text, planned.topic, book, entries)


def moved_words(session: int, was: datetime, now: datetime, book: Book) -> tuple[str, str]:
    """The title and the text for those who know that a session begins at `was`, which it no longer does.

    Raises ValueError where the content has no words for it, KeyError where there is no such session.
    """
    moved = book.content.announcements.moved
    if moved is None:
        raise ValueError("announcements.yaml says nothing about sessions that move")
    names = moved_names(session, was, book.calendar(now))
    return book.tell(moved.title, now, **names), book.tell(moved.text, now, **names)


def _told(asked: Iterable[Asked], book: Book) -> tuple[Question, ...]:
    """What enough people asked, of what the desk still answers."""
    enough = (one for one in asked if one.count >= TOLD_FROM)
    found = ((book.entry(one.entry), one.count) for one in enough)
    told = [Question(entry.id, entry.title, count) for entry, count in found if entry and entry.kind is Kind.ANSWER]
    return tuple(told[:TOLD_AT_MOST])
