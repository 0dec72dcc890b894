"""How soon a notice to very many people is planned, in how much memory, and how fast it goes out without limits.

    python -m bench.audience [--subscribers 100000] [--messages 20000]

Subscribers are spread over three channels. Planning is one tick of the announcer, in a process of its own: from the
tick at which the notice is due until the last delivery is queued. Sending is done by one or by four processes whose
channels take every post at no cost: what is left is the outbox itself. PostgreSQL keeps its promises here
(fsync is on), as SQLite does (synchronous=FULL).
"""

import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import time as time_of_day
from logging import WARNING
from pathlib import Path
from typing import cast

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from bench.crash import show
from bot.announcer import Announcer
from bot.channels.base import Outcome, Outgoing, Receive, Sent
from bot.clock import RealClock, milliseconds
from bot.config import DeliverySettings
from bot.courier import Courier
from bot.notice_rules import NoticeRules
from bot.pacing import UNLIMITED, Pacing
from bot.store.engine import open_engine
from bot.store.models import Delivery, DeliveryState
from bot.store.schema import migrate
from bot.store.transactions import Store
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.hours import BusinessHours
from knowledge.plan import desk_period
from knowledge.quiet import Quiet
from tests.bot.audiences import MORNING, plan_notice, subscribe
from tests.bot.fakes import FixedClock
from tests.bot.postgres import MIGRATED, UNSAFE_BUT_FAST, running_postgres
from tests.bot.unknowing import UnknowingBook

CHANNELS = ("telegram", "slack", "web")
KINDS = ("sqlite", "postgresql")
PROCESSES = (1, 4)
TOPIC = NoticeTopic.SEMINAR
QUIET = Quiet(time_of_day(21), time_of_day(8))
STATUS = Path("/proc/self/status")
KILOBYTES = 1024
LONGEST_SECONDS = 60.0
GLANCE_SECONDS = 0.2
PLANNING = ("database", "subscribers", "planned in seconds", "peak memory MB", "of this by planning MB")
SENDING = ("database", "processes", "messages", "seconds", "messages a second")


