"""run: serve all channels until told to stop."""

import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace

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
    from bot.parts import open_desk

    parts = await open_desk(config)
    channels = channels_of(parts, read_secrets(os.environ))
    ensure_present(only or (), channels)
    await service(parts, channels, only or ROLES).run(stop_on_signals())
