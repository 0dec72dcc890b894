"""run: serve all channels until told to stop."""

import asyncio
from argparse import ArgumentParser, Namespace

from bot.clock import clock_from
from bot.commands.context import oracle, settings, stop_on_signals
from bot.config import Config

HELP = "デスクを動かします(ウェブチャット)"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0 after an orderly stop."""
    asyncio.run(_serve(settings(options)))
    return 0


async def _serve(config: Config) -> None:
    from bot.app import Parts, open_store, service, web_channel

    store = open_store(config)
    desk = oracle(config)
    clock = clock_from(config.clock.start, config.clock.speed)
    parts = Parts(config, desk.book, desk.decide, store, clock)
    channels = [web_channel(parts)] if config.channels.web.enabled else []
    await service(parts, channels).run(stop_on_signals())