@dataclass(frozen=True)
class Costless:
    """A channel that takes every post at once, and keeps none."""

    name: str
    pacing: Pacing = UNLIMITED

    def routes(self, _receive: Receive) -> Sequence[BaseRoute]:
        """Serves nothing."""
        return ()

    async def start(self, _receive: Receive) -> None:
        """Takes nothing."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        return Sent(str(outgoing.id))

    async def arrived(self, _outgoing: Outgoing) -> bool:
        return True

    async def stop_taking(self) -> None:
        """Takes nothing."""

    async def stop(self) -> None:
        """Has nothing to stop."""


@dataclass(frozen=True)
class Measured:
    """Seconds that the planning took, and the most memory that the process had before and after it, in megabytes."""

    seconds: float
    before: float
    after: float


@contextmanager
def databases(kind: str) -> Iterator[str]:
    """The URL of a migrated database that does not lose what it has committed."""
    with tempfile.TemporaryDirectory(prefix="desk-audience-") as name, ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{Path(name) / 'desk.sqlite3'}"
        else:
            server = stack.enter_context(running_postgres())
            server.do(*[f"ALTER SYSTEM RESET {setting}" for setting in UNSAFE_BUT_FAST], "SELECT pg_reload_conf()")
            url = stack.enter_context(server.database(MIGRATED))
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


def gather(engine: Engine, subscribers: int) -> int:
    """Subscribers on all channels in turn, and a notice that is due; its id."""
    channels = itertools.cycle(CHANNELS)
    subscribe(engine, ((next(channels), str(number)) for number in range(subscribers)), TOPIC)
    return plan_notice(engine, TOPIC, MORNING)


def announcer(store: Store) -> Announcer:
    """One whose clock stands at the time at which the notice is due."""
    book = cast(Book, UnknowingBook())
    return Announcer(store, lambda: book, BusinessHours(), QUIET, FixedClock(MORNING), lambda: None)


def plan_here(url: str) -> Measured:
    """One tick, in this process."""
    store = Store(open_engine(url))
    announcing, before, begun = announcer(store), peak(), milliseconds()
    asyncio.run(announcing.tick())
    seconds = (milliseconds() - begun) / 1000
    store.close()
    return Measured(seconds, before, peak())


def peak() -> float:
    """The most memory that this process has had, in megabytes. What `getrusage` tells is also its parent's."""
    (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / KILOBYTES


def send_here(url: str) -> None:
    """Send with one courier a channel, from the word go on the input until it ends."""
    period = desk_period(UnknowingBook().programme)
    rules = NoticeRules(QUIET, lambda: period, "hold")
    store, clock = Store(open_engine(url)), FixedClock(MORNING)
    couriers = [Courier(store, Costless(name), DeliverySettings(), rules, clock, RealClock()) for name in CHANNELS]
    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(_send(couriers))


async def _send(couriers: Sequence[Courier]) -> None:
    running = [asyncio.create_task(courier.run()) for courier in couriers]
    await asyncio.to_thread(sys.stdin.read)
    for task in running:
        task.cancel()
    await asyncio.gather(*(courier.finish() for courier in couriers))


@contextmanager
def helpers(url: str, what: str, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of this program that do one thing on a database; their input ends at the end."""
    command = [sys.executable, "-m", "bench.audience", what, url]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        yield [stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)) for _ in range(count)]


def measure_planning(kind: str, subscribers: int) -> None:
    """One line of the first table."""
    with databases(kind) as url:
        engine = open_engine(url)
        occurrence = gather(engine, subscribers)
        told = subprocess.run(
            [sys.executable, "-m", "bench.audience", "--plan", url], check=True, capture_output=True, text=True
        )
        measured = Measured(*map(float, told.stdout.split()[-3:]))
        queued = count(engine, occurrence, DeliveryState.QUEUED)
        engine.dispose()
    if queued != subscribers:
        raise SystemExit(f"{queued} of {subscribers} were queued")
    memory = (f"{measured.after:.0f}", f"{measured.after - measured.before:.1f}")
    show((kind, subscribers, f"{measured.seconds:.1f}", *memory))


def measure_sending(kind: str, processes: int, messages: int) -> None:
    """One line of the second table."""
    with databases(kind) as url:
        engine = open_engine(url)
        occurrence, store = gather(engine, messages), Store(engine)
        asyncio.run(announcer(store).tick())
        with helpers(url, "--send", processes) as senders:
            for sender in senders:
                assert sender.stdout is not None
                sender.stdout.readline()
            begun = time.monotonic()
            for sender in senders:
                assert sender.stdin is not None
                sender.stdin.write("go\n")
                sender.stdin.flush()
            sent = wait_until_sent(engine, occurrence, messages)
            seconds = time.monotonic() - begun
        store.close()
    show((kind, processes, sent, f"{seconds:.1f}", f"{sent / seconds:.0f}"))


def wait_until_sent(engine: Engine, occurrence: int, messages: int) -> int:
    """How many are sent once all are, or time is up."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while (sent := count(engine, occurrence, DeliveryState.SENT)) < messages and time.monotonic() < deadline:
        time.sleep(GLANCE_SECONDS)
    return sent


def count(engine: Engine, occurrence: int, state: DeliveryState) -> int:
    """How many deliveries of a notice are in a state."""
    theirs = select(func.count()).where(Delivery.occurrence_id == occurrence, Delivery.state == state)
    with Session(engine) as session:
        return session.scalar(theirs) or 0


def main(subscribers: int, messages: int) -> None:
    """Print two tables."""
    show(PLANNING)
    show(["---"] * len(PLANNING))
    for kind, number in itertools.product(KINDS, (subscribers // 10, subscribers)):
        measure_planning(kind, number)
    print()
    show(SENDING)
    show(["---"] * len(SENDING))
    for kind, processes in itertools.product(KINDS, PROCESSES):
        measure_sending(kind, processes, messages)


if __name__ == "__main__":
    parser = ArgumentParser(description="A notice to very many people.")
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--plan", metavar="URL", help="only this: one tick, and what it took")
    parser.add_argument("--send", metavar="URL", help="only this: send until the input ends")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
    if given.plan:
        measured = plan_here(given.plan)
        print(measured.seconds, measured.before, measured.after)
    elif given.send:
        send_here(given.send)
    else:
        main(given.subscribers, given.messages)
