"""Quiet hours: a span of each day, Japan time, in which nobody is to be disturbed without need."""

import datetime as dt
from dataclasses import dataclass

from knowledge.calendar import JAPAN


@dataclass(frozen=True)
class Quiet:
    """From `begins` until `ends`, over midnight where it ends earlier than it begins; never where both are the same."""

    begins: dt.time
    ends: dt.time

    def holds(self, at: dt.datetime) -> bool:
        """Whether it is quiet at a moment."""
        time = at.astimezone(JAPAN).time()
        if self.begins <= self.ends:
            return self.begins <= time < self.ends
        return time >= self.begins or time < self.ends

    def ends_after(self, at: dt.datetime) -> dt.datetime:
        """The first moment from `at` on that is not quiet, in UTC."""
        if not self.holds(at):
            return at.astimezone(dt.UTC)
        local = at.astimezone(JAPAN)
        day = local.date() if local.time() < self.ends else local.date() + dt.timedelta(days=1)
        return dt.datetime.combine(day, self.ends, JAPAN).astimezone(dt.UTC)
