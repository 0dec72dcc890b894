"""A running desk: channels, desk, couriers and jobs together, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.channels.base import Channel
from bot.courier import Courier
from bot.desk import Desk
from bot.errors import ChannelNotReady, DeskError
from bot.jobs import Jobs
from bot.leadership import Leadership
from bot.notifier import Notifier
from bot.shelf import Shelf
from bot.store.transactions import Store
from bot.web.server import Server

LAST_WORK_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Start:
    """One thing to be started, by name."""

    name: str
    begin: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Service:
    """The parts that run. `starts` is what makes them take messages; `desk` is None where nothing is decided."""

    store: Store
    desk: Desk | None
    couriers: Sequence[Courier]
    channels: Sequence[Channel]
    starts: Sequence[Start]
    server: Server | None
    jobs: Jobs | None
    leadership: Leadership
    notifier: Notifier | None = None
    shelf: Shelf | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what is at hand. Whatever is left is in the store.

        Raises DeskError where there is nothing that could be started.
        """
        loops = [asyncio.create_task(self.desk.run())] if self.desk else []
        loops += [asyncio.create_task(courier.run()) for courier in self.couriers]
        loops += [asyncio.create_task(self.notifier.run())] if self.notifier else []
        loops += [asyncio.create_task(self.shelf.run())] if self.shelf else []
        for loop in loops:
            loop.add_done_callback(_tell_end)
        try:
            loops += await start_all(self.starts)
            if self.jobs:
                self.jobs.start()
            await stop.wait()
        finally:
            await self._close(loops)
        log.info("stopped")

    async def _close(self, loops: list[asyncio.Task[None]]) -> None:
        if self.jobs:
            self.jobs.stop()
        for channel in self.channels:
            await channel.stop_taking()
        if self.server:
            await self.server.stop()
        try:
            async with asyncio.timeout(LAST_WORK_SECONDS):
                if self.desk:
                    await self.desk.finish()
                await asyncio.gather(*(courier.finish() for courier in self.couriers))
        except TimeoutError:
            log.warning("left for the next start")
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        for channel in self.channels:
            await channel.stop()
        await self.leadership.stop()
        self.store.close()


def _tell_end(loop: asyncio.Task[None]) -> None:
    """These never end by themselves; where one does, somebody must know."""
    if not loop.cancelled() and (error := loop.exception()) is not None:
        log.critical("part ended by an error", exc_info=error)


async def start_all(starts: Sequence[Start]) -> list[asyncio.Task[None]]:
    """Start everything; what fails is tried again by the tasks returned.

    Raises the first error where all fail, and none because a platform asks to wait.
    """
    failed = [(start, error) for start in starts if (error := await _fails(start))]
    if failed and len(failed) == len(starts) and not any(_asked_wait(error) for _, error in failed):
        raise failed[0][1]
    return [asyncio.create_task(_keep_trying(start, error)) for start, error in failed]


def _asked_wait(error: DeskError) -> float | None:
    return error.seconds if isinstance(error, ChannelNotReady) else None


async def _fails(start: Start) -> DeskError | None:
    try:
        await start.begin()
    except DeskError as error:
        log.error("cannot start", part=start.name, why=str(error))
        return error
    log.info("started", part=start.name)
    return None


async def _keep_trying(start: Start, error: DeskError) -> None:
    pause, failed = FIRST_PAUSE_SECONDS, error
    while True:
        await asyncio.sleep(_asked_wait(failed) or pause)
        again = await _fails(start)
        if again is None:
            return
        failed, pause = again, min(pause * 2, LONGEST_PAUSE_SECONDS)
