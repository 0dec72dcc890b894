"""One thread that works with the database: all jobs that wait are run in one transaction and committed at once."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

A = TypeVar("A")
R = TypeVar("R")

# What is done about any number that ask for the same thing: an answer to each, in their order.
JobForAll = Callable[[Session, Sequence[A]], Sequence[R]]

# So that the first of many does not wait for all of them.
LARGEST_GROUP = 256


@dataclass(frozen=True, eq=False)
class _Waiting:
    """One that asks for something, and the promise of the answer."""

    job: JobForAll[Any, Any]
    asked: Any
    promise: asyncio.Future[Any]


# Those that are served together.
Call = list[_Waiting]


@dataclass(frozen=True, eq=False)
class _Told:
    """What became of one that waited."""

    waiting: _Waiting
    answer: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Keep the promise, in its own loop, unless nobody waits for it any more."""
        if self.waiting.promise.done():
            return
        if self.error is not None:
            self.waiting.promise.set_exception(self.error)
        else:
            self.waiting.promise.set_result(self.answer)


class Batches:
    """Runs jobs one after another, in the order in which they were handed in. Those that wait for the same job are
    served by one call, where the first of them stands.

    A job may be run more than once before its answer is told: it must do nothing but work with its session.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._waiting: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._is_closed = False
        # Whoever ends without closing waits for nothing that is still to be done.
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, job: JobForAll[A, R], asked: A) -> R:
        """Ask for a job; committed when this returns, undone for this one alone when it raises."""
        if self._is_closed:
            raise RuntimeError("the store is closed")
        waiting = _Waiting(job, asked, asyncio.get_running_loop().create_future())
        self._waiting.put(waiting)
        answer: R = await waiting.promise
        return answer

    def close(self) -> None:
        """Do what was handed in, and take nothing more."""
        self._is_closed = True
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            self._serve(self._group(first))

    def _group(self, first: _Waiting) -> list[_Waiting]:
        """The first that wait, without those that nobody wants any more."""
        others = [self._waiting.get() for _ in range(min(self._waiting.qsize(), LARGEST_GROUP - 1))]
        if others and others[-1] is None:
            # The end, which is still to be met.
            self._waiting.put(None)
        return [one for one in (first, *others) if one is not None and not one.promise.cancelled()]

    def _serve(self, group: Sequence[_Waiting]) -> None:
        """Answer all in one transaction, without those whose job raises."""
        calls = _together(group)
        try:
            while calls and (broken := self._attempt(calls)) is not None:
                calls = [part for call in calls for part in (_apart(call) if call is broken else [call])]
        except Exception as error:
            _tell([_Told(waiting, error=error) for call in calls for waiting in call])

    def _attempt(self, calls: Sequence[Call]) -> Call | None:
        """Make all calls in one transaction. One that raises is returned, and all are undone."""
        answers: list[_Told] = []
        with self._engine.connect() as connection:
            connection.begin()
            for call in calls:
                try:
                    answers += _answer(connection, call)
                except Exception as error:
                    connection.rollback()
                    if len(call) == 1:
                        _tell([_Told(call[0], error=error)])
                    return call
            connection.commit()
        _tell(answers)
        return None


def _together(group: Iterable[_Waiting]) -> list[Call]:
    """Calls that are to be made: those for the same job as one."""
    calls: dict[Any, Call] = {}
    for waiting in group:
        calls.setdefault(waiting.job, []).append(waiting)
    return list(calls.values())


def _apart(call: Call) -> list[Call]:
    """What is tried after a call raised: each alone, and one that was alone not at all."""
    return [[waiting] for waiting in call] if len(call) > 1 else []


def _answer(connection: Connection, call: Call) -> list[_Told]:
    # A savepoint for each would undo one alone, but costs as much as two statements where nothing raises.
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        answers = call[0].job(session, [waiting.asked for waiting in call])
        session.flush()
        return [_Told(waiting, answer) for waiting, answer in zip(call, answers, strict=True)]


def _tell(answers: Iterable[_Told]) -> None:
    """Tell all at once: to wake a loop for each costs more than what is told."""
    of_loops: dict[asyncio.AbstractEventLoop, list[_Told]] = {}
    for told in answers:
        of_loops.setdefault(told.waiting.promise.get_loop(), []).append(told)
    for loop, of_loop in of_loops.items():
        # A loop that was closed took everybody who waited with it.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_here, of_loop)


def _tell_here(answers: Iterable[_Told]) -> None:
    for told in answers:
        told.tell()
