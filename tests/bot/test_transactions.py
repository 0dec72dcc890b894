"""What is written is committed when that is told, whatever else is written at the same time."""

import asyncio
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.store.desk_models import Ticket
from bot.store.engine import open_engine
from bot.store.leases import hold_lease
from bot.store.models import Lease
from bot.store.transactions import Store
from tests.bot.fakes import MONDAY
from tests.bot.postgres import MIGRATED, Postgres

UNTIL = MONDAY + timedelta(seconds=10)
PATIENCE_SECONDS = 10
SECRET = "秘密の相談"


@pytest.fixture
def sqlite_engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    file = tmp_path / "desk.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_store(sqlite_engine: Engine) -> Iterator[Store]:
    store = Store(sqlite_engine)
    yield store
    store.close()


def lease(session: Session, name: str) -> str:
    """A job that writes something."""
    assert hold_lease(session, name, "me", MONDAY, UNTIL)
    return name


def stumble(session: Session, name: str) -> str:
    """A job that writes something and then raises."""
    lease(session, name)
    raise ValueError(name)


def names(session: Session) -> list[str]:
    return list(session.scalars(select(Lease.name).order_by(Lease.name)))


async def while_another_is_written(store: Store, begin: Callable[[], Awaitable[None]]) -> None:
    """Do something while a job keeps a thread of the store busy; all that it writes then waits together."""
    has_begun, may_end = threading.Event(), threading.Event()

    def linger(_session: Session) -> None:
        has_begun.set()
        assert may_end.wait(PATIENCE_SECONDS)

    lingering = asyncio.create_task(store.write(linger))
    assert await asyncio.to_thread(has_begun.wait, PATIENCE_SECONDS)
    await begin()
    may_end.set()
    await lingering


async def together(store: Store, *jobs: tuple[Callable[[Session, str], str], str]) -> list[str | BaseException]:
    """The results of jobs that waited together."""
    tasks: list[asyncio.Task[str]] = []

    async def begin() -> None:
        tasks.extend(asyncio.create_task(store.write(job, name)) for job, name in jobs)
        await asyncio.sleep(0)

    await while_another_is_written(store, begin)
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_what_is_told_is_committed(store: Store, database: str) -> None:
    assert asyncio.run(store.write(lease, "a")) == "a"
    other = Store(open_engine(database))
    assert asyncio.run(other.read(names)) == ["a"]
    other.close()


def test_a_job_that_raises_is_undone_alone(store: Store) -> None:
    jobs = [(lease, "a"), (stumble, "b"), (lease, "c"), (stumble, "d"), (lease, "e")]
    told = asyncio.run(together(store, *jobs))
    assert [str(one) for one in told] == ["a", "b", "c", "d", "e"]
    assert [type(one) for one in told] == [str, ValueError, str, ValueError, str]
    assert asyncio.run(store.read(names)) == ["a", "c", "e"]


def test_a_job_that_breaks_a_rule_of_the_schema_is_undone_alone(store: Store) -> None:
    def double(session: Session, name: str) -> str:
        session.add_all([Lease(name=name, holder="x", until=UNTIL), Lease(name="a", holder="x", until=UNTIL)])
        return name

    told = asyncio.run(together(store, (lease, "a"), (lease, "c")))
    told += asyncio.run(together(store, (double, "b"), (lease, "d")))
    assert [type(one) for one in told] == [str, str, IntegrityError, str]
    assert asyncio.run(store.read(names)) == ["a", "c", "d"]


def test_nobody_waits_for_a_caller_that_has_gone(store: Store) -> None:
    async def work() -> list[str]:
        tasks: list[asyncio.Task[str]] = []

        async def begin() -> None:
            tasks.extend(asyncio.create_task(store.write(lease, name)) for name in "abc")
            await asyncio.sleep(0)
            tasks[1].cancel()
            await asyncio.sleep(0)

        await while_another_is_written(store, begin)
        return [await task for task in (tasks[0], tasks[2])]

    assert asyncio.run(work()) == ["a", "c"]
    assert {"a", "c"} <= set(asyncio.run(store.read(names)))


def test_what_was_handed_in_is_written_before_the_store_closes(engine: Engine, database: str) -> None:
    store = Store(engine)

    async def work() -> None:
        tasks = [asyncio.create_task(store.write(lease, name)) for name in "abc"]
        await asyncio.sleep(0)
        await asyncio.to_thread(store.close)
        await asyncio.gather(*tasks)

    asyncio.run(work())
    other = Store(open_engine(database))
    assert asyncio.run(other.read(names)) == ["a", "b", "c"]
    other.close()


