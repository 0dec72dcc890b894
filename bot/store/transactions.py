"""Functions of a session, each run in one transaction beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from bot.store.engine import THREADS, has_one_writer
from bot.store.writer import Writer

P = ParamSpec("P")
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
        self._writer = Writer(engine) if has_one_writer(engine) else None
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._reading = sessionmaker(engine.execution_options(only_reads=True), expire_on_commit=False)

    async def write(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that may change things; committed when this returns, undone when it raises."""
        if self._writer is not None:
            return await self._writer.write(lambda session: job(session, *args, **kwargs))
        return await self._in_thread(self._writing, lambda session: job(session, *args, **kwargs))

    async def read(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that only looks."""
        return await self._in_thread(self._reading, lambda session: job(session, *args, **kwargs))

    def close(self) -> None:
        """Finish what was begun and give all connections back."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self._engine.dispose()

    async def _in_thread(self, sessions: sessionmaker[Session], job: Callable[[Session], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_run, sessions, job))


def _run(sessions: sessionmaker[Session], job: Callable[[Session], R]) -> R:
    with sessions.begin() as session:
        return job(session)
