"""Functions of a session, run in a worker thread, each in one transaction."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

P = ParamSpec("P")
R = TypeVar("R")
Job = Callable[Concatenate[Session, P], R]


class Store:
    """The door to the database. What a job returns stays readable after its transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._reading = sessionmaker(engine.execution_options(only_reads=True), expire_on_commit=False)

    async def write(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that may change things; committed when this returns, undone when it raises."""
        return await _in_thread(self._writing, job, *args, **kwargs)

    async def read(self, job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job that only looks."""
        return await _in_thread(self._reading, job, *args, **kwargs)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


async def _in_thread(sessions: sessionmaker[Session], job: Job[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    def run() -> R:
        with sessions.begin() as session:
            return job(session, *args, **kwargs)

    return await asyncio.to_thread(run)
