"""Small signs of life: 「入力中」 while the desk thinks, and the end of a button's spinning."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from telegram import Bot
from telegram.constants import ChatAction

from bot.channels.base import Parcel, place_of
from bot.channels.telegram.request import Flooded
from bot.channels.telegram.wire import query_id_of
from bot.clock import Clock
from bot.ports import Words
from handlers.message import Content, Edit, Media, Message, Tap, Text

IN_FLIGHT = 8
MOST_WAITING = 64
LONGEST_NOTICE = 200
NOTICES = {"rate:up": "rated_up", "rate:down": "rated_down"}

# Not begun yet: a coroutine that is dropped before its first step complains.
Sign = Callable[[], Awaitable[bool]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Signs:
    """Gives signs without anybody waiting for them; what does not work or is too much is left out.

    Answers to taps wait their turn, so that no button spins on; 「入力中」 would be late, and does not. In the
    staff's `room` nobody waits for words of ours.
    """

    def __init__(self, bot: Bot, words: Words, machine: Clock, room: str | None = None) -> None:
        self._bot = bot
        self._words = words
        self._machine = machine
        self._room = room
        self._quiet_until: datetime | None = None
        self._turns = asyncio.Semaphore(IN_FLIGHT)
        self._underway: set[asyncio.Task[None]] = set()

    def give(self, raw: Mapping[str, Any], parcel: Parcel) -> None:
        """Begin the sign that an update calls for, if there is room."""
        query, message = query_id_of(raw), parcel.message
        if query is not None:
            answer = partial(self._bot.answer_callback_query, query, text=self._notice(message))
            self._begin(partial(self._insist, answer), IN_FLIGHT + MOST_WAITING)
        elif message is not None and self._is_awaited(message) and not self._quiet_seconds():
            self._begin(self._typing(message), IN_FLIGHT)

    def hush(self, seconds: float) -> None:
        """Give no signs for so many seconds, as Telegram asks to wait."""
        until = self._machine.now() + timedelta(seconds=seconds)
        self._quiet_until = max(until, self._quiet_until or until)

    async def stop(self) -> None:
        """Drop what is underway."""
        for task in self._underway:
            task.cancel()
        await asyncio.gather(*self._underway, return_exceptions=True)

    def _quiet_seconds(self) -> float:
        if self._quiet_until is None:
            return 0.0
        return max(0.0, (self._quiet_until - self._machine.now()).total_seconds())

    def _is_awaited(self, message: Message) -> bool:
        return asks(message.content) and place_of(message.address) != self._room

    def _typing(self, message: Message) -> Sign:
        chat, _, thread = message.address.partition(":")
        return partial(self._bot.send_chat_action, int(chat), ChatAction.TYPING, int(thread) if thread else None)

    def _notice(self, message: Message | None) -> str | None:
        """What the platform shows for a moment over the chat."""
        if message is None or not isinstance(message.content, Tap):
            return None
        key = NOTICES.get(message.content.value)
        return self._words.phrase(key)[:LONGEST_NOTICE] if key is not None else None

    def _begin(self, sign: Sign, room: int) -> None:
        if len(self._underway) >= room:
            return
        task = asyncio.create_task(self._try(sign))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)

    async def _try(self, sign: Sign) -> None:
        try:
            async with self._turns:
                await sign()
        except Flooded as error:
            self.hush(error.seconds)
        except Exception as error:
            log.debug("sign not given", error=type(error).__name__)

    async def _insist(self, sign: Sign) -> bool:
        """Give a sign once it is not too loud for Telegram any more."""
        while True:
            while (seconds := self._quiet_seconds()) > 0:
                await asyncio.sleep(seconds)
            try:
                return await sign()
            except Flooded as error:
                self.hush(error.seconds)


def asks(content: Content) -> bool:
    """Whether the desk will have to think about it."""
    return isinstance(content, Text | Edit) or (isinstance(content, Media) and bool(content.caption))
