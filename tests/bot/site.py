"""A desk with its web channel on a real socket, run in a thread beside the test."""

import asyncio
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from pydantic import SecretStr

from bot.app import service, web_channel
from bot.channels.base import Channel
from bot.config import Config
from bot.parts import Parts, open_store
from bot.ports import Decide, Words
from bot.service import Service
from tests.bot.fakes import FakeBook, FixedClock, decide

READY_SECONDS = 10

Open = Callable[[Parts], list[Channel]]


def chat_alone(parts: Parts) -> list[Channel]:
    """The participants' page and nothing beside it."""
    return [web_channel(parts)]


def page_config(database: str, **sections: object) -> Config:
    """A desk with its page on any free port, and other sections of config.yaml."""
    return Config.model_validate({"database": SecretStr(database), "channels": {"web": {"port": 0}}, **sections})


class Site:
    """A running site and browsers to visit it with."""

    def __init__(self, config: Config, how: Decide, words: Words, open_channels: Open) -> None:
        self.clock = FixedClock()
        self.machine = FixedClock()
        self._config = config
        self._decide = how
        self._words = words
        self._open_channels = open_channels
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self.service: Service

    def serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        store = open_store(self._config)
        parts = Parts(self._config, self._words, self._decide, store, self.clock, self.machine)
        self.service = service(parts, self._open_channels(parts))
        running = asyncio.create_task(self.service.run(self._stop))
        while self.port == 0 and not running.done():
            await asyncio.sleep(0.01)
        self._ready.set()
        await running

    def wait_until_ready(self) -> None:
        assert self._ready.wait(READY_SECONDS)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)

    @property
    def port(self) -> int:
        return self.service.server.port if self.service.server else 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A browser that has opened the page."""
        with self.stranger() as client:
            client.get("/").raise_for_status()
            yield client

    def stranger(self) -> httpx.Client:
        """A browser that has not opened the page."""
        return httpx.Client(base_url=self.url, headers={"origin": self.url}, timeout=30)


@contextmanager
def running_site(
    config: Config, how: Decide = decide, words: Words | None = None, open_channels: Open = chat_alone
) -> Iterator[Site]:
    site = Site(config, how, words or FakeBook(), open_channels)
    thread = threading.Thread(target=site.serve)
    thread.start()
    site.wait_until_ready()
    try:
        yield site
    finally:
        site.stop()
        thread.join(READY_SECONDS)
        assert not thread.is_alive()


def post(browser: httpx.Client, text: str, key: str | None = None) -> httpx.Response:
    return browser.post("/api/messages", json={"key": key or str(uuid.uuid4()), "text": text})


def press(browser: httpx.Client, value: str, reply: object = None) -> httpx.Response:
    """Tap a choice of a reply, or one of the page's own."""
    body = {"key": str(uuid.uuid4()), "tap": {"value": value, "reply": reply}}
    return browser.post("/api/messages", json=body)


def items(browser: httpx.Client, after: int = 0, wait: int = 0) -> list[dict[str, object]]:
    response = browser.get("/api/conversation", params={"after": after, "wait": wait})
    response.raise_for_status()
    found: list[dict[str, object]] = response.json()["items"]
    return found


def said(browser: httpx.Client, at_least: int) -> list[dict[str, object]]:
    """The whole conversation as soon as it has `at_least` lines."""
    lines, ended = items(browser), time.monotonic() + 10
    while len(lines) < at_least:
        assert time.monotonic() < ended, f"only {lines}"
        # What came may be nothing to show, such as a rating: then it is asked again.
        items(browser, int(str(lines[-1]["id"])) if lines else 0, wait=1)
        time.sleep(0.01)
        lines = items(browser)
    return lines


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
