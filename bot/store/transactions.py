"""Functions of a session, each run in one transaction beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from bot.store.batches import Batches, JobForAll
from bot.store.engine import THREADS, has_one_writer

P = ParamSpec("P")
A = TypeVar("A")
R = TypeVar("R")
Job = Callable[Concatenate[Session, P], R]


class Store:
    """The door to the database. What a job returns stays readable after its transaction.

    Where only one transaction can write at a time, all that wait are written and committed together, in the
    order in which they came. Elsewhere each is a transaction of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, "store")
        self._writer = Batches(engine, "writer") if has_one_writer(engine) else None
        self._writing = sessionmaker(engine, expire_on_commit=False)
        only_reads = engine.execution_options(only_reads=True)
        self._reader = Batches(only_reads, "reader")
        self._reading = sessionmaker(only_reads, expire_on_commit=False)

    async def write(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that may change things; committed when this returns, undone when it raises."""
        if self._writer is not None:
            return await self._writer.run(lambda session, _: (job(session, *args, **kwargs),), None)
        return await self._in_thread(self._writing, lambda session: job(session, *args, **kwargs))

    async def read(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that only looks."""
        return await self._in_thread(self._reading, lambda session: job(session, *args, **kwargs))

    async def write_with_others(self, job: JobForAll[A, R], asked: A) -> R:
        """The same as `write` for a job that serves many: those that wait for it on one writer are served at once."""
        if self._writer is not None:
            return await self._writer.run(job, asked)
        (answer,) = await self._in_thread(self._writing, lambda session: job(session, (asked,)))
        return answer

    async def read_with_others(self, job: JobForAll[A, R], asked: A) -> R:
        """The same as `read` for a job that serves many: those that wait for it are served at once."""
        return await self._reader.run(job, asked)

    def close(self) -> None:
        """Finish what was begun and give all connections back."""
        self._reader.close()
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self._engine.dispose()

    async def _in_thread(self, sessions: sessionmaker[Session], job: Callable[[Session], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_run, sessions, job))


def _run(sessions: sessionmaker[Session], job: Callable[[Session], R]) -> R:
    with sessions.begin() as session:
        return job(session)
