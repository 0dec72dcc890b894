"""chat: a conversation in the terminal, kept like any other."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace

from bot.channels.keyboard import Keyboard
from bot.clock import clock_from
from bot.commands.context import oracle, settings, stop_on_signals
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
    from bot.parts import Parts, open_store

    store = open_store(config)
    desk = oracle(config)
    clock = clock_from(config.clock.start, config.clock.speed)
    parts = Parts(config, desk.book, desk.decide, store, clock)
    stop, keyboard = stop_on_signals(), Keyboard(sys.stdin.fileno())
    print(desk.book.phrase("welcome"), flush=True)
    channel = console_channel(parts, keyboard.line, sys.stdout, stop.set)
    await service(parts, [channel], ("console", "courier")).run(stop)
