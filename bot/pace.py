"""How fast one sender may go: a sliding minute, kept in memory."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil

MINUTE = timedelta(minutes=1)
MANY = 10_000


class Pace:
    """Lets each sender through `per_minute` times in any minute of the machine's time."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: dict[str, deque[datetime]] = {}

    def wait(self, sender: str, now: datetime) -> int:
        """0 where the sender may go on, and it is counted; else in how many seconds it may."""
        self._forget(now)
        times = self._times.setdefault(sender, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= self._per_minute:
            return max(1, ceil((times[0] + MINUTE - now).total_seconds()))
        times.append(now)
        return 0

    def _forget(self, now: datetime) -> None:
        """Keep memory bounded: drop senders that have been quiet for a minute."""
        if len(self._times) >= MANY:
            self._times = {s: t for s, t in self._times.items() if t and t[-1] > now - MINUTE}
