"""Our own long poll: updates are confirmed only once they are stored."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telegram import Bot

from bot.channels.telegram.request import Flooded
from bot.channels.telegram.wire import update_id_of
from bot.clock import Clock

LEAD = "telegram:poll"
LONG_POLL_SECONDS = 20
ANSWER_SECONDS = 10
FOLLOWER_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
AT_ONCE = timedelta(seconds=1)

Lead = Callable[[str], Awaitable[bool]]
Take = Callable[[Sequence[Any]], Awaitable[None]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Poll:
    """Fetches updates while `lead` allows it, and hands them to `take`, which returns when they are stored."""

    def __init__(self, bot: Bot, allowed: Sequence[str], lead: Lead, take: Take, machine: Clock) -> None:
        self._bot = bot
        self._allowed = list(allowed)
        self._lead = lead
        self._take = take
        self._machine = machine
        self._offset: int | None = None

    async def run(self) -> None:
        """Fetch for ever, whatever goes wrong. Never returns."""
        failures = 0
        while True:
            try:
                await self._turn()
                failures = 0
            except Exception as error:
                failures += 1
                log.warning("poll interrupted", error=type(error).__name__, failures=failures)
                await asyncio.sleep(pause(error, failures))

    async def _turn(self) -> None:
        if not await self._lead(LEAD):
            await asyncio.sleep(FOLLOWER_SECONDS)
            return
        asked = self._machine.now()
        updates = await self._fetch()
        numbers = [number for number in map(update_id_of, updates) if number is not None]
        if updates and not numbers:
            raise ValueError("nothing that could be confirmed")
        await self._take(updates)
        # When nothing is left the platform may begin to count elsewhere, so the old offset must not linger.
        self._offset = max(numbers) + 1 if numbers else None
        if not updates and self._machine.now() - asked < AT_ONCE:
            # Whatever answers does not wait until there is something, as it was asked to.
            await asyncio.sleep(FIRST_PAUSE_SECONDS)

    async def _fetch(self) -> Sequence[Any]:
        # Not Bot.get_updates: one update it cannot read spoils the batch. Nor do_api_request, which warns
        # about names that Bot has a method for.
        updates = await self._bot._post(
            "getUpdates",
            {"offset": self._offset, "timeout": LONG_POLL_SECONDS, "allowed_updates": self._allowed},
            read_timeout=LONG_POLL_SECONDS + ANSWER_SECONDS,
        )
        return list(updates)


def pause(error: Exception, failures: int) -> float:
    """Seconds to wait after the `failures`-th failure in a row: what Telegram asks, or 0.5, 1, 2 … 30."""
    if isinstance(error, Flooded):
        return error.seconds
    return float(min(FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 10), LONGEST_PAUSE_SECONDS))
