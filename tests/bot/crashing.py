"""The crash test: people ask without a pause, and at random moments the desk is killed and started again."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine

from tests.bot.platforms import Platform
from tests.bot.processes import QUICK, Setup, beside, running, until
from tests.bot.reckoning import Course, books
from tests.bot.site import free_port

PAUSE_SECONDS = 0.02
# One desk in so many is killed while it starts; the others once they have begun to answer.
KILLED_EARLY = 6
LONGEST_START = 1.5
LONGEST_WORK = 0.5
SETTLING_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """How often a desk is killed, by which chance, how many people ask how much in advance, and how long a desk works
    at most, in seconds."""

    kills: int
    seed: int
    people: int = 8
    waiting: int = 48
    work: float = LONGEST_WORK


@dataclass
class Crowd:
    """People who ask, each in a thread of their own, as long as no more than `most` questions wait for an answer."""

    platform: Platform
    people: int
    most: int
    asked: dict[str, list[str]] = field(default_factory=dict)
    _home: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def come(self) -> None:
        """Begin to ask."""
        for person in map(self.platform.person, range(self.people)):
            self.asked[person] = []
            self._threads.append(threading.Thread(target=self._ask, args=(person,)))
        for thread in self._threads:
            thread.start()

    def go(self) -> None:
        """Return once nobody asks any more."""
        self._home.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, person: str) -> None:
        for number in itertools.count():
            while self._waiting() >= self.most:
                if self._home.wait(PAUSE_SECONDS):
                    return
            if self._home.wait(PAUSE_SECONDS):
                return
            question = f"{person}-{number}"
            self.asked[person].append(question)
            self.platform.ask(person, question)

    def _waiting(self) -> int:
        return sum(map(len, self.asked.values())) - self.platform.count()


@contextmanager
def crowd(platform: Platform, plan: Plan) -> Iterator[Crowd]:
    """People who ask until the end."""
    people = Crowd(platform, plan.people, plan.waiting)
    people.come()
    try:
        yield people
    finally:
        people.go()


def desk_on(
    platform: Platform, database: str, folder: Path, delivery: Mapping[str, Any] = QUICK, processes: int = 0
) -> Setup:
    """A desk on this platform, and so many processes that decide beside it."""
    port = free_port()
    channels = {"web": {"port": port}, platform.name: platform.section(f"http://127.0.0.1:{port}")}
    others = {"knowledge": {"processes": processes}}
    return Setup(folder, database, channels, platform.tokens, delivery, others=others)


def crash(desk: Setup, platform: Platform, engine: Engine, plan: Plan) -> Course:
    """Kill a desk over and over under load; the course of it, once everything is answered or should have been."""
    chance, begun = Random(plan.seed), time.monotonic()
    with crowd(platform, plan) as people:
        moments = [live_and_die(desk, platform, chance, plan.work) for _ in range(plan.kills)]
        with running(desk):
            people.go()
            wait_for_answers(platform, people, engine)
    return Course(people.asked, platform.posted(), moments, books(engine), time.monotonic() - begun)


def live_and_die(desk: Setup, platform: Platform, chance: Random, work: float) -> float:
    """Start a desk, let a post of it break, and kill it at a random moment within `work` seconds; when it was dead.

    One of the processes beside it, if there are any, is killed before.
    """
    before = platform.count()
    with running(desk) as process:
        if chance.randrange(KILLED_EARLY) == 0:
            time.sleep(chance.uniform(0, LONGEST_START))
        else:
            until(lambda: platform.count() > before, "the desk answers")
            platform.drop_next()
            time.sleep(chance.uniform(0, work))
            if others := beside(process):
                os.kill(chance.choice(others), signal.SIGKILL)
                time.sleep(chance.uniform(0, work))
    return time.monotonic()


def wait_for_answers(platform: Platform, people: Crowd, engine: Engine) -> None:
    """Until all is answered and noted, or time is up: what is missing then is told by the course."""
    questions = {question for asked in people.asked.values() for question in asked}
    deadline = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < deadline:
        if books(engine).is_closed and questions <= {post.answers for post in platform.posted()}:
            return
        time.sleep(0.1)
