"""The Slack channel beside a fake Slack, with somebody who takes what comes in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.base import Outcome, Outgoing, Parcel
from bot.channels.slack import SlackChannel, SlackSecrets
from bot.clock import Clock, RealClock
from bot.config import SlackSettings
from handlers.effects import Reply
from handlers.message import Message
from tests.bot.fakes import FakeBook, FixedClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_delivery import Handed

Result = TypeVar("Result")


@dataclass
class Inbox:
    """Keeps what comes in once, by its key; fails as often as told, and while the gate is shut takes nothing."""

    failures: int = 0
    parcels: dict[str, Parcel] = field(default_factory=dict)
    repeats: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no database")
        for parcel in parcels:
            self.repeats += parcel.key in self.parcels
            self.parcels.setdefault(parcel.key, parcel)

    @property
    def messages(self) -> list[Message]:
        return [parcel.message for parcel in self.parcels.values() if parcel.message is not None]


def channel_for(
    slack: FakeSlack, mode: str = "auto", machine: Clock | None = None, call_seconds: float = 5.0, **secrets: str | None
) -> SlackChannel:
    """The channel with the secrets of this Slack, unless told otherwise."""
    world = slack.world
    tokens = {
        "bot_token": world.bot_token,
        "app_token": None if mode == "http" else world.app_token,
        "signing_secret": world.signing_secret,
        **secrets,
    }
    hidden = {name: None if value is None else SecretStr(value) for name, value in tokens.items()}
    settings = SlackSettings.model_validate({"mode": mode, "api_base": slack.api_base})
    return SlackChannel(
        settings, SlackSecrets(**hidden), FakeBook(), FixedClock(), machine or RealClock(), call_seconds
    )


@asynccontextmanager
async def serving(routes: Sequence[BaseRoute]) -> AsyncIterator[str]:
    """The routes on a socket; its address."""
    config = uvicorn.Config(
        Starlette(routes=list(routes)), port=0, lifespan="off", log_config=None, access_log=False, ws="none"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def listening(slack: FakeSlack, inbox: Inbox, mode: str) -> AsyncIterator[SlackChannel]:
    """The started channel, which hears of everything that happens in this Slack."""
    channel = channel_for(slack, mode)
    async with serving(channel.routes(inbox.receive)) as url:
        slack.sends_events_to(f"{url}/slack/events" if mode == "http" else None)
        await channel.start(inbox.receive)
        try:
            yield channel
        finally:
            await channel.stop()


async def handed_over(slack: FakeSlack, *handed: Handed) -> None:
    """Until Slack has handed these over, or given up."""
    await asyncio.to_thread(slack.people.wait_until_handed_over, *handed)


def using(slack: FakeSlack, work: Callable[[SlackChannel], Awaitable[Result]], seconds: float = 5.0) -> Result:
    """What comes of work with a channel that waits so long for each answer."""

    async def run() -> Result:
        channel = channel_for(slack, call_seconds=seconds)
        try:
            return await work(channel)
        finally:
            await channel.stop()

    return asyncio.run(run())


def outcome_of(slack: FakeSlack, outgoing: Outgoing, seconds: float = 5.0) -> Outcome:
    """What becomes of it, sent by a channel that was never started."""
    return using(slack, lambda channel: channel.send(outgoing), seconds)


def arrived(slack: FakeSlack, outgoing: Outgoing) -> bool | None:
    """What such a channel reads back."""
    return using(slack, lambda channel: channel.arrived(outgoing))


def reply_to(address: str, number: int = 7, text: str = "回答です", since: datetime | None = None) -> Outgoing:
    """A short reply; `number` is its delivery's."""
    return Outgoing(number, address, Reply(text), since=since)
