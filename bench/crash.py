"""What a desk loses and doubles that is killed over and over under load.

    python -m bench.crash [--kills 200] [--seed 1] [--tickets]

Both channels, each on SQLite and on PostgreSQL, share the kills. The platforms are the fakes of the tests, in
this process; the desk is a process of its own, killed with SIGKILL at random moments and started again at once.
It takes what comes in the way the table says; no limits are kept, so that much is underway. With --tickets the real
decisions hand every question over, and a clerk answers each in the staff room and closes it.
"""

import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.store.engine import open_engine
from bot.store.schema import migrate
from tests.bot.crashing import Plan, crash, desk_on
from tests.bot.platforms import WAYS
from tests.bot.postgres import MIGRATED, running_postgres
from tests.bot.reckoning import Course, Faults
from tests.bot.rooms import room_on
from tests.bot.ticket_reckoning import TicketCourse, TicketFaults
from tests.bot.ticketing import LONGEST_WORK, crash_with_tickets, staffed_desk_on

RUNS = (
    ("telegram poll", "sqlite"),
    ("telegram webhook", "postgresql"),
    ("slack socket", "sqlite"),
    ("slack http", "postgresql"),
)
COLUMNS = (
    "channel",
    "database",
    "kills",
    "messages",
    "answered",
    "lost",
    "duplicates",
    "most duplicates after one kill",
    "sent / all deliveries",
    "other faults",
    "seconds",
)

TICKET_COLUMNS = (
    "channel",
    "database",
    "kills",
    "questions",
    "tickets",
    "closed",
    "lost",
    "staff replies",
    "arrived",
    "posts",
    "duplicates",
    "of these cards",
    "other faults",
    "seconds",
)
PEOPLE = 8


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a migrated database."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'desk.sqlite3'}"
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url
        return
    with running_postgres() as server, server.database(MIGRATED) as url:
        yield url


def run(way: str, kind: str, kills: int, seed: int) -> Course:
    """One channel on one database."""
    with (
        tempfile.TemporaryDirectory(prefix="desk-crash-") as name,
        database(kind, Path(name)) as url,
        WAYS[way]() as platform,
    ):
        engine = open_engine(url)
        try:
            return crash(desk_on(platform, url, Path(name)), platform, engine, Plan(kills, seed))
        finally:
            engine.dispose()


def run_with_tickets(way: str, kind: str, kills: int, seed: int) -> TicketCourse:
    """One channel on one database, with its staff room."""
    with (
        tempfile.TemporaryDirectory(prefix="desk-crash-") as name,
        database(kind, Path(name)) as url,
        WAYS[way]() as platform,
    ):
        engine, room = open_engine(url), room_on(platform)
        room.open()
        try:
            desk = staffed_desk_on(platform, room, url, Path(name))
            return crash_with_tickets(desk, platform, room, engine, Plan(kills, seed, PEOPLE, work=LONGEST_WORK))
        finally:
            engine.dispose()


def ticket_cells(way: str, kind: str, course: TicketCourse) -> Sequence[object]:
    """One line of the table of tickets."""
    faults = course.faults()
    return (
        way,
        kind,
        course.kills,
        len(course.questions),
        len(course.ledger.tickets),
        len(course.ledger.tickets) - len(faults.unclosed),
        len(faults.opened),
        course.replies,
        course.replies - len(faults.unanswered),
        course.posts,
        course.duplicates(),
        course.card_copies(),
        "none" if faults == TicketFaults() else faults,
        round(course.seconds),
    )


def cells(way: str, kind: str, course: Course) -> Sequence[object]:
    """One line of the table."""
    faults = course.faults()
    return (
        way,
        kind,
        len(course.kills),
        len(course.questions),
        len(course.questions & course.answered),
        len(faults.unanswered),
        len(course.duplicates()),
        course.most_duplicates(),
        f"{sum(course.books.states.values()) - faults.unsent} / {course.books.deliveries}",
        "none" if faults == Faults() else faults,
        round(course.seconds),
    )


def show(values: Sequence[object]) -> None:
    """One line of a Markdown table."""
    print("|", " | ".join(map(str, values)), "|", flush=True)


def main(kills: int, seed: int) -> None:
    """Run all four and print one table."""
    show(COLUMNS)
    show(["---"] * len(COLUMNS))
    for number, (way, kind) in enumerate(RUNS):
        show(cells(way, kind, run(way, kind, kills // len(RUNS), seed + number)))


def main_with_tickets(kills: int, seed: int) -> None:
    """The same, with tickets in flight."""
    show(TICKET_COLUMNS)
    show(["---"] * len(TICKET_COLUMNS))
    for number, (way, kind) in enumerate(RUNS):
        show(ticket_cells(way, kind, run_with_tickets(way, kind, kills // len(RUNS), seed + number)))


if __name__ == "__main__":
    parser = ArgumentParser(description="The desk, killed over and over under load.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tickets", action="store_true", help="with questions that staff answer")
    given = parser.parse_args()
    (main_with_tickets if given.tickets else main)(given.kills, given.seed)
