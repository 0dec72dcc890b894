"""The desk: every message is written down first, then decided and settled, in order, once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.ports import Decide
from bot.store import inbox
from bot.store.apply import settle
from bot.store.models import InboundState
from bot.store.recall import recall
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation

TRIES = 3
SWEEP_SECONDS = 5.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Decisions:
    """How messages are decided, and what is done about one that cannot be."""

    decide: Decide
    apologise: Decide


class Desk:
    """Takes messages of `channels`. `settled` is called whenever replies were committed."""

    def __init__(
        self,
        store: Store,
        decisions: Decisions,
        clock: Clock,
        channels: Sequence[str],
        settled: Callable[[], None],
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._clock = clock
        self._channels = channels
        self._settled = settled
        self._turnstiles: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._work: set[asyncio.Task[None]] = set()

    async def receive(self, message: Message) -> None:
        """Write a message down; it is worked off later. A key known already changes nothing."""
        conversation = await self._store.write(inbox.keep, message)
        if conversation is None:
            log.info("repeated", channel=message.channel)
            return
        log.info("received", channel=message.channel, conversation=conversation)
        self._begin(conversation)

    async def run(self) -> None:
        """Work off what was left over, at the start and whenever something was missed. Never returns."""
        while True:
            await self._sweep()
            await asyncio.sleep(SWEEP_SECONDS)

    async def finish(self) -> None:
        """Wait until the work at hand is done."""
        while self._work:
            await asyncio.wait(self._work)

    async def _sweep(self) -> None:
        try:
            waiting = await self._store.read(inbox.waiting, self._channels)
        except OperationalError:
            log.exception("database unavailable")
            return
        for conversation in waiting:
            if conversation not in self._turnstiles:
                self._begin(conversation)

    def _begin(self, conversation: int) -> None:
        task = asyncio.create_task(self._work_off(conversation))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _work_off(self, conversation: int) -> None:
        """Decide all messages of a conversation, oldest first, while nobody else does."""
        async with self._turnstiles.setdefault(conversation, asyncio.Lock()):
            try:
                while (inbound := await self._store.read(inbox.next_new, conversation)) is not None:
                    await self._handle(inbound)
            except Exception:
                log.exception("left for the next sweep", conversation=conversation)

    async def _handle(self, inbound: int) -> None:
        try:
            await self._settle(inbound, self._decisions.decide, InboundState.DONE)
        except OperationalError:
            raise
        except Exception as error:
            log.exception("undecided", inbound=inbound)
            await self._stumble(inbound, error)

    async def _settle(self, inbound: int, decide: Decide, state: InboundState, error: str | None = None) -> None:
        """Recall, decide without a transaction open, and write all of it down in one."""
        message, situation = await self._store.read(recall, inbound, self._clock.now())
        effects = await asyncio.to_thread(decide, message, situation)
        if await self._store.write(settle, inbound, state, effects, situation.now, error):
            self._settled()

    async def _stumble(self, inbound: int, error: Exception) -> None:
        """Count a failed try; after the last, apologise and leave the question to staff."""
        tries = await self._store.write(inbox.count_try, inbound)
        if tries < TRIES:
            return
        kind = type(error).__qualname__
        log.error("set aside", inbound=inbound, error=kind)
        last_word = self._decisions.apologise if tries == TRIES else _say_nothing
        await self._settle(inbound, last_word, InboundState.SET_ASIDE, kind)


def _say_nothing(_message: Message, _situation: Situation) -> Sequence[Effect]:
    """For a message that cannot even be apologised for."""
    return ()
