"""Who got an answer with a day on which a session is not held any more, and knows of no other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.clock import JAPAN
from bot.store import moved_answers
from bot.store.corrections import Received, Rescheduled
from bot.store.moved_answers import Heard
from knowledge.book import Book
from knowledge.outdated import SessionDays


@dataclass(frozen=True)
class Misled:
    """What somebody got last that told when a session is, and when that is not the case; `told` in UTC."""

    received: Received = field(repr=False)
    told: datetime


def find_misled(session: Session, moved: Rescheduled, book: Book, now: datetime) -> list[Misled]:
    """Everybody who counts on another day of a session; nobody any more once all these days are over."""
    moments = moved_answers.moments_told(session, moved.session) | {moved.was}
    if max(*moments, moved.begins) <= now:
        return []
    told_on = {_day(moment): moment for moment in sorted(moments)}
    days = SessionDays(book, moved.session, _day(moved.begins), told_on)
    heard = moved_answers.heard(session, moved.session, moved.begins, days.days)
    return [Misled(one, told_on[day]) for one, day in _last_told(heard, days) if day != _day(moved.begins)]


def most_told(misled: Sequence[Misled]) -> datetime:
    """The moment that most of them count on."""
    counts = Counter(one.told for one in misled)
    return max(counts, key=lambda moment: (counts[moment], moment))


def _last_told(heard: Iterable[Heard], days: SessionDays) -> Iterable[tuple[Received, date]]:
    """Of each conversation what told a day of the session last, and which."""
    found: dict[int, tuple[Received, date]] = {}
    for one in heard:
        day = _told(one, days)
        if day is not None:
            found[one.received.conversation_id] = one.received, day
    return found.values()


def _told(one: Heard, days: SessionDays) -> date | None:
    if one.told is not None:
        return _day(one.told)
    reply = one.received.reply
    if reply.by == "notice":
        return days.named(reply.text)
    return days.told(reply.text, reply.entries, one.received.at)


def _day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()
