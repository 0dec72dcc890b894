"""`python -m tests.bot.served CONFIG [--only ROLE,…] [--thinking SECONDS]`: the desk as a process, to be killed.

Everything is wired as `python -m bot run` does it, but for what answers: the fake decision, in no time or in
`thinking` seconds. The database and the tokens come from the environment.
"""

import asyncio
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.app import Parts, channels_of, ensure_present, open_store, service
from bot.clock import RealClock
from bot.config import ROLES, load_config, read_secrets
from bot.log import configure_log
from bot.ports import Decide
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from tests.bot.fakes import FakeBook, decide


def arguments() -> Namespace:
    parser = ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--only", default=",".join(ROLES))
    parser.add_argument("--thinking", type=float, default=0.0)
    return parser.parse_args()


def slowed(seconds: float) -> Decide:
    """The fake decision, after so many seconds."""

    def decide_slowly(message: Message, situation: Situation) -> Sequence[Effect]:
        time.sleep(seconds)
        return decide(message, situation)

    return decide_slowly


async def serve(file: Path, roles: Sequence[str], how: Decide) -> None:
    config = load_config(file, os.environ)
    configure_log(config.log.level, config.log.format)
    parts = Parts(config, FakeBook(), how, open_store(config), RealClock())
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present([role for role in roles if roles != list(ROLES)], channels)
    await service(parts, channels, roles).run(asyncio.Event())


if __name__ == "__main__":
    given = arguments()
    asyncio.run(serve(given.config, given.only.split(","), slowed(given.thinking)))
