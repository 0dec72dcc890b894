"""What is done at regular times. APScheduler only ticks: what is due is read from the store at each tick."""

from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.config import RetentionSettings
from bot.store.tidy import forget_raw
from bot.store.transactions import Store

TIDY_HOURS = 1

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Jobs:
    """The ticking. Any number of processes may do it at the same time."""

    def __init__(self, store: Store, retention: RetentionSettings, machine: Clock) -> None:
        self._store = store
        self._retention = retention
        self._machine = machine
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Tick from now on."""
        self._scheduler.add_job(
            self.tidy,
            "interval",
            hours=TIDY_HOURS,
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
        try:
            log.info("tidied", raw=await self._store.write(forget_raw, before))
        except SQLAlchemyError as error:
            log.warning("not tidied", error=type(error).__qualname__)
