"""The notifier: shows staff, in every room, what is new of tickets. Whatever it has not shown yet is in the store."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.house import Room
from bot.store import cards, notices
from bot.store.notices import ANSWERING, CHANGING, Changed, News, Result
from bot.store.transactions import Store
from bot.waiting import wait_at_most
from handlers.effects import Reply
from handlers.ticket import Event, Ticket

LEASE = "notifier"
POLL_SECONDS = 0.5

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Cards(Protocol):
    """How tickets and what happens to them look in a staff room."""

    def card(self, changed: Changed) -> Reply:
        """The post that shows a ticket."""

    def post(self, event: Event, ticket: Ticket) -> Reply | None:
        """What is said in its thread; None where the card says enough."""

    def answer(self, event: Event, state: str, error: str | None) -> Reply:
        """An answer to the participant, with what became of it."""


class Notifier:
    """Works in one process at a time: `lead` says whether in this one. `posted` is called after it wrote."""

    def __init__(
        self,
        store: Store,
        cards: Cards,
        rooms: Sequence[Room],
        clock: Clock,
        lead: Callable[[str], Awaitable[bool]],
        posted: Callable[[], None],
    ) -> None:
        self._store = store
        self._cards = cards
        self._rooms = rooms
        self._clock = clock
        self._lead = lead
        self._posted = posted
        self._hint = asyncio.Event()

    def wake(self) -> None:
        """There may be something to show."""
        self._hint.set()

    async def run(self) -> None:
        """Show whatever is new, for ever."""
        is_first = True
        while True:
            self._hint.clear()
            try:
                if is_first:
                    await self._store.write(cards.miss_cards, self._rooms)
                    is_first = False
                if await self._lead(LEASE):
                    await self.show_all()
            except Exception:
                log.exception("staff rooms not told")
            await wait_at_most(POLL_SECONDS, self._hint)

    async def show_all(self) -> None:
        """Cards first, for what follows stands in their threads."""
        shown = await self._store.write(cards.forget_lost)
        for changed in await self._store.read(notices.changed):
            shown += 1
            await self._show(changed)
        for one in await self._store.read(notices.news):
            shown += 1
            await self._tell(one)
        for result in await self._store.read(notices.results):
            shown += 1
            await self._report(result)
        if shown:
            log.info("staff rooms told", count=shown)
            self._posted()

    async def _show(self, changed: Changed) -> None:
        card = await asyncio.to_thread(self._cards.card, changed)
        await self._store.write(notices.show, changed.ticket, card, self._rooms, self._clock.now())

    async def _tell(self, news: News) -> None:
        message = self._message(news)
        await self._store.write(notices.tell, news.event, message, self._rooms, self._clock.now())

    def _message(self, news: News) -> Reply | None:
        if news.event.action in ANSWERING:
            return self._cards.answer(news.event, news.state or "", news.error)
        if news.event.action in CHANGING:
            return self._cards.answer(news.event, "", None)
        return self._cards.post(news.event, news.ticket)

    async def _report(self, result: Result) -> None:
        message = self._cards.answer(result.event, result.state, result.error)
        await self._store.write(notices.report, result, message, self._clock.now())
