"""Things that only one process may do at a time: held by a lease that is renewed while the process lives."""

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.store.leases import give_up_lease, hold_lease
from bot.store.transactions import Store

RENEWALS_A_LEASE = 3

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Leadership:
    """Leases of one process, `holder`. A process that dies is succeeded after `seconds`."""

    def __init__(self, store: Store, holder: str, machine: Clock, seconds: float) -> None:
        self._store = store
        self._holder = holder
        self._machine = machine
        self._seconds = seconds
        self._renewing: dict[str, asyncio.Task[None]] = {}

    async def leads(self, name: str) -> bool:
        """Whether this process is the one that does `name`; if so, it stays so until it fails to renew."""
        if name not in self._renewing:
            if not await self._hold(name):
                return False
            self._renewing[name] = asyncio.create_task(self._renew(name))
        return True

    async def _hold(self, name: str) -> bool:
        now = self._machine.now()
        return await self._store.write(hold_lease, name, self._holder, now, now + timedelta(seconds=self._seconds))

    async def _renew(self, name: str) -> None:
        try:
            while await self._hold(name):
                await asyncio.sleep(self._seconds / RENEWALS_A_LEASE)
        except SQLAlchemyError as error:
            log.warning("lease not renewed", lease=name, error=type(error).__qualname__)
        finally:
            del self._renewing[name]

    async def stop(self) -> None:
        """Give everything up, so that others need not wait."""
        held = dict(self._renewing)
        for task in held.values():
            task.cancel()
        await asyncio.gather(*held.values(), return_exceptions=True)
        for name in held:
            await self._give_up(name)

    async def _give_up(self, name: str) -> None:
        try:
            await self._store.write(give_up_lease, name, self._holder)
        except SQLAlchemyError as error:
            log.warning("lease not given up", lease=name, error=type(error).__qualname__)
