"""chat: a conversation in the terminal, kept like any other."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from bot.channels.keyboard import Keyboard
from bot.commands.context import settings, stop_on_signals
from bot.config import Config
from bot.log import configure_log

HELP = "端末で会話します(Ctrl-D か Ctrl-C で終わります)"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0 after the person left."""
    config = settings(options)
    # The screen belongs to the conversation.
    configure_log("warning", config.log.format)
    asyncio.run(_talk(config))
    return 0


async def _talk(config: Config) -> None:
    from bot.app import console_channel, service
    from bot.parts import open_desk

    parts = await open_desk(config)
    stop, keyboard = stop_on_signals(), Keyboard(sys.stdin.fileno())
    print(parts.words.phrase("welcome"), flush=True)
    channel = console_channel(parts, keyboard.line, sys.stdout, stop.set)
    await service(parts, [channel], ("console", "courier")).run(stop)
