"""What reached a platform: each try to post there, as its own steady clock saw it."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

# An answer that cannot be read, or that says nothing of what was done.
UNREADABLE = frozenset({"garble", "garbage", "status_after"})


@dataclass(frozen=True)
class Arrival:
    """A try to post into a place, and when (monotonic seconds) it came and was answered (None: it never was).

    `accepted` says whether the post stands, `trouble` what went wrong with the try.
    """

    place: str
    at: float
    accepted: bool
    trouble: str = ""
    answered: float | None = None

    def is_told(self, patience: float) -> bool:
        """Whether somebody who waits for so many seconds knows from the answer what became of it."""
        if self.answered is None or self.trouble in UNREADABLE:
            return False
        return self.answered - self.at < patience


def most_within(moments: Iterable[float], seconds: float) -> int:
    """The most of these moments that lie in any one window of this length; what lies a whole window apart does not."""
    ordered = sorted(moments)
    return max((bisect_left(ordered, begin + seconds) - n for n, begin in enumerate(ordered)), default=0)
