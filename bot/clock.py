"""The only place that reads the clock.

Two clocks run side by side: the desk's, which participants live in and which may be set to
another year, and the machine's, which leases, pauses and rate limits are counted by.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, in UTC."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class RunningClock:
    """Stood at `start` (aware) when it was made; runs `speed` times as fast as the real clock."""

    start: datetime
    speed: float = 1.0
    _origin: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        elapsed = (time.monotonic() - self._origin) * self.speed
        return self.start.astimezone(UTC) + timedelta(seconds=elapsed)


def clock_from(start: datetime | None, speed: float) -> Clock:
    """The desk's clock as the settings want it: the real one, or one that runs from `start`."""
    return RealClock() if start is None else RunningClock(start, speed)


def day_of(at: datetime) -> date:
    """The day in Japan that a moment lies in."""
    return at.astimezone(JAPAN).date()


def milliseconds() -> float:
    """A steady counter in milliseconds, to measure durations with."""
    return time.perf_counter() * 1000
