"""`python -m tests.bot.served CONFIG [--only ROLE,…] [--thinking SECONDS] [--tickets]`: the desk as a process, to be
killed.

Everything is wired as `python -m bot run` does it, but for what answers: the fake decision, in no time or in
`thinking` seconds, or with `--tickets` the real ones with a book that knows no answer. The database and the tokens
come from the environment. With `knowledge.processes` in CONFIG, other processes answer the same beside this one.
"""

import asyncio
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from bot.app import channels_of, ensure_present, service
from bot.clock import RealClock, clock_from
from bot.config import ROLES, Config, load_config, read_secrets
from bot.deciders import Deciders, forked
from bot.house import house_of
from bot.log import configure_log
from bot.parts import Parts, desk_side, open_store
from bot.ports import Decide
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.schema import Change
from tests.bot.fakes import FakeBook, decide
from tests.bot.unknowing import UnknowingBook

Wiring = Callable[[Config, Decide], Parts]


def arguments() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--only", default=",".join(ROLES))
    parser.add_argument("--thinking", type=float, default=0.0)
    parser.add_argument("--tickets", action="store_true")
    return parser.parse_args()


@dataclass(frozen=True)
class Deciding:
    """What answers in every process, after `thinking` seconds. There is only one edition."""

    made: Decide
    thinking: float

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        time.sleep(self.thinking)
        return self.made(message, situation)

    def foresee(self, _asked: Sequence[tuple[Message, Situation]]) -> Decide:
        return self.decide

    def follow(self, _change: Change) -> "Deciding":
        return self


@contextmanager
def beside(deciding: Deciding, count: int) -> Iterator[Deciders | None]:
    """So many processes that answer too."""
    if not count:
        yield None
        return
    with forked(deciding, count) as deciders:
        yield deciders


def echoing(config: Config, decide: Decide) -> Parts:
    """A desk that answers everything itself."""
    return Parts(config, FakeBook(), decide, open_store(config), RealClock())


def handing_over(config: Config, decide: Decide) -> Parts:
    """A desk that leaves every answer to staff."""
    book, store = UnknowingBook(), open_store(config)
    clock = clock_from(config.clock.start, config.clock.speed)
    side = desk_side(store, house_of(config), clock, lambda: cast(Book, book))
    return Parts(config, book, decide, store, clock, desk_side=side)


async def serve(parts: Parts, roles: Sequence[str], deciders: Deciders | None) -> None:
    if deciders is not None:
        await deciders.open()
        parts = replace(parts, beside=deciders.decide)
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present([role for role in roles if roles != list(ROLES)], channels)
    await service(parts, channels, roles).run(asyncio.Event())


def main(file: Path, roles: Sequence[str], wiring: Wiring, deciding: Deciding) -> None:
    config = load_config(file, os.environ)
    configure_log(config.log.level, config.log.format)
    with beside(deciding, config.knowledge.processes) as deciders:
        asyncio.run(serve(wiring(config, deciding.decide), roles, deciders))


if __name__ == "__main__":
    given = arguments()
    made = UnknowingBook().decide if given.tickets else decide
    wiring = handing_over if given.tickets else echoing
    main(given.config, given.only.split(","), wiring, Deciding(made, given.thinking))
