"""The courier: takes replies from the outbox to their channels, and notes what became of each."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot.channels.base import Channel, NotSent, Outcome, Outgoing, Sent, Unknown
from bot.clock import Clock
from bot.config import DeliverySettings
from bot.store import outbox
from bot.store.models import DeliveryState
from bot.store.outbox import Claimed
from bot.store.transactions import Store
from bot.waiting import wait_at_most

POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def pause(tries: int, asked: float | None) -> timedelta:
    """How long to wait after the `tries`-th failure: 2, 4, 8 … seconds, or as long as the channel asks."""
    return timedelta(seconds=asked if asked is not None else min(2.0**tries, LONGEST_PAUSE_SECONDS))


class Courier:
    """Serves `channels`, by name. `clock` is the desk's, `machine` the one that leases run on."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        settings: DeliverySettings,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._store = store
        self._channels = channels
        self._settings = settings
        self._clock = clock
        self._machine = machine
        self._hint = asyncio.Event()
        self._underway: dict[int, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There may be something to send."""
        self._hint.set()

    async def run(self) -> None:
        """Send whatever is due, for ever."""
        while True:
            self._hint.clear()
            try:
                await self._reclaim()
                await self._send_due()
            except Exception:
                log.exception("outbox unavailable")
            await wait_at_most(POLL_SECONDS, self._hint)

    async def finish(self) -> None:
        """Wait until what is underway has an outcome."""
        while self._underway:
            await asyncio.wait(self._underway.values())

    async def _reclaim(self) -> None:
        """A lease that ran out elsewhere means that nobody knows whether the reply arrived."""
        for claimed in await self._store.read(outbox.lost, self._names, self._machine.now()):
            if claimed.id not in self._underway:
                await self._note(claimed, Unknown("lease"))

    async def _send_due(self) -> None:
        room = self._settings.in_flight - len(self._underway)
        if room <= 0:
            return
        now = self._machine.now()
        for claimed in await self._store.write(outbox.claim, self._names, room, now, self._lease(now)):
            self._underway[claimed.id] = asyncio.create_task(self._deliver(claimed))

    @property
    def _names(self) -> list[str]:
        return list(self._channels)

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self._settings.lease_seconds)

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            await self._note(claimed, await self._send(claimed))
        except Exception:
            log.exception("outcome not noted", delivery=claimed.id)
        finally:
            del self._underway[claimed.id]
            self._hint.set()

    async def _send(self, claimed: Claimed) -> Outcome:
        """Whatever goes wrong inside of a channel leaves the outcome unknown."""
        channel = self._channels[claimed.channel]
        outgoing = Outgoing(claimed.id, claimed.address, claimed.reply)
        try:
            async with asyncio.timeout(self._settings.lease_seconds):
                return await channel.send(outgoing)
        except Exception as error:
            log.exception("channel failed", delivery=claimed.id, channel=claimed.channel)
            return Unknown(type(error).__qualname__)

    async def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        log.info("delivery", delivery=claimed.id, outcome=type(outcome).__name__, tries=claimed.tries)
        match outcome:
            case Sent():
                await self._store.write(outbox.sent, claimed, self._clock.now())
            case NotSent(reason, after):
                await self._retry(claimed, DeliveryState.FAILED, reason, after)
            case Unknown(reason):
                # A reply that comes twice is better than one that never comes.
                await self._retry(claimed, DeliveryState.UNKNOWN, reason, None)
            case _:
                assert_never(outcome)

    async def _retry(self, claimed: Claimed, last: DeliveryState, reason: str, after: float | None) -> None:
        if claimed.tries >= self._settings.tries:
            await self._store.write(outbox.give_up, claimed, last, reason)
            return
        not_before = self._machine.now() + pause(claimed.tries, after)
        await self._store.write(outbox.again, claimed, not_before, reason)
