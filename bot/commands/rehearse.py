"""rehearse: the whole season on a fake clock, with simulated people, through the real desk."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import JAPAN
from bot.commands.context import settings
from bot.errors import FileUnwritable, RehearsalFailed
from bot.log import configure_log

if TYPE_CHECKING:
    from bot.rehearsal.deeds import Span
    from knowledge.schema import Programme

HELP = "開設期間の全体を、模擬の参加者・担当者・登録者で通し稽古します(実際の利用者には届きません)"
SUBSCRIBERS = 40
SEED = "1"


def add_arguments(parser: ArgumentParser) -> None:
    """The span, who takes part, how often it is killed, and how it is told."""
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DATE", help="初日(既定は開設の日)")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DATE", help="最後の日(既定は終了の日)")
    parser.add_argument("--subscribers", type=_count, default=SUBSCRIBERS, metavar="N", help="登録者の数")
    parser.add_argument("--seed", default=SEED, metavar="S", help="乱数の種。同じ種なら、いつも同じ結果になります")
    parser.add_argument(
        "--kill-every", type=_positive, metavar="N", help="N件届くごとに、デスクを途中で強制終了して起動し直します"
    )
    parser.add_argument("--brief", action="store_true", help="お知らせの文面を、はじめの一行だけにします")
    parser.add_argument("--json", action="store_true", help="JSONで出力します")
    parser.add_argument("--html", type=Path, metavar="FILE", help="期間全体を一枚のページにして書き出します")


def _count(value: str) -> int:
    if not value.isdecimal():
        raise ArgumentTypeError("0以上の整数で書いてください")
    return int(value)


def _positive(value: str) -> int:
    if (count := _count(value)) < 1:
        raise ArgumentTypeError("1以上の整数で書いてください")
    return count


def run(options: Namespace) -> int:
    """0 after a whole rehearsal. Raises ContentBroken, RehearsalFailed and FileUnwritable."""
    from bot.reading import read_edition
    from bot.rehearsal.page import as_page
    from bot.rehearsal.performance import Plan, rehearse
    from bot.rehearsal.telling import as_data, as_text

    config = settings(options)
    configure_log("error", config.log.format)
    edition = read_edition(config.knowledge)
    span = _span(options, edition.content.programme)
    season = rehearse(Plan(span, options.subscribers, options.seed, options.kill_every), config, edition, _tell_month)
    if options.html:
        _write(options.html, as_page(season, edition.book))
    if options.json:
        print(json.dumps(as_data(season, edition.book), ensure_ascii=False, indent=1))
    else:
        print("\n".join(as_text(season, edition.book, options.brief)))
    return 0


def _span(options: Namespace, programme: "Programme") -> "Span":
    from bot.rehearsal.deeds import Span

    desk = programme.periods["desk"]
    span = Span(options.first or desk.begins, options.last or desk.ends - timedelta(days=1))
    if not span.days:
        raise RehearsalFailed("--from は --to と同じ日か、それより前の日にしてください")
    return span


def _tell_month(at: datetime) -> None:
    print(f"{at.astimezone(JAPAN):%Y-%m} …", file=sys.stderr, flush=True)


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise FileUnwritable(file, type(error).__name__) from None
