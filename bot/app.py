"""Where everything is wired together, and nowhere else."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TextIO

from bot.apology import apologise
from bot.channels.base import Channel
from bot.channels.console import ConsoleChannel, ReadLine
from bot.channels.web import WebChannel
from bot.clock import Clock, RealClock
from bot.config import Config
from bot.courier import Courier
from bot.desk import Decisions, Desk
from bot.ports import Decide, Words
from bot.service import Service
from bot.store.engine import open_engine
from bot.store.schema import ensure_current
from bot.store.transactions import Store
from bot.web.bell import Bell
from bot.web.site import SiteParts, build_site

SECRET_BYTES = 32


def open_store(config: Config) -> Store:
    """The database, ready for use. Raises DatabaseUnreachable and DatabaseNotReady."""
    engine = open_engine(config.database.get_secret_value())
    ensure_current(engine)
    return Store(engine)


@dataclass(frozen=True)
class Parts:
    """What every running desk is made of. `machine` is the real clock, whatever `clock` is set to."""

    config: Config
    words: Words
    decide: Decide
    store: Store
    clock: Clock
    machine: Clock = field(default_factory=RealClock)


def draw_secret() -> str:
    """A new string that nobody can guess, of 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def web_channel(parts: Parts) -> WebChannel:
    """The web chat, as the settings want it."""
    bell = Bell()
    site = SiteParts(
        store=parts.store,
        words=parts.words,
        bell=bell,
        clock=parts.clock,
        machine=parts.machine,
        draw=draw_secret,
        limits=parts.config.limits,
        clock_is_set=parts.config.clock.start is not None,
    )
    return WebChannel(parts.config.channels.web, partial(build_site, site), bell)


def console_channel(parts: Parts, read: ReadLine, screen: TextIO, ended: Callable[[], None]) -> ConsoleChannel:
    """A new conversation in the terminal; `ended` is called when the person leaves."""
    return ConsoleChannel(read, screen, draw_secret(), parts.clock, ended)


def service(parts: Parts, channels: Sequence[Channel]) -> Service:
    """Desk and courier for these channels."""
    named = {channel.name: channel for channel in channels}
    courier = Courier(parts.store, named, parts.config.delivery, parts.clock, parts.machine)
    decisions = Decisions(parts.decide, partial(apologise, parts.words))
    desk = Desk(parts.store, decisions, parts.clock, list(named), courier.wake)
    return Service(parts.store, desk, courier, channels)
