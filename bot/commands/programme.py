"""programme: the sessions as they are held, and moving one."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from bot.clock import clock_from
from bot.commands.context import settings

if TYPE_CHECKING:
    from bot.config import Config
    from bot.ports import Words
    from bot.rescheduling import Preview, Rescheduling, Shift
    from bot.store.transactions import Store

HELP = "セミナーの日程の一覧を出し、回を別の日に動かします"
NO = 1


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing: a list; move; undo."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    move = actions.add_parser("move", help="回を別の日に動かします")
    undo = actions.add_parser("undo", help="動かした回を、programme.yaml の日に戻します")
    for action in (move, undo):
        action.add_argument("session", type=int, metavar="N", help="何回目か")
        action.add_argument("--by", required=True, metavar="LOGIN", help="config.yaml の staff.members の login")
        action.add_argument("--yes", action="store_true", help="確かめずに動かします")
    move.add_argument("day", type=date.fromisoformat, metavar="DATE", help="新しい日(例: 2022-09-14)")


def run(options: Namespace) -> int:
    """0 where it was done, 1 where it was not confirmed. Raises SessionNotMoved."""
    from bot.parts import open_store

    config = settings(options)
    with closing(open_store(config)) as store:
        return asyncio.run(_run(store, config, options))


async def _run(store: "Store", config: "Config", options: Namespace) -> int:
    from bot.house import house_of
    from bot.reading import read_edition
    from bot.rescheduling import Rescheduling
    from bot.shelf import Shelf

    shelf = Shelf(read_edition(config.knowledge), store)
    clock = clock_from(config.clock.start, config.clock.speed)
    rescheduling = Rescheduling(store, shelf, house_of(config), clock)
    if options.action is None:
        await _list(rescheduling)
        return 0
    return await _move(rescheduling, shelf, options)


async def _list(rescheduling: "Rescheduling") -> None:
    from knowledge.calendar import day_text

    for one in await rescheduling.standing():
        moved = f"{one.by}さんが{day_text(one.written)}から変更" if one.by else ""
        line = f"第{one.session.number}回", _dated(one.session.date), one.session.title, moved
        print("\t".join(filter(None, line)))


async def _move(rescheduling: "Rescheduling", words: "Words", options: Namespace) -> int:
    member = rescheduling.mover(options.by)
    undoes = options.action == "undo"
    found = rescheduling.undoing(options.session) if undoes else rescheduling.preview(options.session, options.day)
    preview = await found
    for line in _lines(preview, words):
        print(line)
    if not options.yes and not await asyncio.to_thread(_is_confirmed):
        print("動かしていません。")
        return NO
    await rescheduling.move(preview, member)
    print("動かしました。")
    return 0


def _is_confirmed() -> bool:
    try:
        return input("動かしますか [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def _lines(preview: "Preview", words: "Words") -> Iterator[str]:
    """What follows, for whoever decides."""
    yield f"第{preview.move.session}回({preview.title}): {_dated(preview.was)} → {_dated(preview.move.day)}"
    for warning in preview.warnings:
        yield f"注意\t{words.phrase(f'programme_warning_{warning}')}"
    for shift in preview.shifts:
        yield f"お知らせ\t{shift.title}\t{_when(shift)}"
    yield f"前の日程をお知らせで受け取った人\t{preview.told}人"
    if preview.told:
        yield words.phrase("programme_correction_follows")


def _dated(day: date) -> str:
    from knowledge.calendar import day_text

    return f"{day.year}年{day_text(day)}"


def _when(shift: "Shift") -> str:
    from handlers.presence import moment_text

    if shift.due is None:
        return f"{moment_text(shift.was)} → 送りません"
    late = "(もう過ぎています)" if shift.is_late else ""
    return f"{moment_text(shift.was)} → {moment_text(shift.due)}{late}"
