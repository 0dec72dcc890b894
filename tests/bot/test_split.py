"""Several processes on one PostgreSQL share the work, and nothing is done twice."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.clock import RealClock
from bot.store.engine import open_engine
from bot.store.models import DeliveryState, Lease, Raw, RawState
from tests.bot.balancer import balancer
from tests.bot.crashing import Plan, crowd, wait_for_answers
from tests.bot.platforms import Platform, Telegram, slack, telegram
from tests.bot.postgres import MIGRATED, Postgres
from tests.bot.processes import Setup, answers, running, until
from tests.bot.reckoning import Course, Faults, books
from tests.bot.site import free_port

UNDER_LOAD = 60
DROPPED = 3
LONG_AGO = timedelta(days=40)
DELIVERY = {"hold_seconds": 2.0}


@pytest.fixture
def shared(postgres: Postgres) -> Iterator[Engine]:
    """A migrated PostgreSQL."""
    with postgres.database(MIGRATED) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@dataclass(frozen=True)
class Site:
    """Where several desks stand together: one database and some platforms, each with the address it writes to."""

    folder: Path
    engine: Engine
    platforms: Mapping[str, Platform]

    def desk(self, roles: str, port: int) -> Setup:
        """One of them, with these roles, on a port of its own."""
        folder = self.folder / str(port)
        folder.mkdir()
        sections = {platform.name: platform.section(url) for url, platform in self.platforms.items()}
        tokens = {name: token for platform in self.platforms.values() for name, token in platform.tokens.items()}
        database = self.engine.url.render_as_string(hide_password=False)
        return Setup(folder, database, {"web": {"port": port}, **sections}, tokens, DELIVERY, roles.split(","))


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def keep_something_old(engine: Engine) -> None:
    at = RealClock().now() - LONG_AGO
    with Session(engine) as session, session.begin():
        session.add(Raw(channel="slack", key="old", received_at=at, body="{}", state=RawState.IGNORED))


def has_something_old(engine: Engine) -> bool:
    with Session(engine) as session:
        return session.scalar(select(func.count()).where(Raw.key == "old")) == 1


def test_what_one_process_takes_and_decides_another_delivers(shared: Engine, tmp_path: Path) -> None:
    keep_something_old(shared)
    ports = {roles: free_port() for roles in ("web,telegram", "slack", "courier", "jobs")}
    with telegram("webhook") as phone, slack("http") as office, ExitStack() as desks:
        site = Site(tmp_path, shared, {address(ports["web,telegram"]): phone, address(ports["slack"]): office})
        for roles in ("web,telegram", "slack"):
            desks.enter_context(running(site.desk(roles, ports[roles])))
        alice, bob = office.person(1), phone.person(1)
        office.ask(alice, "a")
        phone.ask(bob, "b")
        until(lambda: books(shared).states[DeliveryState.QUEUED] == 2, "both are decided")
        assert (phone.count(), office.count(), has_something_old(shared)) == (0, 0, True)
        for roles in ("courier", "jobs"):
            desks.enter_context(running(site.desk(roles, ports[roles])))
        until(lambda: books(shared).is_closed, "both are delivered")
        until(lambda: not has_something_old(shared), "the jobs tidy up")
        told = [(post.person, post.answers) for post in (*office.posted(), *phone.posted())]
    assert told == [(alice, "a"), (bob, "b")]


def leader(engine: Engine) -> int | None:
    """The process that fetches updates."""
    with Session(engine) as session:
        holder = session.scalar(select(Lease.holder))
    return int(holder.split(":")[1]) if holder else None


def ask_and_hear(phone: Telegram, engine: Engine, question: str) -> None:
    """Ask, and return once the answer is noted."""
    count = phone.count()
    phone.ask(phone.person(1), question)
    until(lambda: phone.count() > count and books(engine).is_closed, "it is answered")


def test_of_two_pollers_one_fetches_and_when_it_is_killed_the_other(shared: Engine, tmp_path: Path) -> None:
    questions = [str(number) for number in range(8)]
    with telegram("poll") as phone, ExitStack() as desks:
        site = Site(tmp_path, shared, {"http://nowhere": phone})
        ports = [free_port(), free_port()]
        for port in ports:
            desks.enter_context(running(site.desk("web,telegram,courier", port)))
        until(lambda: all(map(answers, ports)), "both serve")
        for question in questions[:4]:
            ask_and_hear(phone, shared, question)
        first = leader(shared)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        for question in questions[4:]:
            ask_and_hear(phone, shared, question)
        second, polls = leader(shared), len(phone.api.world.called("getUpdates"))
        posted = [post.answers for post in phone.posted()]
    assert posted == questions
    assert second not in (None, first)
    # One at the start of each and one after each batch: two that disturb each other would ask far more often.
    assert polls <= len(questions) + 2


@pytest.mark.parametrize("count", [2, 4])
def test_under_load_processes_do_nothing_twice_and_keep_the_order(count: int, shared: Engine, tmp_path: Path) -> None:
    ports = [free_port() for _ in range(count)]
    with balancer(ports) as url, telegram("webhook") as phone, ExitStack() as desks:
        site = Site(tmp_path, shared, {url: phone})
        for port in ports:
            desks.enter_context(running(site.desk("web,telegram,courier,jobs", port)))
        until(lambda: all(map(answers, ports)), "all serve")
        for _ in range(DROPPED):
            phone.drop_next()
        with crowd(phone, Plan(0, 0)) as people:
            until(lambda: phone.count() >= UNDER_LOAD, "many are answered")
        wait_for_answers(phone, people, shared)
        course = Course(people.asked, phone.posted(), (), books(shared))
    assert course.faults() == Faults()
    assert course.duplicates() == []
    tries = sorted(tries for each in course.books.tries.values() for tries in each)
    assert tries == [1] * (len(tries) - DROPPED) + [2] * DROPPED
