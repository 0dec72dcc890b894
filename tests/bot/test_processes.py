"""Several processes on one PostgreSQL do nothing twice, keep the order, and finish the work of one that died."""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bot.ports import TURNS_RECALLED
from bot.store.engine import open_engine
from bot.store.models import Conversation, Delivery, Inbound, InboundState
from handlers.message import Text
from tests.bot.postgres import MIGRATED, Postgres

ROOT = Path(__file__).parents[2]
MESSAGES = 300
CONVERSATIONS = 20
PATIENCE_SECONDS = 30.0

Asked = tuple[str, str, str]


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.database(MIGRATED) as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Worker:
    """A desk in another process."""

    holder: str
    process: subprocess.Popen[str]
    notes: Path

    def hand(self, *asked: Asked) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def decided(self) -> list[str]:
        return self.notes.read_text(encoding="utf-8").split() if self.notes.exists() else []


@contextmanager
def worker(url: str, holder: str, folder: Path, hold_seconds: float) -> Iterator[Worker]:
    notes = folder / holder
    command = [sys.executable, "-m", "tests.bot.worker", url, holder, str(hold_seconds), str(notes)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            yield Worker(holder, process, notes)
        finally:
            process.kill()


def messages() -> list[Asked]:
    """Numbered within their conversation, in an order that is always the same."""
    return [(f"k{n}", f"a{n % CONVERSATIONS}", f"{n // CONVERSATIONS}") for n in range(MESSAGES)]


def wait_until(is_reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def count(engine: Engine, state: InboundState) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Inbound).where(Inbound.state == state)) or 0


def answers(engine: Engine) -> dict[str, list[tuple[str, str]]]:
    """What was asked and answered in each conversation, in the order of the answers."""
    pairs = (
        select(Conversation.address, Inbound, Delivery)
        .join(Inbound, Inbound.conversation_id == Conversation.id)
        .join(Delivery, Delivery.inbound_id == Inbound.id)
        .order_by(Delivery.id)
    )
    found = defaultdict(list)
    with Session(engine) as session:
        for address, inbound, delivery in session.execute(pairs):
            assert isinstance(inbound.content, Text)
            found[address].append((inbound.content.text, delivery.payload.text))
    return found


def in_order_of_arrival(engine: Engine) -> dict[str, list[str]]:
    kept = select(Conversation.address, Inbound).join(Inbound, Inbound.conversation_id == Conversation.id)
    found = defaultdict(list)
    with Session(engine) as session:
        for address, inbound in session.execute(kept.order_by(Inbound.id)):
            assert isinstance(inbound.content, Text)
            found[address].append(inbound.content.text)
    return found


def expected(asked: Sequence[str]) -> list[tuple[str, str]]:
    """Each answer knows the latest turns before it: they were decided one after another."""
    return [(text, f"{text}ですね({'、'.join(asked[max(0, n - TURNS_RECALLED) : n])})") for n, text in enumerate(asked)]


def assert_answered_once_in_order(engine: Engine) -> None:
    arrived = in_order_of_arrival(engine)
    assert sum(map(len, arrived.values())) == MESSAGES
    assert answers(engine) == {address: expected(asked) for address, asked in arrived.items()}


@pytest.mark.parametrize("processes", [2, 4])
def test_every_message_is_decided_once_and_answered_in_order(
    url: str, engine: Engine, tmp_path: Path, processes: int
) -> None:
    pick = random.Random(processes)
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(url, f"p{n}", tmp_path, 10)) for n in range(processes)]
        for asked in messages():
            # Every fifth is brought again, to whomever it may be.
            for _ in range(2 if pick.random() < 0.2 else 1):
                pick.choice(workers).hand(asked)
        wait_until(lambda: count(engine, InboundState.DONE) == MESSAGES)
        decided = [key for one in workers for key in one.decided()]
        assert all(one.decided() for one in workers)
    assert sorted(decided) == sorted(key for key, _, _ in messages())
    assert_answered_once_in_order(engine)


def test_the_others_finish_what_a_killed_process_held(url: str, engine: Engine, tmp_path: Path) -> None:
    with ExitStack() as stack:
        victim, *others = [stack.enter_context(worker(url, f"p{n}", tmp_path, 1)) for n in range(3)]
        for n, asked in enumerate(messages()):
            [victim, *others][n % 3].hand(asked)
        wait_until(lambda: is_left_by(engine, victim.holder))
        victim.process.kill()
        victim.process.wait()
        assert is_left_by(engine, victim.holder)
        # What it had not acknowledged is brought to another; what it had stored must not count twice.
        others[0].hand(*messages()[::3])
        wait_until(lambda: count(engine, InboundState.DONE) == MESSAGES)
    assert_answered_once_in_order(engine)


def is_left_by(engine: Engine, holder: str) -> bool:
    """Whether messages are left that only the hold of a dead process keeps from being decided."""
    left = select(Inbound.id).join(Conversation, Conversation.id == Inbound.conversation_id)
    with Session(engine) as session:
        return session.scalar(left.where(Conversation.held_by == holder, Inbound.state == InboundState.NEW)) is not None
