"""Finds open tickets that ask the same, so that staff see them together and one reply can settle all."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.store import tickets
from bot.store.apply import Place, apply_all
from bot.store.desk_models import Ticket as Row
from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from handlers.effects import Effect, Record, SaveTicket
from handlers.ticket import Action, Ticket, TicketKind
from knowledge.book import Book
from knowledge.likeness import Profile, is_same_question

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Twins:
    """Compares each open question once with those before it. Any number of processes may do it at a time."""

    def __init__(self, store: Store, book: Callable[[], Book], clock: Clock, done: Callable[[], None]) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._done = done
        self._profiles: dict[int, Profile] = {}

    async def group(self) -> None:
        """Group what was asked since the last time."""
        questions = [ticket for ticket in await self._store.read(tickets.in_play) if _may_be_grouped(ticket)]
        fresh = [ticket for ticket in questions if ticket.number not in self._profiles]
        if not fresh:
            return
        await asyncio.to_thread(self._take_up, fresh)
        for ticket, oldest in self._found(questions, fresh):
            await self._join(ticket, oldest)
        self._forget(questions)

    def _take_up(self, fresh: Iterable[Ticket]) -> None:
        for ticket in fresh:
            self._profiles[ticket.number] = self._book().profile(ticket.question, ticket.opened_at)

    def _found(self, questions: Sequence[Ticket], fresh: Sequence[Ticket]) -> list[tuple[int, int]]:
        """Each new question with the number of the group that it belongs to, if any: that of its oldest."""
        groups: dict[int, Ticket] = {}
        found = []
        new = {ticket.number for ticket in fresh}
        for ticket in sorted(questions, key=lambda one: one.number):
            group = ticket.same_as or self._alike(ticket, groups)
            if group is not None and ticket.same_as is None and ticket.number in new:
                found.append((ticket.number, group))
            groups.setdefault(ticket.number if group is None else group, ticket)
        return found

    def _alike(self, ticket: Ticket, groups: dict[int, Ticket]) -> int | None:
        """The group whose oldest asks the same."""
        own = self._profiles[ticket.number]
        return next((name for name, one in groups.items() if is_same_question(self._profiles[one.number], own)), None)

    async def _join(self, number: int, oldest: int) -> None:
        try:
            if await self._store.write(_join, number, oldest, self._clock.now()):
                log.info("tickets grouped", ticket=number, oldest=oldest)
                self._done()
        except SituationStale:
            # Somebody acted meanwhile: it is compared again the next time.
            del self._profiles[number]

    def _forget(self, questions: Iterable[Ticket]) -> None:
        still = {ticket.number for ticket in questions}
        for number in self._profiles.keys() - still:
            del self._profiles[number]


def _may_be_grouped(ticket: Ticket) -> bool:
    """Whoever may be in danger is answered alone."""
    return ticket.kind is TicketKind.QUESTION and not ticket.urgent


def _join(session: Session, number: int, oldest: int, now: datetime) -> bool:
    """Note that a ticket asks the same as the oldest one; False where it is grouped or closed by now."""
    ticket, first = tickets.ticket(session, number), tickets.ticket(session, oldest)
    if ticket is None or first is None or not ticket.is_open or ticket.same_as is not None:
        return False
    if first.is_open and first.same_as is None:
        tickets.save(session, replace(first, same_as=oldest))
    row = session.get_one(Row, number)
    effects: list[Effect] = [
        SaveTicket(replace(ticket, same_as=oldest)),
        Record(number, Action.GROUPED, text=str(oldest)),
    ]
    apply_all(session, Place(row.conversation_id, row.inbound_id, now), effects)
    return True
