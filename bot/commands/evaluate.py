"""evaluate: how good the replies to a question set are."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.batch import BrokenLine, read_questions
from bot.clock import RealClock
from bot.commands.ask import ask_one
from bot.commands.context import oracle, settings
from bot.scoring import Examined, Judged, Verdict, by_style, figures, judge

HELP = "質問集(JSONL)で正答率を測ります"
SHOWN: dict[str, set[Verdict]] = {
    "none": set(),
    "wrong": {Verdict.WRONG},
    "missed": {Verdict.WRONG, Verdict.HELD, Verdict.SUGGESTED},
    "all": set(Verdict),
}


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("file", type=Path, metavar="FILE", help="質問集")
    parser.add_argument("--show", choices=SHOWN, default="missed", help="一覧に出す質問")
    parser.add_argument("--json", action="store_true", help="数字だけをJSONで出力します")


def run(options: Namespace) -> int:
    """0, or 1 where a line of the set was broken."""
    desk = oracle(settings(options))
    lines = list(read_questions(options.file, Examined))
    broken = [line for line in lines if isinstance(line, BrokenLine)]
    now = RealClock().now()
    desk.book.warm(now)
    judged = [judge(q, ask_one(desk, q, now)) for q in lines if not isinstance(q, BrokenLine)]
    for line in broken:
        print(f"{line.line}行目: {line.error}", file=sys.stderr)
    _show(judged, len(broken), options)
    return 1 if broken else 0


def _show(judged: list[Judged], missing: int, options: Namespace) -> None:
    found = figures(judged, missing)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        print(f"{name:26} {value}")
    print()
    for style, tally in by_style(judged).items():
        print(f"{style:10}", ", ".join(f"{verdict} {count}" for verdict, count in tally.most_common()))
    for one in judged:
        if one.verdict in SHOWN[options.show]:
            print(_told(one))


def _told(judged: Judged) -> str:
    question, asked = judged.question, judged.asked
    return (
        f"\n{question.id} {judged.verdict}: {' / '.join((*question.turns, question.text))}\n"
        f"    asked {question.at}, expected {question.expect} "
        f"{list(question.must)} not {list(question.must_not)}\n"
        f"    {asked.outcome} {list(asked.reply.entries)}: {asked.reply.text[:160]!r}"
    )
