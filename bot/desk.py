"""The desk: every message is written down first, then decided and settled, in order, once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.base import Parcel
from bot.clock import Clock
from bot.codes import draw_code
from bot.house import House
from bot.ports import Beside, Decide
from bot.store import inbox
from bot.store.apply import Settlement, settle_all
from bot.store.inbox import Arrived, Kept
from bot.store.models import InboundState
from bot.store.recall import Inquiry, recall_all
from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from handlers.command import has_words
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation

TRIES = 3
SWEEP_SECONDS = 5.0
# How often a message is decided anew because others change its ticket at the same time.
MOST_CHANGES = 10

Deciding = Callable[[Message, Situation], Awaitable[Sequence[Effect]]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Decisions:
    """How messages are decided, and what is done about one that cannot be.

    What `beside` decides in another process need not be decided in this one.
    """

    decide: Decide
    apologise: Decide
    beside: Beside | None = None

    async def of(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """What to do about a message. Raises what deciding raises."""
        made = None
        if self.beside is not None and has_words(message.content):
            # The rest is decided sooner than handed over.
            made = await self.beside(message, situation)
        return await asyncio.to_thread(self.decide, message, situation) if made is None else made

    async def last_word(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """What to say about a message that cannot be decided."""
        return await asyncio.to_thread(self.apologise, message, situation)


@dataclass(frozen=True)
class _Settled:
    """What becomes of a message of a conversation, which is held further, from `now` `until` when."""

    settlement: Settlement
    conversation: int
    now: datetime
    until: datetime


class Desk:
    """Takes messages of `channels`. `settled` is called whenever replies were committed.

    `clock` is the desk's. `machine` is the one that holds run on: this process, by the name `holder`, works
    off a conversation for `hold_seconds` at a time, beside any number of others on the same database. `draw_code`
    gives one-time codes that can be given out.
    """

    def __init__(
        self,
        store: Store,
        decisions: Decisions,
        clock: Clock,
        machine: Clock,
        channels: Sequence[str],
        settled: Callable[[], None],
        holder: str,
        hold_seconds: float,
        house: House = House(),
        draw_code: Callable[[], str] = draw_code,
    ) -> None:
        self._keep_all = partial(inbox.keep_arrived, holder=holder)
        self._recall_all = partial(recall_all, house=house)
        self._settle_all = partial(_settle_and_take, holder=holder)
        self._draw_code = draw_code
        self._store = store
        self._decisions = decisions
        self._clock = clock
        self._machine = machine
        self._channels = channels
        self._settled = settled
        self._holder = holder
        self._hold = timedelta(seconds=hold_seconds)
        self._asked: set[int] = set()
        self._busy: set[int] = set()
        self._work: set[asyncio.Task[None]] = set()

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Write down what came in; it is worked off later. A key known already changes nothing."""
        kept = await self._keep(parcels)
        log.info("received", came=len(parcels), new=len(kept))
        for conversation, oldest in {one.conversation_id: one.oldest for one in kept}.items():
            if oldest is not None:
                self._begin(conversation, oldest)

    async def run(self) -> None:
        """Work off what was left over, at the start and whenever something was missed. Never returns."""
        while True:
            await self.sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Begin to work off what nobody works off."""
        try:
            waiting = await self._store.read(inbox.waiting, self._channels, self._machine.now())
        except SQLAlchemyError:
            log.exception("database unavailable")
            return
        for conversation in waiting:
            self._begin(conversation)

    async def finish(self) -> None:
        """Wait until the work at hand is done."""
        while self._work:
            await asyncio.wait(self._work)

    async def _keep(self, parcels: Sequence[Parcel]) -> list[Kept]:
        try:
            return await self._keep_once(parcels)
        except IntegrityError:
            # Another process kept the same message at the same moment: it is known now.
            return await self._keep_once(parcels)

    async def _keep_once(self, parcels: Sequence[Parcel]) -> list[Kept]:
        return await self._store.write_with_others(self._keep_all, Arrived(parcels, *self._hold_from_now()))

    def _hold_from_now(self) -> tuple[datetime, datetime]:
        """From when, until when a conversation is held."""
        now = self._machine.now()
        return now, now + self._hold

    def _begin(self, conversation: int, inbound: int | None = None) -> None:
        """Work off a conversation, from `inbound` on where that is held already; or look at it once more when what is
        at hand there is done."""
        if conversation in self._busy or inbound is None:
            self._asked.add(conversation)
        if conversation in self._busy:
            return
        self._busy.add(conversation)
        task = asyncio.create_task(self._work_off(conversation, inbound))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _work_off(self, conversation: int, inbound: int | None) -> None:
        """Decide all messages of a conversation, oldest first, while nobody else does."""
        try:
            while inbound is not None or conversation in self._asked:
                if inbound is None:
                    self._asked.discard(conversation)
                    inbound = await self._store.write(inbox.take, conversation, self._holder, *self._hold_from_now())
                else:
                    inbound = await self._handle(conversation, inbound)
        except Exception:
            log.exception("left for the next sweep", conversation=conversation)
            await self._give_back(conversation)
        finally:
            self._asked.discard(conversation)
            self._busy.discard(conversation)

    async def _give_back(self, conversation: int) -> None:
        try:
            await self._store.write(inbox.give_back, [conversation], self._holder)
        except OperationalError:
            log.warning("held until the hold runs out", conversation=conversation)

    async def _handle(self, conversation: int, inbound: int) -> int | None:
        """Decide a message; the next one of its conversation."""
        try:
            return await self._settle(conversation, inbound, self._decisions.of, InboundState.DONE)
        except (OperationalError, SituationStale):
            raise
        except Exception as error:
            log.exception("undecided", inbound=inbound)
            return await self._stumble(conversation, inbound, error)

    async def _settle(
        self, conversation: int, inbound: int, decide: Deciding, state: InboundState, error: str | None = None
    ) -> int | None:
        """The same as `_decide_and_write`, again where a ticket was changed by somebody else meanwhile."""
        for _ in range(MOST_CHANGES - 1):
            with suppress(SituationStale):
                return await self._decide_and_write(conversation, inbound, decide, state, error)
        return await self._decide_and_write(conversation, inbound, decide, state, error)

    async def _decide_and_write(
        self, conversation: int, inbound: int, decide: Deciding, state: InboundState, error: str | None
    ) -> int | None:
        """Recall, decide without a transaction open, and write all of it down in one that takes the next message."""
        inquiry = Inquiry(inbound, self._clock.now(), self._draw_code())
        message, situation = await self._store.read_with_others(self._recall_all, inquiry)
        settlement = Settlement(inbound, state, await decide(message, situation), situation.now, error)
        settled = _Settled(settlement, conversation, *self._hold_from_now())
        done, following = await self._store.write_with_others(self._settle_all, settled)
        if done:
            self._settled()
        return following

    async def _stumble(self, conversation: int, inbound: int, error: Exception) -> int | None:
        """Count a failed try; after the last, apologise and leave the question to staff."""
        tries = await self._store.write(inbox.count_try, inbound)
        if tries < TRIES:
            return inbound
        kind = type(error).__qualname__
        log.error("set aside", inbound=inbound, error=kind)
        last_word = self._decisions.last_word if tries == TRIES else _say_nothing
        return await self._settle(conversation, inbound, last_word, InboundState.SET_ASIDE, kind)


def _settle_and_take(session: Session, settled: Sequence[_Settled], holder: str) -> list[tuple[bool, int | None]]:
    """Whether each message was still to be settled, and the next one of its conversation."""
    done = settle_all(session, [one.settlement for one in settled])
    latest = settled[-1]
    # What is settled has locked its conversation.
    locked = [conversation for conversation in done if conversation is not None]
    following = inbox.go_on(session, locked, holder, latest.now, latest.until)
    return [
        (True, following[conversation])
        if conversation is not None
        else (False, inbox.take(session, one.conversation, holder, one.now, one.until))
        for one, conversation in zip(settled, done, strict=True)
    ]


async def _say_nothing(_message: Message, _situation: Situation) -> Sequence[Effect]:
    """For a message that cannot even be apologised for."""
    return ()
