"""One thread that writes: all jobs that wait are run in one transaction and committed at once."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

R = TypeVar("R")

# So that the first of many does not wait for all of them.
LARGEST_GROUP = 256


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A function of a session, and the promise of its result."""

    run: Callable[[Session], Any]
    promise: Future[Any] = field(default_factory=Future)


class Writer:
    """Runs jobs one after another, in the order in which they were handed in.

    A job may be run more than once before its result is told: it must do nothing but work with its session.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Waiting] = deque()
        self._thread = ThreadPoolExecutor(1, "writer")

    async def write(self, run: Callable[[Session], R]) -> R:
        """Run a job; committed when this returns, undone alone when it raises."""
        waiting = _Waiting(run)
        self._waiting.append(waiting)
        self._thread.submit(self._write_group)
        result: R = await asyncio.wrap_future(waiting.promise)
        return result

    def close(self) -> None:
        """Write what was handed in, and take nothing more."""
        self._thread.shutdown()

    def _write_group(self) -> None:
        """Write all that wait by now, without those that raise."""
        group = self._next_group()
        try:
            while group and (broken := self._attempt(group)) is not None:
                group.remove(broken)
        except Exception as error:
            for waiting in group:
                waiting.promise.set_exception(error)

    def _next_group(self) -> list[_Waiting]:
        """The first that wait, without those that nobody wants any more."""
        taken = [self._waiting.popleft() for _ in range(min(LARGEST_GROUP, len(self._waiting)))]
        return [waiting for waiting in taken if waiting.promise.set_running_or_notify_cancel()]

    def _attempt(self, group: Sequence[_Waiting]) -> _Waiting | None:
        """Run all in one transaction. The first one that raises is told so and returned, and all are undone."""
        results = []
        with self._engine.connect() as connection:
            connection.begin()
            for waiting in group:
                try:
                    results.append(_run(connection, waiting.run))
                except Exception as error:
                    connection.rollback()
                    waiting.promise.set_exception(error)
                    return waiting
            connection.commit()
        for waiting, result in zip(group, results, strict=True):
            waiting.promise.set_result(result)
        return None


def _run(connection: Connection, run: Callable[[Session], R]) -> R:
    # A savepoint for each would undo one alone, but costs as much as two statements where nothing raises.
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        result = run(session)
        session.flush()
        return result
