"""check: all faults of settings and content at once."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.config import Config, load_config
from bot.errors import ConfigFaults

HELP = "設定と知識ベースの誤りを、すべて一度に調べます"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0 where all is well, else 1."""
    config, faults = _settings(Path(options.config))
    faults += _content(config)
    for fault in faults:
        print(fault)
    print(f"誤りが{len(faults)}件あります。" if faults else "誤りはありません。")
    return 1 if faults else 0


def _settings(path: Path) -> tuple[Config, list[str]]:
    """The settings, or else the default ones, and what is wrong with them."""
    try:
        return load_config(path, os.environ), []
    except ConfigFaults as error:
        return Config(), [str(fault) for fault in error.faults]


def _content(config: Config) -> list[str]:
    """Faults of form first; then of meaning; then of what only the finished book shows."""
    from bot.house import house_of
    from bot.reading import read_book
    from bot.sentences import SENTENCES
    from knowledge.lint import find_faults, find_phrase_faults
    from knowledge.load import ContentFaults, load_content
    from knowledge.quiet import Quiet

    settings, quiet = config.knowledge, config.notices.quiet
    try:
        content = load_content(settings.folder)
    except ContentFaults as error:
        return error.faults
    hours = house_of(config).rules.hours
    faults = find_faults(content, settings.folder / "templates", hours, Quiet(quiet.begins, quiet.ends))
    faults += find_phrase_faults(content.phrases, SENTENCES)
    if faults:
        return faults
    read_book(settings)
    return []
