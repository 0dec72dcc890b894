"""How fast a platform may be written to: limits as values, and what they leave room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """At most `count` sends within any `seconds`."""

    count: int
    seconds: float


def no_limits(_place: str) -> tuple[Limit, ...]:
    """For places that may be written to at any rate."""
    return ()


@dataclass(frozen=True)
class Pacing:
    """The limits of a channel: on all sends together, and on those into one place (see `place_of`)."""

    overall: tuple[Limit, ...] = ()
    of_place: Callable[[str], tuple[Limit, ...]] = no_limits


UNLIMITED = Pacing()


def free_at(limits: Sequence[Limit], ended: Sequence[datetime]) -> datetime | None:
    """When one more send may begin, if `ended` are the ends of the latest sends, oldest first; None: at once.

    A platform counts a send somewhere between its begin and its end. If the n-th begins a full window after
    the end of the one `count` before it, then no window of the platform's can hold more than `count`,
    however long either took on its way.
    """
    waits = [ended[-limit.count] + timedelta(seconds=limit.seconds) for limit in limits if len(ended) >= limit.count]
    return max(waits, default=None)


def remembered(limits: Sequence[Limit]) -> int:
    """How many ends have to be kept for these limits."""
    return max((limit.count for limit in limits), default=0)


def room(limits: Sequence[Limit], ended: Sequence[datetime], underway: int, now: datetime) -> int | None:
    """How many sends may begin now, with `underway` not ended yet; None: any number."""
    left = [limit.count - underway - _within(limit, ended, now) for limit in limits]
    return max(0, min(left)) if left else None


def _within(limit: Limit, ended: Sequence[datetime], now: datetime) -> int:
    return sum(end > now - timedelta(seconds=limit.seconds) for end in ended)
