"""Which day of a session an answer told: the one that it is on, or one that it was on."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from knowledge.amending import moved
from knowledge.book import Book
from knowledge.calendar import Asked, Span, day_text, day_text_english
from knowledge.schema import Entry


class SessionDays:
    """A session, the day that it is on, and the days that it was on.

    An answer tells a day by a line that names it, which its entry has by the calendar with that day and not by another.
    Other lines may read otherwise as well ("every two weeks"): they are nobody's appointment.
    """

    def __init__(self, book: Book, number: int, day: dt.date, earlier: Iterable[dt.date]) -> None:
        self._book = book
        self._number = number
        self._now = {day: book}
        self._before = {one: book.by(moved(book.programme, {number: one})) for one in earlier if one != day}
        self._judged: dict[tuple[str, dt.date, str], bool] = {}

    @property
    def days(self) -> list[dt.date]:
        """All of them."""
        return [*self._now, *self._before]

    def named(self, text: str) -> dt.date | None:
        """The day that a notice names, whose dates are all appointments; None where it names none of them."""
        return next((day for day in self.days if _naming(day, text)), None)

    def told(self, text: str, entries: Iterable[str], at: dt.datetime) -> dt.date | None:
        """The day that an answer told, which these entries gave at `at`; None where it told none of them."""
        given = [entry for entry in map(self._book.entry, entries) if entry is not None]
        named = ((day, entry, line) for day in self.days for line in _naming(day, text) for entry in given)
        return next((day for day, entry, line in named if self._tells(day, entry, line, at)), None)

    def _tells(self, day: dt.date, entry: Entry, line: str, at: dt.datetime) -> bool:
        """Whether an entry has a line because the session is on a day. Many got the same: it is judged once."""
        key = entry.id, day, line
        if key not in self._judged:
            self._judged[key] = any(self._is_due_to(day, entry, line, at, asked) for asked in self._ways_of_asking(day))
        return self._judged[key]

    def _is_due_to(self, day: dt.date, entry: Entry, line: str, at: dt.datetime, asked: Asked) -> bool:
        own, others = (self._before, self._now) if day in self._before else (self._now, self._before)
        if line not in _lines(own[day], entry, at, asked):
            return False
        return any(line not in _lines(other, entry, at, asked) for other in others.values())

    def _ways_of_asking(self, day: dt.date) -> Iterator[Asked]:
        """About all sessions, about this one, about its day, and about several weeks."""
        sessions = self._book.programme.seminars.sessions
        yield Asked()
        yield Asked((self._number,))
        yield Asked(span=Span(day, day, day_text(day)))
        yield Asked(span=Span(sessions[0].date, sessions[-1].date, ""))


def names_of(day: dt.date) -> tuple[str, str]:
    """How answers name a day, in Japanese (the weekday may follow) and in English."""
    return f"{day.month}月{day.day}日", day_text_english(day)


def _naming(day: dt.date, text: str) -> list[str]:
    """The lines of a text that name a day."""
    pattern = "|".join(rf"(?<!\d){re.escape(name)}" for name in names_of(day))
    return [line for line in text.splitlines() if re.search(pattern, line)]


def _lines(book: Book, entry: Entry, at: dt.datetime, asked: Asked) -> set[str]:
    return set(book.answer(entry, at, asked, english=True).splitlines())
