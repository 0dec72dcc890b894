"""The console channel: a conversation in the terminal, line by line."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TextIO

from starlette.routing import BaseRoute

from bot.channels.base import (
    Aim,
    NotSent,
    Outcome,
    Outgoing,
    Receive,
    Refused,
    Sent,
    as_numbered_text,
    cleaned,
    parcel_of,
    read_number,
)
from bot.clock import Clock
from bot.pacing import UNLIMITED
from bot.waiting import wait_at_most
from handlers.message import Message

PATIENCE_SECONDS = 10.0
PROMPT = "> "
# What stands on a screen cannot be taken from it. Named as other channels name it.
NOT_DELETABLE = "not deletable"

ReadLine = Callable[[], Awaitable[str | None]]


class ConsoleChannel:
    """Shows replies on `screen` to what `read` gives, until that is None. One run is one conversation."""

    name = "console"
    pacing = UNLIMITED

    def __init__(self, read: ReadLine, screen: TextIO, address: str, clock: Clock, ended: Callable[[], None]) -> None:
        self._read = read
        self._screen = screen
        self._address = address
        self._clock = clock
        self._ended = ended
        self._last: Outgoing | None = None
        self._answered = asyncio.Event()
        self._talking: asyncio.Task[None] | None = None

    def routes(self, _receive: Receive) -> Sequence[BaseRoute]:
        """None."""
        return []

    async def start(self, receive: Receive) -> None:
        """Begin to read."""
        self._talking = asyncio.create_task(self._talk(receive))

    async def _talk(self, receive: Receive) -> None:
        """Take turns until the input ends."""
        count = 0
        try:
            while (line := await self._next()) is not None:
                count += 1
                self._answered.clear()
                await receive([parcel_of(self._message(line, count))])
                await wait_at_most(PATIENCE_SECONDS, self._answered)
        finally:
            self._write("\n")
            self._ended()

    async def _next(self) -> str | None:
        self._write(PROMPT)
        return await self._read()

    def _message(self, line: str, count: int) -> Message:
        content = read_number(cleaned(line), self._last)
        key = f"{self._address}:{count}"
        return Message(self.name, self._address, self._address, key, self._clock.now(), content)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Show a reply; its choices can be picked by number."""
        if outgoing.address != self._address:
            return NotSent("another terminal")
        if outgoing.aim is Aim.WITHDRAW:
            return Refused(NOT_DELETABLE)
        self._write(as_numbered_text(outgoing.reply) + "\n\n")
        self._last = outgoing
        self._answered.set()
        return Sent()

    async def arrived(self, _outgoing: Outgoing) -> bool:
        """The screen is here."""
        return True

    async def stop_taking(self) -> None:
        """Read no more."""
        await self.stop()

    async def stop(self) -> None:
        """Read no more."""
        if self._talking is not None:
            self._talking.cancel()

    def _write(self, text: str) -> None:
        self._screen.write(text)
        self._screen.flush()
