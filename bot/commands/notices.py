"""notices: the season, how far a notice has come, and stopping one that is being sent."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING

from bot.clock import JAPAN, clock_from
from bot.commands.context import settings

if TYPE_CHECKING:
    from bot.announcing import Announcements
    from bot.config import Config
    from bot.store.notice_lists import Listed
    from bot.store.transactions import Store
    from handlers.notice import Notice, Tally
    from knowledge.book import Book

HELP = "お知らせの一覧と送信の様子を出し、送信を止めたり再開したりします"
WATCH_SECONDS = 0.5
STOPS = {
    "pause": "送るのを一時停止します",
    "resume": "一時停止したお知らせを、また送ります",
    "cancel": "送るのをやめます",
}

Action = Callable[["Announcements", "Book", Namespace], Awaitable[None]]


def add_arguments(parser: ArgumentParser) -> None:
    """list; show; watch; pause; resume; cancel."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    parser.set_defaults(action="list")
    actions.add_parser("list", help="すべてのお知らせを、送る時の順に出します(既定)")
    for name, what in {"show": "送信の結果を出します", "watch": "送り終えるまで、進み具合を出します"}.items():
        action = actions.add_parser(name, help=what)
        action.add_argument("notice", type=int, metavar="ID", help="お知らせの番号")
    for name, what in STOPS.items():
        stop = actions.add_parser(name, help=what)
        stop.add_argument("notice", type=int, metavar="ID", help="お知らせの番号")
        stop.add_argument("--by", required=True, metavar="LOGIN", help="config.yaml の staff.members の login")


def run(options: Namespace) -> int:
    """0 where it was done. Raises NoticeRefused."""
    from bot.parts import open_store

    config = settings(options)
    with closing(open_store(config)) as store:
        asyncio.run(_run(store, config, options))
    return 0


async def _run(store: "Store", config: "Config", options: Namespace) -> None:
    from bot.announcing import Announcements
    from bot.house import house_of
    from bot.reading import read_book
    from knowledge.quiet import Quiet

    book, hours = read_book(config.knowledge), config.notices.quiet
    clock = clock_from(config.clock.start, config.clock.speed)
    quiet, needs_second = Quiet(hours.begins, hours.ends), config.notices.approval == "second"
    announcements = Announcements(store, lambda: book, house_of(config), quiet, needs_second, clock)
    await ACTIONS[options.action](announcements, book, options)


async def _list(announcements: "Announcements", book: "Book", _options: Namespace) -> None:
    from handlers.notice import OccurrenceState

    found = await announcements.season(tuple(OccurrenceState))
    for one in found:
        print(_line(one, book))
    print(f"{len(found)}件")


def _line(listed: "Listed", book: "Book") -> str:
    notice = listed.notice
    columns = [str(notice.id), _time(notice), *_words(notice, book), _reason(notice, book)]
    if listed.tally is not None:
        columns.append(f"{listed.tally.sent}/{listed.tally.audience}人")
    return "\t".join(column for column in columns if column)


def _time(notice: "Notice") -> str:
    return "-" if notice.due is None else notice.due.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")


def _words(notice: "Notice", book: "Book") -> list[str]:
    return [book.phrase(f"notice_state_{notice.state}"), book.phrase(f"topic_{notice.topic}"), notice.title]


def _reason(notice: "Notice", book: "Book") -> str:
    from bot.notice_words import why

    return why(notice.reason, book)


async def _show(announcements: "Announcements", book: "Book", options: Namespace) -> None:
    from bot.notice_words import ACTIONS as DID
    from bot.notice_words import failure, why

    dossier = await announcements.dossier(options.notice)
    print("\t".join([str(dossier.notice.id), _time(dossier.notice), *_words(dossier.notice, book)]))
    for name, count in _figures(dossier.tally).items():
        print(f"{name}\t{count}人")
    for reason, count in dossier.tally.reasons:
        print(f"\t{failure(reason, book)}\t{count}人")
    for one in dossier.unclear:
        print(f"分からない送信 {one.delivery}\t{one.channel}\t{one.address}")
    for step in dossier.history:
        at = step.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M:%S")
        print("\t".join([at, step.actor or "-", book.phrase(DID[step.action]), why(step.note, book)]).rstrip())


def _figures(tally: "Tally") -> dict[str, int]:
    return {
        "宛先": tally.audience,
        "届いた": tally.sent,
        "これから": tally.queued + tally.sending,
        "届かなかった": tally.failed,
        "分からない": tally.unknown,
        "途中で登録をやめた": tally.opted_out,
        "送るのをやめた": tally.cancelled - tally.opted_out,
    }


async def _watch(announcements: "Announcements", book: "Book", options: Namespace) -> None:
    """A bar in a terminal; elsewhere a line whenever something changed. Ends when nothing more is being sent."""
    from tqdm import tqdm

    from bot.notice_acts import UNDER_WAY

    is_terminal, last = sys.stderr.isatty(), ""
    with tqdm(unit="人", disable=not is_terminal, file=sys.stderr, dynamic_ncols=True) as bar:
        while True:
            dossier = await announcements.dossier(options.notice)
            line = _progress(dossier.notice, dossier.tally, book)
            bar.total, bar.n = dossier.tally.audience, dossier.tally.settled
            bar.set_description_str(dossier.notice.title)
            is_over = dossier.notice.state not in UNDER_WAY
            if line != last and (is_over or not is_terminal):
                print(line, flush=True)
            if is_over:
                return
            last = line
            await asyncio.sleep(WATCH_SECONDS)


def _progress(notice: "Notice", tally: "Tally", book: "Book") -> str:
    state = book.phrase(f"notice_state_{notice.state}")
    return f"{state}\t{tally.settled}/{tally.audience}人\t届いた {tally.sent}人"


async def _stop(announcements: "Announcements", book: "Book", options: Namespace) -> None:
    from bot.notice_acts import Act
    from bot.notice_steps import Order

    member = announcements.member(options.by)
    await announcements.do(options.notice, Order(Act(options.action)), member)
    notice = (await announcements.dossier(options.notice)).notice
    print(f"{notice.id}\t{book.phrase(f'notice_state_{notice.state}')}")


ACTIONS: dict[str, Action] = {"list": _list, "show": _show, "watch": _watch, **dict.fromkeys(STOPS, _stop)}
