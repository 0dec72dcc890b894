"""check: all faults of settings and content at once."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.config import KnowledgeSettings, load_config
from bot.errors import ConfigFaults

HELP = "設定と知識ベースの誤りを、すべて一度に調べます"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0 where all is well, else 1."""
    knowledge, faults = _settings(Path(options.config))
    faults += _content(knowledge)
    for fault in faults:
        print(fault)
    print(f"誤りが{len(faults)}件あります。" if faults else "誤りはありません。")
    return 1 if faults else 0


def _settings(path: Path) -> tuple[KnowledgeSettings, list[str]]:
    """Where the content is, as far as it can be told, and what is wrong with the settings."""
    try:
        return load_config(path, os.environ).knowledge, []
    except ConfigFaults as error:
        return KnowledgeSettings(), [str(fault) for fault in error.faults]


def _content(settings: KnowledgeSettings) -> list[str]:
    """Faults of form first; then of meaning; then of what only the finished book shows."""
    from bot.reading import read_book
    from bot.sentences import SENTENCES
    from knowledge.lint import find_faults, find_phrase_faults
    from knowledge.load import ContentFaults, load_content

    try:
        content = load_content(settings.folder)
    except ContentFaults as error:
        return error.faults
    faults = find_faults(content, settings.folder / "templates")
    faults += find_phrase_faults(content.phrases, SENTENCES)
    if faults:
        return faults
    read_book(settings)
    return []
