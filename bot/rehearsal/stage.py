"""A desk for the rehearsal: the real parts, wired as always, on a fake clock, with channels that end in the world."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, event

from bot.announcer import Announcer
from bot.app import announcer, service
from bot.config import Config
from bot.courier import Courier
from bot.desk import Desk
from bot.house import house_of
from bot.jobs import Chore
from bot.notifier import Notifier
from bot.parts import Parts, desk_side
from bot.rehearsal.channel import StageChannel
from bot.rehearsal.clocks import MachineClock, PlayClock
from bot.rehearsal.fate import Fate
from bot.rehearsal.world import World
from bot.shelf import Shelf
from bot.store.engine import open_engine
from bot.store.schema import migrate
from bot.store.transactions import Store
from knowledge.book import Book
from knowledge.build import Edition

CHANNELS = ("web", "telegram", "slack")
HOLDER = "rehearsal"
DATABASE, WORLD = "desk.sqlite3", "world.sqlite3"
# What is noted of the clocks, so that they go on where they stood.
AT, MACHINE_AT = "at", "machine_at"


@dataclass(frozen=True)
class Setting:
    """What a rehearsal is played with: settings, the book, where it is kept, from when on, how often it is killed."""

    config: Config
    edition: Edition
    folder: Path
    begins: datetime
    kill_every: int | None = None


@dataclass(frozen=True)
class Stage:
    """Everything that a play works with; couriers by the names of their channels, chores by their own."""

    parts: Parts
    book: Callable[[], Book]
    desk: Desk
    notifier: Notifier
    announcer: Announcer
    couriers: dict[str, Courier]
    chores: dict[str, Chore]
    world: World
    clock: PlayClock
    machine: MachineClock
    fate: Fate

    def note_time(self) -> None:
        """Go on from here, should the process end."""
        self.world.note(AT, self.clock.now().isoformat())
        self.world.note(MACHINE_AT, self.machine.now().isoformat())


def prepare(folder: Path) -> None:
    """An empty database for a rehearsal."""
    engine = open_database(folder)
    migrate(engine)
    engine.dispose()


def open_database(folder: Path) -> Engine:
    """The desk's database of a rehearsal. It need not outlive a power cut, so that it need not wait for the disk."""
    engine = open_engine(f"sqlite:///{folder / DATABASE}")
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return engine


@contextmanager
def open_stage(setting: Setting) -> Iterator[Stage]:
    """The desk as it is in a folder that was prepared: new, or where it was when its process ended."""
    world = World(setting.folder / WORLD)
    clock = PlayClock(datetime.fromisoformat(world.noted(AT) or setting.begins.isoformat()))
    machine = MachineClock(clock)
    machine.move_to(datetime.fromisoformat(world.noted(MACHINE_AT) or setting.begins.isoformat()))
    fate = Fate(world, setting.kill_every)
    engine = open_database(setting.folder)
    fate.watch(engine)
    store = Store(engine)
    try:
        yield _stage(setting, store, world, machine, fate)
    finally:
        store.close()
        world.close()


def _stage(setting: Setting, store: Store, world: World, machine: MachineClock, fate: Fate) -> Stage:
    clock, shelf = machine.desk, Shelf(setting.edition, store)
    side = desk_side(store, house_of(setting.config), clock, lambda: shelf.book)
    parts = Parts(setting.config, shelf, shelf.decide, store, clock, machine, HOLDER, side, shelf)
    running = service(parts, [StageChannel(name, world, clock, fate) for name in CHANNELS])
    desk, notifier, jobs = running.desk, running.notifier, running.jobs
    if desk is None or notifier is None or jobs is None:
        raise RuntimeError("the desk lacks a part that the rehearsal needs")
    return Stage(
        parts=parts,
        book=side.book,
        desk=desk,
        notifier=notifier,
        announcer=announcer(parts, side, _nothing),
        couriers=dict(zip(CHANNELS, running.couriers, strict=True)),
        chores={chore.name: chore for chore in jobs.chores},
        world=world,
        clock=clock,
        machine=machine,
        fate=fate,
    )


def _nothing() -> None:
    """Whatever is queued is looked for anyway."""
