"""Lines as they are typed, awaited without a thread: a thread that waits could not be interrupted."""

import asyncio
import os

CHUNK = 65_536


class Keyboard:
    """Reads the lines of a terminal, pipe or file by its descriptor. Broken UTF-8 is replaced."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._typed = b""

    async def line(self) -> str | None:
        """The next line without its end; None after the last."""
        while b"\n" not in self._typed:
            await self._ready()
            chunk = os.read(self._descriptor, CHUNK)
            if not chunk:
                return self._rest()
            self._typed += chunk
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode("utf-8", "replace")

    def _rest(self) -> str | None:
        rest, self._typed = self._typed, b""
        return rest.decode("utf-8", "replace") if rest else None

    async def _ready(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except PermissionError:
            # Regular files cannot be waited for, and need not be: they are always ready.
            return
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
