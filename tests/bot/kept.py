"""The store, one job a call, and replies in its outbox."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.base import parcel_of
from bot.pacing import UNLIMITED, Pacing
from bot.store import inbox, outbox
from bot.store.models import Delivery, InboundState
from bot.store.transactions import Store
from handlers.effects import Effect, Reply
from handlers.message import Message
from tests.bot.alone import settle
from tests.bot.fakes import MONDAY, message

P = ParamSpec("P")
R = TypeVar("R")
HOLD = timedelta(seconds=10)
LEASE = timedelta(seconds=30)


class Kept:
    """A store and what tests do with it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def do(self, job: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return asyncio.run(self._store.write(job, *args, **kwargs))

    def keep(self, kept: Message) -> int:
        """Keep a message; its id."""
        (found,) = self.do(inbox.keep_all, [parcel_of(kept)], "me", MONDAY, MONDAY + HOLD)
        inbound = self.do(inbox.take, found.conversation_id, "me", MONDAY, MONDAY + HOLD)
        assert inbound is not None
        return inbound

    def settle(self, kept: Message, *effects: Effect) -> int:
        inbound = self.keep(kept)
        assert self.do(settle, inbound, InboundState.DONE, effects, MONDAY)
        return inbound

    def count(self, table: type) -> int:
        return self.do(lambda session: session.scalar(select(func.count()).select_from(table))) or 0

    def delivery(self) -> Delivery:
        """The newest reply."""
        newest = select(Delivery).order_by(Delivery.id.desc())
        found = self.do(lambda session: session.scalars(newest).first())
        assert found is not None
        return found

    def deliveries(self) -> list[Delivery]:
        """All replies, oldest first."""
        every = select(Delivery).order_by(Delivery.id)
        return list(self.do(lambda session: session.scalars(every).all()))

    def round(
        self, now: datetime = MONDAY, pacing: Pacing = UNLIMITED, at_most: int = 8, channel: str = "fake"
    ) -> outbox.Round:
        return self.do(outbox.claim, channel, pacing, at_most, now, now + LEASE)

    def claim(
        self, now: datetime = MONDAY, pacing: Pacing = UNLIMITED, at_most: int = 8, channel: str = "fake"
    ) -> list[outbox.Claimed]:
        return self.round(now, pacing, at_most, channel).claimed


def at(seconds: float) -> datetime:
    """So many seconds after all that was kept."""
    return MONDAY + timedelta(seconds=seconds)


def queue(kept: Kept, *texts: str, address: str = "a", urgent: bool = False) -> None:
    """Messages, each answered with its own words."""
    for text in texts:
        kept.settle(message(text, f"{address}:{text}", address), Reply(text, urgent=urgent))


def texts(claimed: list[outbox.Claimed]) -> list[str]:
    return [one.reply.text for one in claimed]
