"""questions: what waits for staff."""

import asyncio
from argparse import ArgumentParser, Namespace
from contextlib import closing
from typing import TYPE_CHECKING

from bot.clock import JAPAN
from bot.commands.context import settings

if TYPE_CHECKING:
    from bot.store.queries import Asked

HELP = "担当者を待っている質問の一覧を出します(緊急のものが先)"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0, also where nothing waits."""
    from bot.parts import open_store
    from bot.store.queries import open_questions

    with closing(open_store(settings(options))) as store:
        asked = asyncio.run(store.read(open_questions))
    for question in asked:
        print(_line(question))
    print(f"{len(asked)}件")
    return 0


def _line(asked: "Asked") -> str:
    at = asked.opened_at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
    question = ("【緊急】" if asked.urgent else "") + " ".join(asked.question.split())
    return "\t".join([str(asked.number), at, asked.channel, asked.reason, question])
