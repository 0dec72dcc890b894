"""Replies in the outbox, and a courier who works on them until something holds."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from bot.channels.base import parcel_of
from bot.config import DeliverySettings
from bot.courier import Courier
from bot.store import inbox
from bot.store.models import Delivery, DeliveryState, InboundState
from bot.store.transactions import Store
from handlers.effects import Reply
from tests.bot.alone import settle
from tests.bot.fakes import ANY_TIME, MONDAY, FakeChannel, FixedClock, message

SETTINGS = DeliverySettings(lease_seconds=30, tries=3, in_flight=2, patience_hours=1, read_back_seconds=3)
HOLD = timedelta(seconds=10)


async def queue(store: Store, text: str, address: str = "a") -> None:
    """A message is answered with its own words."""
    arrived = parcel_of(message(text, f"{address}:{text}", address))
    (kept,) = await store.write(inbox.keep_all, [arrived], "me", MONDAY, MONDAY + HOLD)
    inbound = await store.write(inbox.take, kept.conversation_id, "me", MONDAY, MONDAY + HOLD)
    assert inbound is not None
    await store.write(settle, inbound, InboundState.DONE, [Reply(text)], MONDAY)


async def deliveries(store: Store) -> list[Delivery]:
    rows = select(Delivery).order_by(Delivery.id)
    return list(await store.read(lambda session: session.scalars(rows).all()))


class Run:
    """A courier at work on one fake channel, with a machine clock to move."""

    def __init__(self, store: Store, channel: FakeChannel, settings: DeliverySettings = SETTINGS) -> None:
        self.store = store
        self.machine = FixedClock()
        self.courier = Courier(store, channel, settings, ANY_TIME, FixedClock(), self.machine)

    async def until(self, holds: Callable[[list[Delivery]], bool]) -> list[Delivery]:
        """Work until something holds of the deliveries."""
        async with asyncio.timeout(10):
            while not holds(found := await deliveries(self.store)):
                await self.courier.step()
            return found


def all_in(state: DeliveryState) -> Callable[[list[Delivery]], bool]:
    return lambda found: all(delivery.state == state for delivery in found)


def retried(times: int) -> Callable[[list[Delivery]], bool]:
    """Back in the queue after so many tries."""
    return lambda found: (found[0].tries, found[0].state) == (times, DeliveryState.QUEUED)


def doubted(times: int) -> Callable[[list[Delivery]], bool]:
    """Unknown after so many tries."""
    return lambda found: (found[0].tries, found[0].state) == (times, DeliveryState.UNKNOWN)


async def settle_down(run: Run) -> None:
    """Let the courier look a few times."""
    looked: list[int] = []
    await run.until(lambda _found: looked.append(1) is None and len(looked) > 10)
