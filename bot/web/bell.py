"""Wakes the pages that wait for news of their conversation."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One bell for all addresses. A ring is a hint; the truth is in the store."""

    def __init__(self) -> None:
        self._listening: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """True once nobody should wait any longer."""
        return self._closed

    @contextmanager
    def listen(self, address: str) -> Iterator[asyncio.Event]:
        """An event that is set at each ring for `address`, and when the bell is closed."""
        heard = asyncio.Event()
        self._listening.setdefault(address, set()).add(heard)
        try:
            yield heard
        finally:
            self._listening[address].discard(heard)
            if not self._listening[address]:
                del self._listening[address]

    def ring(self, address: str) -> None:
        """There is news for `address`."""
        for heard in self._listening.get(address, ()):
            heard.set()

    def close(self) -> None:
        """Send everybody home."""
        self._closed = True
        for address in self._listening:
            self.ring(address)
