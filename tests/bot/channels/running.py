"""The real service in a thread beside the test: any channels, any decision, stopped and started again at will."""

import asyncio
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from bot.app import channels_of, service
from bot.channels.base import Channel
from bot.config import ROLES, Config, Secrets
from bot.parts import Parts, desk_side, open_store
from bot.ports import Decide, Words
from bot.service import Service, Start
from knowledge.book import Book
from tests.bot.fakes import FakeBook, FixedClock, decide

READY_SECONDS = 10

Build = Callable[[Parts], Sequence[Channel]]


@dataclass
class RunningDesk:
    """Runs from `start` to `stop`. The desk's clock stands still until it is moved; that of the machine is real.

    With a `book` it has its other side too: staff in their rooms.
    """

    config: Config
    build: Build
    how: Decide = decide
    words: Words = field(default_factory=FakeBook)
    roles: Collection[str] = ROLES
    clock: FixedClock = field(default_factory=FixedClock)
    book: Book | None = None
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _stop: asyncio.Event = field(init=False)
    _thread: threading.Thread = field(init=False)
    _service: Service = field(init=False)

    def start(self) -> None:
        """Returns when every channel has had its start."""
        ready = threading.Event()
        self._loop, self._stop = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=[ready])
        self._thread.start()
        assert ready.wait(READY_SECONDS)

    def stop(self) -> None:
        """Also where it was stopped before."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(READY_SECONDS)
        assert not self._thread.is_alive()

    def ensure_running(self) -> None:
        """Start, unless it runs."""
        if not self._thread.is_alive():
            self.start()

    @property
    def url(self) -> str:
        assert self._service.server is not None
        return f"http://127.0.0.1:{self._service.server.port}"

    def _run(self, ready: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        async def announce() -> None:
            ready.set()

        parts = self._parts()
        built = service(parts, self.build(parts), self.roles)
        self._service = replace(built, starts=[*built.starts, Start("test", announce)])
        await self._service.run(self._stop)

    def _parts(self) -> Parts:
        store = open_store(self.config)
        parts = Parts(self.config, self.words, self.how, store, self.clock)
        book = self.book
        return (
            parts if book is None else replace(parts, desk_side=desk_side(store, parts.house, self.clock, lambda: book))
        )


def with_tokens(secrets: Secrets) -> Build:
    """The channels that these tokens allow for, as the program builds them."""
    return lambda parts: channels_of(parts, secrets)