def test_on_sqlite_what_waits_together_is_committed_at_once(sqlite_engine: Engine, sqlite_store: Store) -> None:
    commits: list[object] = []
    event.listen(sqlite_engine, "commit", commits.append)
    asyncio.run(together(sqlite_store, *[(lease, f"{n}") for n in range(50)]))
    # One more for what they waited for.
    assert len(commits) == 2


def test_on_sqlite_jobs_run_in_the_order_in_which_they_were_handed_in(sqlite_store: Store) -> None:
    run: list[str] = []

    def note(_session: Session, name: str) -> str:
        run.append(name)
        return name

    expected = [f"{n}" for n in range(50)]
    assert asyncio.run(together(sqlite_store, *[(note, name) for name in expected])) == expected
    assert run == expected


def test_a_transaction_that_sqlite_undid_by_itself_is_not_told_as_written(sqlite_store: Store) -> None:
    def undo_all(session: Session, name: str) -> str:
        """As on a full disk, and the job does not notice."""
        statement = text("INSERT OR ROLLBACK INTO lease (name, holder, until) VALUES ('a', 'x', 'x')")
        with pytest.raises(IntegrityError):
            session.connection().execute(statement)
        return name

    told = asyncio.run(together(sqlite_store, (lease, "a"), (undo_all, "b")))
    assert [type(one) for one in told] == [OperationalError, OperationalError]
    assert asyncio.run(sqlite_store.read(names)) == []


def test_no_error_of_the_database_shows_what_was_written(store: Store) -> None:
    def break_off(session: Session) -> None:
        session.add(Ticket(number=1, question=SECRET, urgent=False, reason="gap", opened_at=MONDAY))

    with pytest.raises(IntegrityError, match=r"(?i)not.null") as caught:
        asyncio.run(store.write(break_off))
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_error_of_postgresql_quotes_a_value(postgres: Postgres) -> None:
    with postgres.database(MIGRATED) as url:
        engine = open_engine(url)
        with pytest.raises(DataError) as caught, engine.connect() as connection:
            connection.execute(text("SELECT CAST(CAST(:said AS TEXT) AS INTEGER)"), {"said": SECRET})
        engine.dispose()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


class Leases:
    """A job that takes leases for all who wait for it, told apart by what each call was asked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def take(self, session: Session, asked: Sequence[str]) -> list[str]:
        self.calls.append(list(asked))
        for name in asked:
            lease(session, name)
            if name == "broken":
                raise ValueError(name)
        return [f"{name}!" for name in asked]


async def with_others(store: Store, leases: Leases, *asked: str) -> list[str | BaseException]:
    """What they are told who wait for the same job."""
    tasks: list[asyncio.Task[str]] = []

    async def begin() -> None:
        tasks.extend(asyncio.create_task(store.write_with_others(leases.take, name)) for name in asked)
        await asyncio.sleep(0)

    await while_another_is_written(store, begin)
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_each_who_waits_for_the_same_job_is_told_their_own_answer(store: Store) -> None:
    assert asyncio.run(with_others(store, Leases(), "a", "b", "c")) == ["a!", "b!", "c!"]
    assert asyncio.run(store.read(names)) == ["a", "b", "c"]


def test_on_sqlite_those_who_wait_for_the_same_job_are_served_by_one_call(sqlite_store: Store) -> None:
    leases = Leases()
    asyncio.run(with_others(sqlite_store, leases, "a", "b", "c"))
    assert leases.calls == [["a", "b", "c"]]


def test_one_who_breaks_the_job_of_all_is_undone_alone(store: Store) -> None:
    told = asyncio.run(with_others(store, Leases(), "a", "broken", "c"))
    assert [str(one) for one in told] == ["a!", "broken", "c!"]
    assert [type(one) for one in told] == [str, ValueError, str]
    assert asyncio.run(store.read(names)) == ["a", "c"]


def test_what_is_read_with_others_is_told_to_each(store: Store) -> None:
    def is_there(session: Session, asked: Sequence[str]) -> list[bool]:
        known = names(session)
        return [name in known for name in asked]

    async def work() -> list[bool]:
        await store.write(lease, "a")
        return await asyncio.gather(*[store.read_with_others(is_there, name) for name in "abab"])

    assert asyncio.run(work()) == [True, False, True, False]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(RuntimeError):
        asyncio.run(store.write(lease, "a"))
    with pytest.raises(RuntimeError):
        asyncio.run(store.read_with_others(Leases().take, "a"))
