"""What staff look up while they write: a ticket, entries of the base, how their words will look."""

import asyncio
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from bot.channels.slack.staff import Found, SlackStaff, Told
from bot.clock import Clock
from bot.house import House
from bot.ports import Wording
from bot.store import tickets
from bot.store.transactions import Store
from knowledge.book import Book
from knowledge.calendar import Asked
from knowledge.schema import Entry


class Lookup:
    """Looks things up in the store and in `book()`, which is the newest at each time."""

    def __init__(self, store: Store, book: Callable[[], Book], clock: Clock) -> None:
        self._store = store
        self._book = book
        self._clock = clock

    async def ticket(self, number: int) -> Told | None:
        """A ticket with its history."""
        return await self._store.read(_told, number)

    async def search(self, words: str) -> Sequence[Found]:
        """The entries that fit best, the best first."""
        return await asyncio.to_thread(self._similar, words)

    async def entry(self, entry_id: str) -> Found | None:
        """An entry by its id."""
        entry = self._book().entry(entry_id)
        return None if entry is None else self._found(entry)

    def _similar(self, words: str) -> list[Found]:
        return [self._found(one.entry) for one in self._book().similar(words, self._clock.now())]

    def _found(self, entry: Entry) -> Found:
        return Found(entry.id, entry.title, self._book().answer(entry, self._clock.now(), Asked(), english=False))


def _told(session: Session, number: int) -> Told | None:
    ticket = tickets.ticket(session, number)
    return None if ticket is None else Told(ticket, tickets.history(session, number))


def slack_staff(room: str, house: House, lookup: Lookup, wording: Wording) -> SlackStaff:
    """What Slack needs to be a staff room."""
    return SlackStaff(
        room=room,
        is_member=lambda person: house.member("slack", person) is not None,
        ticket=lookup.ticket,
        search=lookup.search,
        entry=lookup.entry,
        wording=wording,
    )
