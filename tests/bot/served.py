"""`python -m tests.bot.served CONFIG [--only ROLE,…] [--thinking SECONDS] [--tickets]`: the desk as a process, to be
killed.

Everything is wired as `python -m bot run` does it, but for what answers: the fake decision, in no time or in
`thinking` seconds, or with `--tickets` the real ones with a book that knows no answer. The database and the tokens
come from the environment.
"""

import asyncio
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from bot.app import channels_of, ensure_present, service
from bot.clock import RealClock, clock_from
from bot.config import ROLES, Config, load_config, read_secrets
from bot.house import house_of
from bot.log import configure_log
from bot.parts import Parts, desk_side, open_store
from bot.ports import Decide
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from knowledge.book import Book
from tests.bot.fakes import FakeBook, decide
from tests.bot.unknowing import UnknowingBook

Wiring = Callable[[Config], Parts]


def arguments() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--only", default=",".join(ROLES))
    parser.add_argument("--thinking", type=float, default=0.0)
    parser.add_argument("--tickets", action="store_true")
    return parser.parse_args()


def slowed(seconds: float) -> Decide:
    """The fake decision, after so many seconds."""

    def decide_slowly(message: Message, situation: Situation) -> Sequence[Effect]:
        time.sleep(seconds)
        return decide(message, situation)

    return decide_slowly


def echoing(thinking: float) -> Wiring:
    """A desk that answers everything itself."""
    return lambda config: Parts(config, FakeBook(), slowed(thinking), open_store(config), RealClock())


def handing_over(config: Config) -> Parts:
    """A desk that leaves every answer to staff."""
    book, store = UnknowingBook(), open_store(config)
    clock = clock_from(config.clock.start, config.clock.speed)
    side = desk_side(store, house_of(config), clock, lambda: cast(Book, book))
    return Parts(config, book, book.decide, store, clock, desk_side=side)


async def serve(file: Path, roles: Sequence[str], wiring: Wiring) -> None:
    config = load_config(file, os.environ)
    configure_log(config.log.level, config.log.format)
    parts = wiring(config)
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present([role for role in roles if roles != list(ROLES)], channels)
    await service(parts, channels, roles).run(asyncio.Event())


if __name__ == "__main__":
    given = arguments()
    wiring = handing_over if given.tickets else echoing(given.thinking)
    asyncio.run(serve(given.config, given.only.split(","), wiring))
