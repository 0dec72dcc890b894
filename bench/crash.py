"""What a desk loses and doubles that is killed over and over under load.

    python -m bench.crash [--kills 200] [--seed 1]
        [--processes 2 | --tickets | --broadcast 5000 [--unknown hold resend]]

Both channels, each on SQLite and on PostgreSQL, share the kills. The platforms are the fakes of the tests, in
this process; the desk is a process of its own, killed with SIGKILL at random moments and started again at once.
It takes what comes in the way the table says; no limits are kept, so that much is underway. With --processes so many
decide beside it, and before it dies one of them dies, or what they are forked from. With --tickets the real decisions
hand every question over, and a clerk answers each in the staff room and closes it. With --broadcast a notice goes to so
many people while nobody asks anything, and the platforms are in processes of their own and in any mood; each
channel on each database has all the kills for itself.
"""

import itertools
import tempfile
from argparse import ArgumentParser
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.store.engine import open_engine
from bot.store.models import DeliveryState
from bot.store.schema import migrate
from tests.bot.broadcast_reckoning import BroadcastCourse, BroadcastFaults
from tests.bot.broadcasting import BroadcastPlan, Policy, crash_a_broadcast
from tests.bot.crashing import Plan, crash, desk_on
from tests.bot.outposts import OUTPOSTS
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
BROADCAST_COLUMNS = (
    "channel",
    "database",
    "unknown",
    "kills",
    "of these while it went out",
    "audience",
    "sent",
    "failed",
    "unknown at the end",
    "posts",
    "duplicates",
    "most duplicates after one kill",
    "other faults",
    "seconds",
)
# Where the platform can be read back, the policy makes no difference.
BROADCASTS: Sequence[tuple[str, Policy]] = (("telegram", "hold"), ("telegram", "resend"), ("slack", "hold"))
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


def run(way: str, kind: str, kills: int, seed: int, processes: int) -> Course:
    """One channel on one database."""
    with (
        tempfile.TemporaryDirectory(prefix="desk-crash-") as name,
        database(kind, Path(name)) as url,
        WAYS[way]() as platform,
    ):
        engine = open_engine(url)
        try:
            return crash(desk_on(platform, url, Path(name), processes=processes), platform, engine, Plan(kills, seed))
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


def run_broadcast(channel: str, kind: str, plan: BroadcastPlan) -> BroadcastCourse:
    """One channel on one database, with a notice for everybody."""
    with (
        tempfile.TemporaryDirectory(prefix="desk-crash-") as name,
        database(kind, Path(name)) as url,
        OUTPOSTS[channel]() as outpost,
    ):
        engine = open_engine(url)
        try:
            return crash_a_broadcast(outpost, url, engine, Path(name), plan)
        finally:
            engine.dispose()


def broadcast_cells(channel: str, kind: str, unknown: str, course: BroadcastCourse) -> Sequence[object]:
    """One line of the table of notices."""
    faults = course.faults()
    return (
        channel,
        kind,
        unknown,
        len(course.kills),
        course.kills_underway,
        len(course.audience),
        course.states[DeliveryState.SENT],
        course.states[DeliveryState.FAILED],
        course.states[DeliveryState.UNKNOWN],
        course.posts,
        course.duplicates(),
        course.most_duplicates(),
        "none" if faults == BroadcastFaults() else faults,
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


def main(kills: int, seed: int, processes: int) -> None:
    """Run all four and print one table."""
    show(COLUMNS)
    show(["---"] * len(COLUMNS))
    for number, (way, kind) in enumerate(RUNS):
        show(cells(way, kind, run(way, kind, kills // len(RUNS), seed + number, processes)))


def main_with_tickets(kills: int, seed: int) -> None:
    """The same, with tickets in flight."""
    show(TICKET_COLUMNS)
    show(["---"] * len(TICKET_COLUMNS))
    for number, (way, kind) in enumerate(RUNS):
        show(ticket_cells(way, kind, run_with_tickets(way, kind, kills // len(RUNS), seed + number)))


def main_with_broadcast(recipients: int, kills: int, seed: int, policies: Collection[str]) -> None:
    """A notice to so many, on each database."""
    show(BROADCAST_COLUMNS)
    show(["---"] * len(BROADCAST_COLUMNS))
    for number, (kind, (channel, unknown)) in enumerate(itertools.product(("sqlite", "postgresql"), BROADCASTS)):
        if unknown in policies:
            plan = BroadcastPlan(recipients, kills, seed + number, unknown)
            show(broadcast_cells(channel, kind, unknown, run_broadcast(channel, kind, plan)))


if __name__ == "__main__":
    parser = ArgumentParser(description="The desk, killed over and over under load.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=0, help="that decide beside it, and die too")
    parser.add_argument("--tickets", action="store_true", help="with questions that staff answer")
    parser.add_argument("--broadcast", type=int, metavar="RECIPIENTS", help="with a notice to so many people")
    parser.add_argument("--unknown", nargs="+", choices=("hold", "resend"), default=("hold", "resend"))
    given = parser.parse_args()
    if given.broadcast:
        main_with_broadcast(given.broadcast, given.kills, given.seed, given.unknown)
    elif given.tickets:
        main_with_tickets(given.kills, given.seed)
    else:
        main(given.kills, given.seed, given.processes)
