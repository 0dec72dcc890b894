"""Small signs of life: 「入力中」 while the desk thinks, and the end of a button's spinning."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from telegram import Bot
from telegram.constants import ChatAction

from bot.channels.base import Parcel
from bot.channels.telegram.api import Flooded
from bot.channels.telegram.wire import query_id_of
from bot.clock import Clock
from bot.ports import Words
from handlers.message import Content, Edit, Media, Message, Tap, Text

IN_FLIGHT = 8
LONGEST_NOTICE = 200
NOTICES = {"rate:up": "rated_up", "rate:down": "rated_down"}

# Not begun yet: a coroutine that is dropped before its first step complains.
Sign = Callable[[], Awaitable[bool]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Signs:
    """Gives signs without anybody waiting for them; what does not work or is too much is left out."""

    def __init__(self, bot: Bot, words: Words, machine: Clock) -> None:
        self._bot = bot
        self._words = words
        self._machine = machine
        self._quiet_until: datetime | None = None
        self._underway: set[asyncio.Task[None]] = set()

    def give(self, raw: Mapping[str, Any], parcel: Parcel) -> None:
        """Begin the sign that an update calls for, if there is room."""
        if len(self._underway) >= IN_FLIGHT or self._is_quiet():
            return
        sign = self._sign(query_id_of(raw), parcel.message)
        if sign is None:
            return
        task = asyncio.create_task(self._try(sign))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)

    async def stop(self) -> None:
        """Drop what is underway."""
        for task in self._underway:
            task.cancel()
        await asyncio.gather(*self._underway, return_exceptions=True)

    def _is_quiet(self) -> bool:
        return self._quiet_until is not None and self._machine.now() < self._quiet_until

    def _sign(self, query: str | None, message: Message | None) -> Sign | None:
        if query is not None:
            return partial(self._bot.answer_callback_query, query, text=self._notice(message))
        if message is None or not asks(message.content):
            return None
        chat, _, thread = message.address.partition(":")
        return partial(self._bot.send_chat_action, int(chat), ChatAction.TYPING, int(thread) if thread else None)

    def _notice(self, message: Message | None) -> str | None:
        """What the platform shows for a moment over the chat."""
        if message is None or not isinstance(message.content, Tap):
            return None
        key = NOTICES.get(message.content.value)
        return self._words.phrase(key)[:LONGEST_NOTICE] if key is not None else None

    async def _try(self, sign: Sign) -> None:
        try:
            await sign()
        except Flooded as error:
            self._quiet_until = self._machine.now() + timedelta(seconds=error.seconds)
        except Exception as error:
            log.debug("sign not given", error=type(error).__name__)


def asks(content: Content) -> bool:
    """Whether the desk will have to think about it."""
    return isinstance(content, Text | Edit) or (isinstance(content, Media) and bool(content.caption))
