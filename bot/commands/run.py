"""run: serve all channels until told to stop."""

import asyncio
import gc
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from bot.clock import clock_from
from bot.commands.context import settings, stop_on_signals
from bot.config import ROLES, Config, read_secrets

if TYPE_CHECKING:
    from bot.parts import Begun

HELP = "デスクを動かします(ウェブチャット、Telegram、Slack)"


def add_arguments(parser: ArgumentParser) -> None:
    """--only."""
    parser.add_argument(
        "--only",
        type=_roles,
        metavar="ROLE,…",
        help=f"この役割だけを受け持ちます({','.join(ROLES)})。データベースを共にする別のプロセスと分け合うときに使います",
    )


def _roles(value: str) -> tuple[str, ...]:
    roles = tuple(role.strip() for role in value.split(","))
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise ArgumentTypeError(f"{','.join(unknown)} という役割はありません({','.join(ROLES)} から選んでください)")
    return roles


def run(options: Namespace) -> int:
    """0 after an orderly stop."""
    config = settings(options)
    # Couriers decide nothing.
    count = 0 if options.only == ("courier",) else config.knowledge.processes
    with _beside(config, count) if count else nullcontext() as beside:
        asyncio.run(_serve(config, options.only, beside))
    return 0


@contextmanager
def _beside(config: Config, count: int) -> Iterator["Begun"]:
    """So many processes that decide beside this one, which has neither threads nor a connection to the database yet."""
    from bot.deciders import forked
    from bot.parts import Begun, ensure_database
    from bot.reading import ByEdition, read_edition

    ensure_database(config)
    edition = read_edition(config.knowledge)
    # Once for all of them.
    edition.book.warm(clock_from(config.clock.start, config.clock.speed).now())
    # What was loaded stays: to look through it for garbage would copy it into each process.
    gc.freeze()
    with forked(ByEdition(edition), count) as deciders:
        yield Begun(edition, deciders)


async def _serve(config: Config, only: tuple[str, ...] | None, beside: "Begun | None") -> None:
    from bot.app import channels_of, ensure_present, service
    from bot.parts import open_desk

    parts = await open_desk(config, beside)
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present(only or (), channels)
    gc.collect()
    gc.freeze()
    await service(parts, channels, only or ROLES).run(stop_on_signals())
