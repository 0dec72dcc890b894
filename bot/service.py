"""A running desk: channels, desk and courier together, until it is told to stop."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.channels.base import Channel
from bot.courier import Courier
from bot.desk import Desk
from bot.store.transactions import Store

LAST_WORK_SECONDS = 10.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Service:
    """The parts that run."""

    store: Store
    desk: Desk
    courier: Courier
    channels: Sequence[Channel]

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what is at hand. Whatever is left is in the store."""
        loops = [asyncio.create_task(self.desk.run()), asyncio.create_task(self.courier.run())]
        try:
            for channel in self.channels:
                await channel.start(self.desk.receive)
            await stop.wait()
        finally:
            await self._close(loops)
        log.info("stopped")

    async def _close(self, loops: list[asyncio.Task[None]]) -> None:
        for channel in self.channels:
            await channel.stop()
        try:
            async with asyncio.timeout(LAST_WORK_SECONDS):
                await self.desk.finish()
                await self.courier.finish()
        except TimeoutError:
            log.warning("left for the next start")
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        self.store.close()
