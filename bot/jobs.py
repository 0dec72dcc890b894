"""What is done at regular times. APScheduler only ticks: what is due is read from the store at each tick."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.config import RetentionSettings
from bot.store.tidy import forget_raw
from bot.store.transactions import Store

TIDY_SECONDS = 3600.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Chore:
    """Something to be done every so many seconds."""

    name: str
    do: Callable[[], Awaitable[None]]
    seconds: float


class Jobs:
    """The ticking. Any number of processes may do it at the same time."""

    def __init__(
        self, store: Store, retention: RetentionSettings, machine: Clock, chores: Sequence[Chore] = ()
    ) -> None:
        self._chores = chores
        self._store = store
        self._retention = retention
        self._machine = machine
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    @property
    def chores(self) -> Sequence[Chore]:
        """What is done, beside forgetting what need not be kept."""
        return self._chores

    def start(self) -> None:
        """Tick from now on."""
        for chore in (Chore("tidy", self.tidy, TIDY_SECONDS), *self._chores):
            self._scheduler.add_job(
                partial(_carry_out, chore),
                "interval",
                seconds=chore.seconds,
                next_run_time=self._machine.now(),
                misfire_grace_time=None,
                coalesce=True,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tidy(self) -> None:
        """Forget what need not be kept."""
        before = self._machine.now() - timedelta(days=self._retention.raw_days)
        log.info("tidied", raw=await self._store.write(forget_raw, before))


async def _carry_out(chore: Chore) -> None:
    """Whatever goes wrong, the next tick tries again."""
    try:
        await chore.do()
    except SQLAlchemyError as error:
        log.warning("chore not done", chore=chore.name, error=type(error).__qualname__)
    except Exception:
        log.exception("chore not done", chore=chore.name)
