"""The crash test of notices: one goes to many people, while desks are killed at random moments and started anew."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

from sqlalchemy import Engine

from knowledge.announcement import NoticeTopic
from tests.bot.audiences import MORNING, plan_notice, subscribe
from tests.bot.broadcast_reckoning import BroadcastCourse, count, fates, is_through
from tests.bot.outposts import Outpost
from tests.bot.processes import QUICK, Setup, running, until
from tests.bot.site import free_port

TOPIC, OTHER_TOPIC = NoticeTopic.SEMINAR, NoticeTopic.SUPPORT
STRANGERS = 20
# What was posted there can be read back, so that it comes once whatever the policy.
READ_BACK = "slack"
# One of so many subscribers has blocked us.
BLOCKED = 50
# So many of a hundred posts meet a platform in no good mood.
MOODS: Mapping[str, float] = {
    "good": 94.5,
    "throttled": 1.0,
    "broken before": 1.5,
    "broken after": 1.5,
    "failing": 1.0,
    "too slow": 0.5,
}
# One desk in so many is killed while it starts; the others once they have sent something.
KILLED_EARLY = 6
LONGEST_START = 1.5
LONGEST_PAUSE = 0.05
# A desk sends at most so much of what is left, so that the next kill hits a notice on its way too.
MOST_OF_THE_REST = 0.7
PATIENCE_SECONDS = 120.0
SETTLING_SECONDS = 300.0

Policy = Literal["hold", "resend"]


@dataclass(frozen=True)
class BroadcastPlan:
    """How many get the notice, how often a desk is killed, by which chance, and what is done about what is unknown."""

    recipients: int
    kills: int
    seed: int
    unknown: Policy


@dataclass
class Broadcaster:
    """Desks on a platform, one after another; the desk's clock goes on from one to the next."""

    outpost: Outpost
    database: str = field(repr=False)
    folder: Path
    unknown: Policy
    port: int = field(default_factory=free_port)
    _begun: float = field(default_factory=time.monotonic)

    def desk(self) -> Setup:
        """The next one, as it is to be started now."""
        now = MORNING + timedelta(seconds=time.monotonic() - self._begun)
        channels: dict[str, Any] = {"web": {"port": self.port}, self.outpost.name: self.outpost.section()}
        others = {"clock": {"start": now.isoformat()}, "notices": {"unknown": self.unknown}}
        return Setup(self.folder, self.database, channels, self.outpost.tokens, QUICK, others=others)


def crash_a_broadcast(
    outpost: Outpost, database: str, engine: Engine, folder: Path, plan: BroadcastPlan
) -> BroadcastCourse:
    """Kill desks over and over while a notice goes out; the course of it, once the notice is through or should be."""
    chance, begun = Random(plan.seed), time.monotonic()
    audience = gather(outpost, engine, plan.recipients, chance)
    occurrence = plan_notice(engine, TOPIC, MORNING)
    broadcaster = Broadcaster(outpost, database, folder, plan.unknown)
    kills, counts = [], []
    for desks_left in range(plan.kills, 0, -1):
        kills.append(live_and_die(broadcaster, chance, plan.recipients, desks_left))
        counts.append(count(engine, occurrence))
    with running(broadcaster.desk()):
        wait_until_through(engine, occurrence)
    return BroadcastCourse(
        audience=audience,
        may_double=plan.unknown == "resend" and outpost.name != READ_BACK,
        arrivals=outpost.control.arrivals(),
        kills=kills,
        counts=[*counts, count(engine, occurrence)],
        fates=fates(engine, occurrence),
        is_through=is_through(engine, occurrence),
        seconds=time.monotonic() - begun,
    )


def gather(outpost: Outpost, engine: Engine, recipients: int, chance: Random) -> Mapping[int, str]:
    """Subscribers and strangers on a platform of all moods; the places of the subscribers by their ids."""
    numbers = range(recipients + STRANGERS)
    outpost.people(numbers)
    blocked = chance.sample(range(recipients), recipients // BLOCKED)
    outpost.meets(chance.choices([*MOODS], [*MOODS.values()], k=2 * recipients), blocked)
    addresses = [(outpost.name, outpost.address(number)) for number in numbers]
    ids = subscribe(engine, addresses[:recipients], TOPIC)
    subscribe(engine, addresses[recipients:], OTHER_TOPIC)
    return {subscriber: outpost.place(number) for subscriber, number in zip(ids, numbers, strict=False)}


def live_and_die(broadcaster: Broadcaster, chance: Random, recipients: int, desks_left: int) -> float:
    """Start a desk and kill it at a random moment; when it was dead. Each of those left gets its share on average."""
    outpost = broadcaster.outpost
    before = outpost.control.count()
    rest = recipients - before
    with running(broadcaster.desk()):
        if chance.randrange(KILLED_EARLY) == 0:
            time.sleep(chance.uniform(0, LONGEST_START))
        else:
            more = 1 + chance.randrange(max(1, int(rest * min(MOST_OF_THE_REST, 2 / (desks_left + 1)))))
            until(lambda: outpost.control.count() >= before + more, "the desk sends", PATIENCE_SECONDS)
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
    return time.monotonic()


def wait_until_through(engine: Engine, occurrence: int) -> None:
    """Until it is, or time is up: what is missing then is told by the course."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < deadline and not is_through(engine, occurrence):
        time.sleep(0.1)
