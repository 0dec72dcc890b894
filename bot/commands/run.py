"""run: serve all channels until told to stop."""

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from bot.clock import clock_from
from bot.commands.context import settings, stop_on_signals
from bot.config import ROLES, Config, read_secrets

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
    asyncio.run(_serve(settings(options), options.only))
    return 0


async def _serve(config: Config, only: tuple[str, ...] | None) -> None:
    from bot.app import channels_of, ensure_present, service
    from bot.house import house_of
    from bot.parts import Parts, desk_side, open_store
    from bot.reading import read_edition
    from bot.shelf import Shelf

    store = open_store(config)
    shelf = Shelf(read_edition(config.knowledge), store)
    clock = clock_from(config.clock.start, config.clock.speed)
    side = desk_side(store, house_of(config), clock, lambda: shelf.book)
    parts = Parts(config, shelf, shelf.decide, store, clock, desk_side=side, shelf=shelf)
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present(only or (), channels)
    await service(parts, channels, only or ROLES).run(stop_on_signals())
