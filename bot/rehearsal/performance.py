"""One rehearsal from beginning to end, in this process or in one that is killed and started again on the way."""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy.orm import Session

from bot.config import Config
from bot.errors import RehearsalFailed
from bot.rehearsal.actors import Census, Participants, Staff, Tending
from bot.rehearsal.askers import asking
from bot.rehearsal.deeds import Deed, Span
from bot.rehearsal.editors import Announcing, Editors
from bot.rehearsal.fate import KILLS
from bot.rehearsal.play import Actor, play
from bot.rehearsal.script import Script, read_script
from bot.rehearsal.season import Season, read_season
from bot.rehearsal.settling import Settling
from bot.rehearsal.staff import with_staff
from bot.rehearsal.stage import AT, WORLD, Setting, Stage, open_database, open_stage, prepare
from bot.rehearsal.subscribers import subscribing
from bot.rehearsal.world import World
from knowledge.book import Book
from knowledge.build import Edition

Passed = Callable[[datetime], None]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Plan:
    """What is to be rehearsed: the days, how many subscribe, what chance is drawn from, every how many posts it is
    killed (None: never)."""

    span: Span
    subscribers: int
    seed: str
    kill_every: int | None = None


def rehearse(plan: Plan, config: Config, edition: Edition, passed: Passed) -> Season:
    """Play it all. Raises RehearsalFailed where the desk ended by itself.

    `passed` is told when a month begins. To be killed it needs a process that has no threads yet.
    """
    with TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        prepare(folder)
        setting = Setting(with_staff(config), edition, folder, plan.span.begins, plan.kill_every)
        if plan.kill_every is None:
            perform(plan, setting, passed)
        else:
            _perform_anew(plan, setting, passed)
        return _read(plan, folder)


def deeds_of(plan: Plan, book: Book, script: Script) -> list[Deed]:
    """All that participants do, drawn from the seed."""
    asked = asking(book, plan.span, random.Random(f"{plan.seed} asking"))
    return asked + subscribing(plan.subscribers, plan.span, book, script, random.Random(f"{plan.seed} subscribing"))


def perform(plan: Plan, setting: Setting, passed: Passed) -> None:
    """Play on from where it stands, to the end."""
    script = read_script()
    deeds = deeds_of(plan, setting.edition.book, script)
    with open_stage(setting) as stage:
        asyncio.run(_play(stage, plan, deeds, script, passed))


async def _play(stage: Stage, plan: Plan, deeds: list[Deed], script: Script, passed: Passed) -> None:
    settling = Settling(stage)
    if stage.world.noted(AT) is None:
        passed(plan.span.begins)
    else:
        await settling.recover()
    actors: list[Actor] = [
        Announcing(stage, settling, Editors(stage, plan.span, script.notice)),
        Tending(stage, settling),
        Participants(stage, deeds),
        Staff(stage, settling, script),
        Census(stage, plan.span),
    ]
    await play(stage, settling, actors, plan.span, passed)


def _perform_anew(plan: Plan, setting: Setting, passed: Passed) -> None:
    """In a process of its own, and in another one whenever that was killed."""
    kills = 0
    while (status := _in_child(lambda: perform(plan, setting, passed))) != 0:
        code, known, kills = os.waitstatus_to_exitcode(status), kills, _kills(setting.folder)
        if code != -signal.SIGKILL or kills == known:
            raise RehearsalFailed(f"途中でデスクが止まりました(終了コード {code})")


def _in_child(work: Callable[[], None]) -> int:
    """Work in a child of this process; how that ended, as the system tells it."""
    if child := os.fork():
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        work()
        code = 0
    except Exception:
        log.exception("rehearsal ended by an error")
    finally:
        # The parent alone goes on from here, whatever happened.
        os._exit(code)


def _kills(folder: Path) -> int:
    with closing(World(folder / WORLD)) as world:
        return int(world.noted(KILLS) or 0)


def _read(plan: Plan, folder: Path) -> Season:
    engine = open_database(folder)
    try:
        with closing(World(folder / WORLD)) as world, Session(engine) as session:
            return read_season(session, world, plan.span, plan.seed, plan.subscribers)
    finally:
        engine.dispose()
