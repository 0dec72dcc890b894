"""The Slack channel beside a fake Slack, with somebody who takes what comes in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.base import Outcome, Outgoing, Parcel
from bot.channels.slack.channel import OwnCard, SlackChannel, SlackSecrets
from bot.channels.slack.staff import Found, SlackStaff, Told
from bot.clock import Clock, RealClock
from bot.config import SlackSettings
from bot.ports import Canned
from handlers.effects import Reply
from handlers.message import Message
from handlers.ticket import Action, Event, Ticket
from tests.bot.fakes import MONDAY, FakeBook, FixedClock
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


ROOM = "C0STAFF"
ENTRIES = (Found("entry-a", "初回", "初回は7月13日です。"), Found("entry-b", "申込", "初回の申込は7月8日までです。"))


class PlainWording:
    """Says who wrote, and has nothing written beforehand."""

    def framed(self, words: str) -> str:
        return f"担当者より: {words}"

    def unframed(self, text: str) -> str:
        return text.removeprefix("担当者より: ")

    def canned(self) -> Sequence[Canned]:
        return ()


def told(number: int = 12, **changed: Any) -> Told:
    """A ticket on which the participant wrote twice, and was answered."""
    ticket = Ticket(number, "web", "p", "初回は?", False, "gap", MONDAY, **changed)
    happened = [
        (Action.OPENED, "初回は?", number),
        (Action.NOTED, "だれか", 13),
        (Action.REPLIED, "担当者より: 確かめます", 14),
        (Action.SAID, "<!channel> *急いで*", 15),
    ]
    events = [Event(n, number, MONDAY, action, "", text, line) for n, (action, text, line) in enumerate(happened)]
    return Told(ticket, events)


def staff_room(*tickets: Told, members: Sequence[str] = ("U0STAFF",)) -> SlackStaff:
    """A room of these members, with two entries in the base."""
    by_number = {one.ticket.number: one for one in tickets or (told(),)}
    by_id = {entry.id: entry for entry in ENTRIES}

    async def ticket(number: int) -> Told | None:
        return by_number.get(number)

    async def search(text: str) -> Sequence[Found]:
        return [entry for entry in ENTRIES if text in entry.text]

    async def entry(entry_id: str) -> Found | None:
        return by_id.get(entry_id)

    return SlackStaff(
        room=ROOM,
        is_member=lambda person: person in members,
        ticket=ticket,
        search=search,
        entry=entry,
        wording=PlainWording(),
    )


def channel_for(
    slack: FakeSlack,
    mode: str = "auto",
    machine: Clock | None = None,
    call_seconds: float = 5.0,
    staff: SlackStaff | None = None,
    own_card: OwnCard | None = None,
    **secrets: str | None,
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
    own, clock = SlackSecrets(**hidden), machine or RealClock()
    return SlackChannel(settings, own, FakeBook(), FixedClock(), clock, call_seconds, staff, own_card)


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
async def listening(
    slack: FakeSlack, inbox: Inbox, mode: str, staff: SlackStaff | None = None, own_card: OwnCard | None = None
) -> AsyncIterator[SlackChannel]:
    """The started channel, which hears of everything that happens in this Slack."""
    channel = channel_for(slack, mode, staff=staff, own_card=own_card)
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


def using(
    slack: FakeSlack,
    work: Callable[[SlackChannel], Awaitable[Result]],
    seconds: float = 5.0,
    staff: SlackStaff | None = None,
) -> Result:
    """What comes of work with a channel that waits so long for each answer."""

    async def run() -> Result:
        channel = channel_for(slack, call_seconds=seconds, staff=staff)
        try:
            return await work(channel)
        finally:
            await channel.stop()

    return asyncio.run(run())


def outcome_of(slack: FakeSlack, outgoing: Outgoing, seconds: float = 5.0, staff: SlackStaff | None = None) -> Outcome:
    """What becomes of it, sent by a channel that was never started."""
    return using(slack, lambda channel: channel.send(outgoing), seconds, staff)


def arrived(slack: FakeSlack, outgoing: Outgoing) -> bool:
    """Whether such a channel finds it again."""
    return bool(using(slack, lambda channel: channel.arrived(outgoing)))


def reply_to(address: str, number: int = 7, text: str = "回答です", since: datetime | None = None) -> Outgoing:
    """A short reply; `number` is its delivery's."""
    return Outgoing(number, address, Reply(text), since=since)
