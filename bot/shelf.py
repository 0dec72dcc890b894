"""The shelf: holds the book as it is now, and takes up without a restart what is published and which session moves."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.ports import Labelled
from bot.store import amendments, published
from bot.store.desk_models import Published
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.message import Message
from handlers.route import decide
from handlers.situation import Situation
from knowledge.amending import amended
from knowledge.book import Book
from knowledge.build import Edition, next_edition
from knowledge.finding import Finding, Turn
from knowledge.schema import Change, Entry, Programme

LOOK_SECONDS = 0.25
NOTHING_YET = (-1, -1, -1)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def _nobody(_change: Change) -> None:
    """There is only this process."""


class Shelf:
    """One for each process. Whoever asks gets the newest book; the next one is made beside it and put in its place.

    `tell` is called with what is new in an edition as soon as it counts, for those who make it for themselves.
    """

    def __init__(self, first: Edition, store: Store, tell: Callable[[Change], None] = _nobody) -> None:
        self._edition = first
        self._written = first.content.programme
        self._tell = tell
        self._store = store
        self._looking = asyncio.Lock()
        self._seen = NOTHING_YET
        self._left_out: set[int] = set()

    @property
    def edition(self) -> Edition:
        """The book with all that it was made from."""
        return self._edition

    @property
    def book(self) -> Book:
        """The book as it is now."""
        return self._edition.book

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """The decisions of the handlers, with the book as it is now."""
        return decide(message, situation, self.book)

    def consider(self, text: str, turns: tuple[Turn, ...], at: datetime) -> Finding:
        """What the book finds for a question."""
        return self.book.consider(text, turns, at)

    def phrase(self, key: str, **values: object) -> str:
        """The sentence for `key`. Raises KeyError for an unknown one."""
        return self.book.phrase(key, **values)

    def menu(self) -> Sequence[Labelled]:
        """The main topics, in order."""
        return self.book.menu()

    @property
    def programme(self) -> Programme:
        """The calendar as data."""
        return self.book.programme

    @property
    def written(self) -> Programme:
        """The calendar as the content has it, whatever members moved since."""
        return self._written

    async def run(self) -> None:
        """Look for what is new, for ever."""
        while True:
            try:
                await self.look()
            except SQLAlchemyError as error:
                log.warning("published entries not looked for", error=type(error).__qualname__)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take up what was published and moved since the last look."""
        # Each edition is made from the one before it, so there is one maker at a time.
        async with self._looking:
            stamp = await self._store.read(_stamp)
            if stamp == self._seen:
                return
            await self._take_up_entries()
            await self._take_up_moves()
            self._seen = stamp

    async def _take_up_moves(self) -> None:
        programme = amended(self._written, await self._store.read(amendments.moves))
        if programme == self._edition.content.programme:
            return
        try:
            await self._bring_out(programme)
            log.info("programme amended")
        except Exception as error:  # a template can fail in any way that Python can
            log.error("programme not amended", error=type(error).__qualname__)

    async def _bring_out(self, change: Change) -> None:
        """The next edition, here at once and wherever else they are told. Raises whatever making it raises."""
        self._edition = await asyncio.to_thread(next_edition, self._edition, change)
        # Before anything else can happen: whoever decides elsewhere is asked nothing until they have followed.
        self._tell(change)

    async def _take_up_entries(self) -> None:
        rows = await self._store.read(published.newest_of_each)
        entries = {row.id: entry for row in await self._that_count(rows) if (entry := self._read(row)) is not None}
        known = {entry.id: entry for entry in self._edition.content.entries}
        changed = {number: entry for number, entry in entries.items() if known.get(entry.id) != entry}
        if changed:
            await self._take_up(changed)

    async def _that_count(self, rows: Sequence[Published]) -> Sequence[Published]:
        """At the start the content counts where it has, or once had, what was published; then whatever comes."""
        if self._seen != NOTHING_YET:
            return rows
        content = {entry.id: entry for entry in self._edition.content.entries}
        merged = [row for row in rows if not row.merged and self._read(row) == content.get(row.entry_id, row)]
        await self._store.write(published.mark_merged, merged)
        return [row for row in rows if not row.merged and row not in merged]

    def _read(self, row: Published) -> Entry | None:
        try:
            return Entry.model_validate_json(row.entry)
        except ValueError as error:
            self._leave_out(row.id, row.entry_id, error)
            return None

    async def _take_up(self, changed: dict[int, Entry]) -> None:
        """All of them at once, which is quicker; where that fails, without the one that is at fault."""
        try:
            await self._bring_out(tuple(changed.values()))
        except Exception as error:  # a template can fail in any way that Python can
            await self._take_up_each(changed, error)
        else:
            log.info("entries taken up", entries=[entry.id for entry in changed.values()])

    async def _take_up_each(self, changed: dict[int, Entry], error: Exception) -> None:
        if len(changed) > 1:
            for number, entry in changed.items():
                await self._take_up({number: entry})
            return
        [(number, entry)] = changed.items()
        self._leave_out(number, entry.id, error)

    def _leave_out(self, number: int, entry_id: str, error: Exception) -> None:
        if number not in self._left_out:
            log.error("published entry left out", published=number, entry=entry_id, error=type(error).__qualname__)
        self._left_out.add(number)


def _stamp(session: Session) -> tuple[int, int, int]:
    """Changes whenever something is published or moved."""
    return (*published.stamp(session), amendments.stamp(session))
