"""What follows when the programme changes: the timetable is written anew, and those who know old times are to be told.

It does not matter whether a member moved a session or programme.yaml was edited, in this process, in another one or
while none ran: what counts is the difference from the timetable as it is written down.
"""

from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.clock import JAPAN, Clock
from bot.house import House
from bot.moved_answers import find_misled, most_told
from bot.shelf import Shelf
from bot.store import amendments, moved_answers, timetable
from bot.store.corrections import Received, Rescheduled
from bot.store.moved_notices import Correcting, call_off, propose, times_told
from bot.store.timetable import Changed
from bot.store.transactions import Store
from handlers.announce import moved_words
from knowledge.amending import amended
from knowledge.book import Book
from knowledge.schema import Programme

# Who is told so shortly before the old or the new time is told at any hour.
URGENT = timedelta(hours=24)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class ProgrammeChanges:
    """Looks whether the programme changed. Any number of processes may look at a time."""

    def __init__(self, store: Store, shelf: Shelf, house: House, clock: Clock) -> None:
        self._store = store
        self._shelf = shelf
        self._house = house
        self._clock = clock
        self._seen: Programme | None = None

    async def look(self) -> None:
        """Take note of what changed since anybody looked last, and propose what is to be told."""
        book = self._shelf.book
        if book.programme is self._seen:
            return
        now = self._clock.now()
        follow = partial(_follow, book=book, written=self._shelf.written, house=self._house, now=now)
        changed = await self._store.write(follow)
        if changed is None:
            return
        self._seen = book.programme
        for one in changed:
            log.info("session changed", session=one.session, begins=one.begins.isoformat(), sequence=one.sequence)


def _follow(session: Session, book: Book, written: Programme, house: House, now: datetime) -> list[Changed] | None:
    """What changed; None where the book has not taken up yet what members moved: then nothing is to be judged by it."""
    if amended(written, amendments.moves(session)) != book.programme:
        return None
    changed = timetable.follow(session, timetable.held(book.programme), now)
    for one in changed:
        if one.begins != one.was:
            _correct(session, one, book, house, now)
    return changed


def _correct(session: Session, changed: Changed, book: Book, house: House, now: datetime) -> None:
    """Let nobody be told what is wrong by now, and propose to tell those who were."""
    call_off(session, changed.session, changed.begins, now)
    moved_answers.overtake(session, changed.session, changed.begins)
    if book.content.announcements.moved is None or max(changed.was, changed.begins) <= now:
        return
    _correct_notices(session, changed, book, now)
    _correct_answers(session, changed, book, house, now)


def _correct_notices(session: Session, changed: Changed, book: Book, now: datetime) -> None:
    """Propose to tell those whom a notice told another time."""
    told = times_told(session, changed.session, changed.begins)
    if not told:
        return
    was = max(told, key=lambda at: (told[at], at))
    title, text = moved_words(changed.session, was, now, book)
    key = f"{changed.session}@{changed.begins.astimezone(JAPAN):%Y-%m-%dT%H:%M}#{changed.sequence}"
    urgent = any(timedelta() <= at - now <= URGENT for at in (changed.was, changed.begins, was))
    propose(session, Correcting(changed.session, key, changed.begins, urgent, title, text), now)


def _correct_answers(session: Session, changed: Changed, book: Book, house: House, now: datetime) -> None:
    """Propose to tell those who asked, and were answered with another day."""
    moved = Rescheduled(changed.session, changed.was, changed.begins)
    misled = [one for one in find_misled(session, moved, book, now) if _is_reached(one.received, house)]
    if misled:
        _, text = moved_words(changed.session, most_told(misled), now, book)
        moved_answers.propose(session, moved, text, now)


def _is_reached(received: Received, house: House) -> bool:
    return not received.gone and not house.is_room(received.channel, received.address)
