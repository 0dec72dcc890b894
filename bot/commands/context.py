"""What the subcommands share: the options of all, the settings, and the loaded book."""

import asyncio
import os
import signal
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import JAPAN
from bot.config import Config, load_config
from bot.log import configure_log

if TYPE_CHECKING:
    from bot.ports import Decide
    from knowledge.book import Book

Run = Callable[[Namespace], int]


def settings(options: Namespace) -> Config:
    """The settings, with the log set up as they say. Raises ConfigFaults."""
    config = load_config(Path(options.config), os.environ)
    configure_log(config.log.level, config.log.format)
    return config


def moment(value: str) -> datetime:
    """An ISO date or time; without a zone it is Japan time. Raises ValueError."""
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=JAPAN)


def stop_on_signals() -> asyncio.Event:
    """An event that is set when the process is asked to end (Ctrl-C, SIGTERM)."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@dataclass(frozen=True)
class Oracle:
    """The book and how it decides, loaded together."""

    book: "Book"
    decide: "Decide"


def oracle(config: Config) -> Oracle:
    """Load the book. Raises ContentBroken."""
    from bot.reading import decide_by, read_book

    book = read_book(config.knowledge)
    return Oracle(book, decide_by(book))
