"""ask: one question, or a file of them."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.asking import Asked, ask
from bot.batch import BrokenLine, Question, as_error_line, as_line, read_questions
from bot.channels.base import as_numbered_text
from bot.clock import clock_from
from bot.commands.context import Oracle, moment, oracle, settings

HELP = "質問に答えます(記録は残しません)"


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", help="質問")
    what.add_argument("--batch", type=Path, metavar="FILE", help="1行に1問のJSONLを読み、1行に1つ答えます")
    parser.add_argument("--at", type=moment, metavar="ISO", help="尋ねる日時(時差がなければ日本時間)")
    parser.add_argument("--json", action="store_true", help="JSONで出力します")
    parser.add_argument("--explain", action="store_true", help="判断の理由も出力します")


def run(options: Namespace) -> int:
    """0, or 1 where a line of the batch was broken."""
    config = settings(options)
    at: datetime = options.at or clock_from(config.clock.start, config.clock.speed).now()
    desk = oracle(config)
    if options.batch:
        desk.book.warm(at)
        return _batch(desk, options.batch, at)
    _show(ask(desk.decide, desk.book, options.question, (), at), options)
    return 0


def _batch(desk: Oracle, path: Path, at: datetime) -> int:
    status = 0
    for question in read_questions(path, Question):
        if isinstance(question, BrokenLine):
            status = 1
            print(as_error_line(question), flush=True)
        else:
            print(as_line(question.id, ask_one(desk, question, at)), flush=True)
    return status


def ask_one(desk: Oracle, question: Question, at: datetime) -> Asked:
    """A question of a file, at its own time or else at `at`."""
    return ask(desk.decide, desk.book, question.text, question.turns, question.at or at)


def _show(asked: Asked, options: Namespace) -> None:
    lines = list(_explanation(asked)) if options.explain else []
    shown = as_line(None, asked) if options.json else as_numbered_text(asked.reply)
    if options.json and lines:
        shown = json.dumps(json.loads(shown) | {"explanation": lines}, ensure_ascii=False)
        lines = []
    sys.stdout.write("\n".join([shown, *lines]) + "\n")


def _explanation(asked: Asked) -> Iterator[str]:
    yield f"-- {asked.outcome} ({asked.finding.reason}, {asked.finding.confidence:.2f}, {asked.ms} ms)"
    yield from asked.finding.explanation
