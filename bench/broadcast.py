"""How near to a platform's limits a notice goes out, and whether it ever exceeds them.

    python -m bench.broadcast [--recipients 3000] [--latency 0 30] [--slack 20]

The desk is `python -m bot run` with its real settings and limits; the platform is a fake in a process of its own that
refuses what exceeds the real limits, and answers after `latency` milliseconds. All is measured there, by its own steady
clock: the rate from the first to the last post, without the posts of the first second, which need not wait; and the
most posts that came, and that were answered, within any one second. On Slack, ten notices go to each of some people,
each of whom may be written to once a second.
"""

import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine

from bench.crash import database, show
from bot.store.engine import open_engine
from knowledge.announcement import NoticeTopic
from tests.bot.audiences import MORNING, plan_notice, subscribe
from tests.bot.broadcast_reckoning import is_through
from tests.bot.outposts import Outpost, slack_outpost, telegram_outpost
from tests.bot.processes import surroundings
from tests.fakes.arrivals import Arrival, most_within
from tests.fakes.telegram_world import REAL_RATES

TELEGRAM_A_SECOND, SLACK_A_SECOND = 30, 1
NOTICES_ON_SLACK = 10
TOPIC = NoticeTopic.SEMINAR
START_SECONDS = 120.0
GLANCE_SECONDS = 0.5
COLUMNS = (
    "platform",
    "database",
    "answers after ms",
    "posts",
    "seconds",
    "posts a second",
    "of the allowed rate",
    "most in one second, come",
    "most in one second, answered",
    "refused",
)


@dataclass(frozen=True)
class Pace:
    """What one limit saw: posts, the seconds between the first and the last, and the most within any one second."""

    posts: int
    seconds: float
    most_come: int
    most_answered: int
    allowed: int

    @property
    def rate(self) -> float:
        """Posts a second, once the limit counts."""
        return (self.posts - self.allowed) / self.seconds


def pace_of(arrivals: Sequence[Arrival], allowed: int) -> Pace:
    """The pace of what one limit counts together."""
    come = [arrival.at for arrival in arrivals]
    answered = [arrival.answered for arrival in arrivals if arrival.answered is not None]
    seconds = max(come) - min(come)
    return Pace(len(arrivals), seconds, most_within(come, 1.0), most_within(answered, 1.0), allowed)


@contextmanager
def running(outpost: Outpost, section: Mapping[str, Any], url: str, folder: Path) -> Iterator[None]:
    """The desk, as operators run it."""
    settings = {
        "clock": {"start": MORNING.isoformat()},
        "channels": {"web": {"enabled": False}, outpost.name: dict(section)},
        "notices": {"approval": "none"},
        "log": {"format": "json"},
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "--config", str(config), "run", "--only", f"{outpost.name},courier,jobs"]
    environ = {**surroundings(), **outpost.tokens, "DATABASE_URL": url, "OPENBLAS_NUM_THREADS": "1"}
    with (folder / "log").open("w") as log, subprocess.Popen(command, env=environ, stdout=log, stderr=log) as desk:
        try:
            yield
        finally:
            desk.terminate()


def send(outpost: Outpost, section: Mapping[str, Any], kind: str, recipients: int, notices: int) -> list[Arrival]:
    """Let notices go to so many people; all that came there. Raises SystemExit where they do not get through."""
    numbers = range(recipients)
    outpost.people(numbers)
    with tempfile.TemporaryDirectory(prefix="desk-broadcast-") as name, database(kind, Path(name)) as url:
        engine = open_engine(url)
        subscribe(engine, ((outpost.name, outpost.address(number)) for number in numbers), TOPIC)
        occurrences = [plan_notice(engine, TOPIC, MORNING, str(number)) for number in range(notices)]
        with running(outpost, section, url, Path(name)):
            wait_until_through(engine, occurrences, START_SECONDS + 2 * recipients * notices)
        engine.dispose()
        return outpost.control.arrivals()


def wait_until_through(engine: Engine, occurrences: Sequence[int], seconds: float) -> None:
    """Raises SystemExit where they never are."""
    deadline = time.monotonic() + seconds
    while not all(is_through(engine, occurrence) for occurrence in occurrences):
        if time.monotonic() > deadline:
            raise SystemExit("the notices did not get through")
        time.sleep(GLANCE_SECONDS)


def on_telegram(kind: str, recipients: int, latency: int) -> None:
    """One notice to many."""
    with telegram_outpost(REAL_RATES) as outpost:
        outpost.answers_after(latency / 1000)
        arrivals = send(outpost, outpost.section(), kind, recipients, 1)
    pace = pace_of(arrivals, TELEGRAM_A_SECOND)
    show(cells("telegram", kind, latency, [pace], arrivals))


def on_slack(kind: str, people: int, latency: int) -> None:
    """Several notices to a few."""
    with slack_outpost() as outpost:
        outpost.answers_after(latency / 1000)
        outpost.control.tell("settings", {"enforces_limits": True})
        section = {**outpost.section(), "channel_per_second": SLACK_A_SECOND}
        arrivals = send(outpost, section, kind, people, NOTICES_ON_SLACK)
    places: defaultdict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        places[arrival.place].append(arrival)
    show(cells("slack", kind, latency, [pace_of(each, SLACK_A_SECOND) for each in places.values()], arrivals))


def cells(name: str, kind: str, latency: int, paces: Sequence[Pace], arrivals: Sequence[Arrival]) -> Sequence[object]:
    """One line of the table: of several places the slowest and the most."""
    slowest = min(paces, key=lambda pace: pace.rate)
    return (
        name,
        kind,
        latency,
        len(arrivals),
        f"{max(pace.seconds for pace in paces):.1f}",
        f"{slowest.rate:.2f}",
        f"{slowest.rate / slowest.allowed:.1%}",
        f"{max(pace.most_come for pace in paces)} of {slowest.allowed}",
        f"{max(pace.most_answered for pace in paces)} of {slowest.allowed}",
        sum(not arrival.accepted for arrival in arrivals),
    )


def main(recipients: int, people: int, latencies: Sequence[int]) -> None:
    """Print a table."""
    show(COLUMNS)
    show(["---"] * len(COLUMNS))
    for kind in ("sqlite", "postgresql"):
        for latency in latencies:
            on_telegram(kind, recipients, latency)
        on_slack(kind, people, latencies[0])


if __name__ == "__main__":
    parser = ArgumentParser(description="A notice at the pace of the platforms.")
    parser.add_argument("--recipients", type=int, default=3000)
    parser.add_argument("--slack", type=int, default=20, metavar="PEOPLE")
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 30], metavar="MILLISECONDS")
    given = parser.parse_args()
    main(given.recipients, given.slack, given.latency)
