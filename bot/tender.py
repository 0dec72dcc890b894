"""Looks after open tickets as time goes by: reminders, "sorry for the wait", closing what nobody answers any more."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.store import tickets
from bot.store.apply import Place, apply_all
from bot.store.desk_models import Ticket as Row
from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.ticket import Ticket

Due = Callable[[Ticket, datetime], Sequence[Effect]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Tender:
    """Any number of processes may do it at a time: what one has done, the others find done."""

    def __init__(self, store: Store, due: Due, clock: Clock, done: Callable[[], None]) -> None:
        self._store = store
        self._due = due
        self._clock = clock
        self._done = done

    async def tend(self) -> None:
        """Do what is due by now."""
        now = self._clock.now()
        found = await self._store.read(tickets.in_play)
        for ticket, effects in await asyncio.to_thread(self._all_due, found, now):
            await self._apply(ticket, effects, now)

    def _all_due(self, found: Sequence[Ticket], now: datetime) -> list[tuple[Ticket, Sequence[Effect]]]:
        due = ((ticket, self._due(ticket, now)) for ticket in found)
        return [(ticket, effects) for ticket, effects in due if effects]

    async def _apply(self, ticket: Ticket, effects: Sequence[Effect], now: datetime) -> None:
        try:
            await self._store.write(_write, ticket.number, effects, now)
        except SituationStale:
            # Somebody acted meanwhile: the next look finds what is due then.
            return
        log.info("ticket tended", ticket=ticket.number, effects=[type(effect).__name__ for effect in effects])
        self._done()


def _write(session: Session, number: int, effects: Sequence[Effect], now: datetime) -> None:
    row = session.get_one(Row, number)
    apply_all(session, Place(row.conversation_id, row.inbound_id, now), effects)
