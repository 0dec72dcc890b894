"""The courier: takes replies and notices from the outbox to one channel, and notes what became of each."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import (
    Aim,
    Channel,
    Gone,
    Moved,
    NeverTold,
    NotSent,
    NotTold,
    Outcome,
    Outgoing,
    Refused,
    Sent,
    Throttled,
    Unknown,
)
from bot.clock import Clock
from bot.config import DeliverySettings
from bot.notice_rules import NoticeRules
from bot.store import outbox
from bot.store.outbox import Claimed
from bot.store.transactions import Store
from bot.waiting import wait_at_most

# A send ends well before its lease, so that nobody takes it for lost while it is underway.
SHARE_OF_LEASE = 0.8
POLL_SECONDS = 0.5
SHORTEST_POLL_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 300.0

# What an outcome can still be noted after, when the database is away.
FIRST_PAUSE_SECONDS = 0.1
LONGEST_NOTING_PAUSE_SECONDS = 2.0

Work = Callable[[Claimed], Awaitable[None]]
Note = Callable[..., None]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def pause(failures: int) -> timedelta:
    """How long to wait after the `failures`-th failure: 2, 4, 8 … seconds, at most five minutes."""
    return timedelta(seconds=min(2.0 ** min(failures, 16), LONGEST_PAUSE_SECONDS))


class Courier:
    """Serves one channel. `clock` is the desk's, `machine` the one that leases and limits run on.

    `notices` says when notices may go, and what is done about those in doubt.
    """

    def __init__(
        self,
        store: Store,
        channel: Channel,
        settings: DeliverySettings,
        notices: NoticeRules,
        clock: Clock,
        machine: Clock,
    ) -> None:
        self._store = store
        self._channel = channel
        self._settings = settings
        self._notices = notices
        self._clock = clock
        self._machine = machine
        self._hint = asyncio.Event()
        self._underway: dict[int, asyncio.Task[None]] = {}
        self._begun = 0
        self._looked_for_doubts: datetime | None = None

    def wake(self) -> None:
        """There may be something to send."""
        self._hint.set()

    async def run(self) -> None:
        """Send whatever is due, for ever."""
        while True:
            self._hint.clear()
            seconds = POLL_SECONDS
            try:
                await self._clear_doubts()
                seconds = await self._send_due()
            except Exception:
                log.exception("outbox unavailable", channel=self._channel.name)
            await wait_at_most(seconds, self._hint)

    async def step(self) -> int:
        """Begin what may begin now, and wait for the outcomes; how many there were. Instead of `run`."""
        before = self._begun
        await self._clear_doubts()
        await self._send_due()
        await self.finish()
        return self._begun - before

    async def finish(self) -> None:
        """Wait until what is underway has an outcome."""
        while self._underway:
            await asyncio.wait(self._underway.values())

    async def _clear_doubts(self) -> None:
        now = self._machine.now()
        if self._looked_for_doubts and (now - self._looked_for_doubts).total_seconds() < POLL_SECONDS:
            return
        self._looked_for_doubts = now
        for claimed in await self._store.read(outbox.doubtful, self._channel.name, now):
            if claimed.id not in self._underway:
                self._begin(claimed, self._clear_doubt)

    async def _send_due(self) -> float:
        """Begin what may begin; in how many seconds to look again."""
        if len(self._underway) >= self._settings.in_flight:
            return POLL_SECONDS
        now = self._machine.now()
        lease = now + timedelta(seconds=self._settings.lease_seconds)
        passage = self._notices.passage(self._clock.now())
        found = await self._store.write(
            outbox.claim, self._channel.name, self._channel.pacing, self._settings.in_flight, now, lease, passage
        )
        for claimed in found.claimed:
            self._begin(claimed, self._deliver)
        return self._seconds_until(found.next_at)

    def _seconds_until(self, moment: datetime | None) -> float:
        if moment is None:
            return POLL_SECONDS
        seconds = (moment - self._machine.now()).total_seconds()
        return min(max(seconds, SHORTEST_POLL_SECONDS), POLL_SECONDS)

    def _begin(self, claimed: Claimed, work: Work) -> None:
        task = asyncio.create_task(self._finish(claimed, work))
        self._underway[claimed.id] = task
        self._begun += 1

    async def _finish(self, claimed: Claimed, work: Work) -> None:
        try:
            await work(claimed)
        except Exception:
            log.exception("outcome not noted", delivery=claimed.id)
        finally:
            del self._underway[claimed.id]
            self._hint.set()

    async def _deliver(self, claimed: Claimed) -> None:
        await self._note(claimed, await self._send(claimed))

    async def _send(self, claimed: Claimed) -> Outcome:
        """Whatever goes wrong inside of a channel leaves the outcome unknown."""
        if not claimed.is_there:
            return Refused("never_sent")
        try:
            async with asyncio.timeout(self._settings.lease_seconds * SHARE_OF_LEASE):
                return await self._channel.send(_outgoing(claimed))
        except Exception as error:
            log.exception("channel failed", delivery=claimed.id, channel=claimed.channel)
            return Unknown(type(error).__qualname__)

    async def _note(self, claimed: Claimed, outcome: Outcome) -> None:
        said = {"outcome": type(outcome).__name__, "doubt": _doubt_in(outcome), "tries": claimed.tries}
        log.info("delivery", delivery=claimed.id, **said)
        now = self._machine.now()
        match outcome:
            case Sent(ref, thread):
                await self._record(outbox.sent, claimed, now, self._clock.now(), ref, thread)
            case NotSent(reason):
                await self._retry(claimed, now, reason)
            case Throttled(seconds):
                until = now + timedelta(seconds=seconds)
                await self._record(outbox.throttled, claimed, now, until)
            case Refused(reason):
                await self._record(outbox.fail, claimed, now, reason)
            case Gone(reason):
                await self._record(outbox.recipient_gone, claimed, now, reason)
            case Moved(place):
                # At once, unless it moves again and again.
                not_before = now + pause(claimed.failures) if claimed.failures else now
                await self._record(outbox.place_moved, claimed, now, not_before, place)
            case Unknown(reason):
                await self._doubt(claimed, now, reason)
            case _:
                assert_never(outcome)

    async def _record(self, note: Note, claimed: Claimed, *values: object) -> None:
        """Write an outcome down, however long the database is away: it is known only here."""
        seconds = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._store.write(note, claimed, self._channel.pacing, *values)
                return
            except SQLAlchemyError as error:
                log.warning("outcome not noted yet", delivery=claimed.id, error=type(error).__qualname__)
            await asyncio.sleep(seconds)
            seconds = min(seconds * 2, LONGEST_NOTING_PAUSE_SECONDS)

    async def _retry(self, claimed: Claimed, now: datetime, reason: str) -> None:
        """What surely did not arrive is tried until patience ends, whatever the number of tries."""
        if self._is_out_of_patience(claimed, now):
            await self._record(outbox.fail, claimed, now, reason)
            return
        not_before = now + pause(claimed.failures + 1)
        await self._record(outbox.again, claimed, now, not_before, reason)

    def _is_out_of_patience(self, claimed: Claimed, now: datetime) -> bool:
        return now - claimed.since >= timedelta(hours=self._settings.patience_hours)

    async def _doubt(self, claimed: Claimed, now: datetime, reason: str, seconds: float = 0.0) -> None:
        """Leave the platform time to finish what it may have begun, then find out; in `seconds` at the earliest."""
        if self._is_out_of_patience(claimed, now):
            await self._leave(claimed, now, reason)
            return
        waits = max(pause(claimed.doubts + 1).total_seconds(), self._settings.read_back_seconds, seconds)
        not_before = now + timedelta(seconds=waits)
        await self._record(outbox.doubt, claimed, now, not_before, reason)

    async def _leave(self, claimed: Claimed, now: datetime, reason: str) -> None:
        """To an operator; what follows in the conversation waits no longer."""
        log.warning("left unknown", delivery=claimed.id, channel=claimed.channel)
        await self._record(outbox.doubt, claimed, now, None, reason)

    async def _clear_doubt(self, claimed: Claimed) -> None:
        """Ask the platform whether a reply arrived; where it cannot tell, send it again, within bounds."""
        now = self._machine.now()
        if claimed.aim is not Aim.POST:
            # What is done to an earlier post may be done twice.
            await self._record(outbox.resend, claimed, now)
            return
        try:
            async with asyncio.timeout(self._settings.lease_seconds * SHARE_OF_LEASE):
                arrived = await self._channel.arrived(_outgoing(claimed))
        except NeverTold as error:
            await self._leave(claimed, now, f"not to be read back: {error}")
            return
        except Exception as error:
            log.warning("not read back", delivery=claimed.id, error=type(error).__qualname__)
            asked = error.seconds if isinstance(error, NotTold) else None
            await self._doubt(claimed, now, "not read back", asked or 0.0)
            return
        log.info("read back", delivery=claimed.id, arrived=isinstance(arrived, Sent) or arrived)
        if arrived:
            await self._note(claimed, arrived if isinstance(arrived, Sent) else Sent())
        elif arrived is None and (self._is_held(claimed) or claimed.doubts >= self._settings.tries):
            await self._leave(claimed, now, "unknown")
        elif arrived is False and self._is_out_of_patience(claimed, now):
            await self._record(outbox.fail, claimed, now, "never arrived")
        else:
            # A reply that comes twice is better than one that never comes.
            await self._record(outbox.resend, claimed, now)

    def _is_held(self, claimed: Claimed) -> bool:
        """Whether a second post would be worse than none."""
        return claimed.occurrence is not None and self._notices.unknown == "hold"


def _doubt_in(outcome: Outcome) -> str | None:
    """Why an outcome is unknown. What a refusal is called is the platform's word, and is logged nowhere."""
    return outcome.reason if isinstance(outcome, Unknown) else None


def _outgoing(claimed: Claimed) -> Outgoing:
    return Outgoing(
        id=claimed.id,
        address=claimed.address,
        reply=claimed.reply,
        to=claimed.to,
        since=claimed.since,
        aim=claimed.aim,
        of=claimed.of,
        original=claimed.original,
        root=claimed.root,
        thread=claimed.thread,
    )
