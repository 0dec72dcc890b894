"""Desks with fakes, and what tests do with them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.channels.base import parcel_of
from bot.desk import Decisions, Desk
from bot.ports import Decide
from bot.store import inbox, queries
from bot.store.models import Inbound
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from tests.bot.fakes import MONDAY, FakeBook, FixedClock, decide


def apologise(message: Message, situation: Situation) -> Sequence[Effect]:
    from bot.apology import apologise as say_sorry

    return say_sorry(FakeBook(), message, situation)


HOLD_SECONDS = 10.0


def nobody() -> None:
    """Is told, and does nothing."""


def a_desk(
    store: Store,
    how: Decide = decide,
    sorry: Decide = apologise,
    holder: str = "me",
    machine: FixedClock | None = None,
    settled: Callable[[], None] = nobody,
) -> Desk:
    decisions = Decisions(how, sorry)
    return Desk(store, decisions, FixedClock(), machine or FixedClock(), ["fake"], settled, holder, HOLD_SECONDS)


def keep(store: Store, *messages: Message, holder: str = "dead") -> None:
    """Keep messages as a process that dies right after it."""
    parcels = [parcel_of(message) for message in messages]
    asyncio.run(store.write(inbox.keep_all, parcels, holder, MONDAY, MONDAY + timedelta(seconds=HOLD_SECONDS)))


def all_of(store: Store, desk: Desk, *messages: Message) -> None:
    """Receive messages one after another and wait until they are settled."""

    async def work() -> None:
        for one in messages:
            await desk.receive([parcel_of(one)])
        await desk.finish()

    asyncio.run(work())


def replies(store: Store, address: str = "a") -> list[str]:
    lines = asyncio.run(store.read(queries.conversation, "fake", address, 0, 200))
    return [line.delivery.payload.text for line in lines if line.delivery]


def inbounds(store: Store) -> list[Inbound]:
    everything = select(Inbound).order_by(Inbound.id)
    return list(asyncio.run(store.read(lambda session: session.scalars(everything).all())))


async def swept(store: Store, sorry: Decide = apologise, after: float = 0.0) -> None:
    """A new desk looks around so many seconds later, and works off what it finds."""
    machine = FixedClock(MONDAY + timedelta(seconds=after))
    desk = a_desk(store, sorry=sorry, holder="new", machine=machine)
    await desk.sweep()
    await desk.finish()
