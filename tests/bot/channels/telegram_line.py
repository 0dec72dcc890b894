"""A Telegram channel on the line: against the fake Bot API, with somebody who keeps what it receives."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.base import Parcel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.poll import Lead
from bot.clock import Clock
from bot.config import TelegramSettings
from handlers.message import Text
from tests.bot.fakes import FakeBook, FixedClock
from tests.fakes.bot_api import BotApi


@dataclass
class Keeper:
    """Keeps parcels as the desk would, once `is_open`; fails the first `failures` times."""

    failures: int = 0
    parcels: list[Parcel] = field(default_factory=list)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.is_open.set()

    async def __call__(self, parcels: Sequence[Parcel]) -> None:
        if not parcels:
            raise ValueError("nothing to keep")
        await self.is_open.wait()
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no database")
        self.parcels.extend(parcels)

    @property
    def texts(self) -> list[str]:
        messages = [parcel.message for parcel in self.parcels if parcel.message is not None]
        return [message.content.text for message in messages if isinstance(message.content, Text)]

    async def has(self, count: int, seconds: float = 10.0) -> None:
        """Return once so many parcels are there."""
        async with asyncio.timeout(seconds):
            while len(self.parcels) < count:
                await asyncio.sleep(0.005)


async def leading(_name: str) -> bool:
    return True


def channel_of(
    api: BotApi,
    lead: Lead = leading,
    machine: Clock | None = None,
    token: str | None = None,
    room: str | None = None,
    **settings: object,
) -> TelegramChannel:
    chosen = TelegramSettings.model_validate({"api_base": api.url, **settings})
    secret = SecretStr(token or api.world.token)
    return TelegramChannel(chosen, secret, FakeBook(), FixedClock(), machine or FixedClock(), lead, room)


@asynccontextmanager
async def polling(
    api: BotApi, keeper: Keeper, lead: Lead = leading, machine: Clock | None = None, room: str | None = None
) -> AsyncIterator[TelegramChannel]:
    channel = channel_of(api, lead, machine, room=room)
    await channel.start(keeper)
    try:
        yield channel
    finally:
        await channel.stop()


def listening_socket() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=256)


@asynccontextmanager
async def serving(routes: Sequence[BaseRoute], listening: socket.socket) -> AsyncIterator[None]:
    """A web server for these routes."""
    app = Starlette(routes=list(routes))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False))
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await running


@asynccontextmanager
async def hooked(api: BotApi, keeper: Keeper) -> AsyncIterator[str]:
    """A channel whose webhook is set; gives its URL."""
    listening = listening_socket()
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    channel = channel_of(api, mode="webhook", public_url=base)
    async with serving(channel.routes(keeper), listening):
        await channel.start(keeper)
        try:
            yield f"{base}/telegram/webhook"
        finally:
            await channel.stop()


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return once `holds()` is true."""

    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)
