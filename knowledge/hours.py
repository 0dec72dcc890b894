"""Business hours: weekdays in Japan time, without public holidays and the desk's own closures."""

import datetime as dt
from dataclasses import dataclass

import jpholiday

from knowledge.calendar import JAPAN

# So far is looked ahead for a day on which somebody is there.
LONGEST_CLOSURE_DAYS = 60


@dataclass(frozen=True)
class Closure:
    """Days on which nobody is there, both included, such as the turn of the year."""

    begins: dt.date
    ends: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether it covers a day."""
        return self.begins <= day <= self.ends


@dataclass(frozen=True)
class BusinessHours:
    """When staff are there. All moments taken are aware; all given are in Japan time."""

    opens: dt.time = dt.time(9)
    closes: dt.time = dt.time(17)
    closures: tuple[Closure, ...] = ()

    def is_business_day(self, day: dt.date) -> bool:
        """Whether staff are there on a day."""
        is_off = day.weekday() >= 5 or jpholiday.is_holiday(day) or any(c.holds(day) for c in self.closures)
        return not is_off

    def is_open(self, at: dt.datetime) -> bool:
        """Whether staff are there at a moment."""
        local = at.astimezone(JAPAN)
        return self.is_business_day(local.date()) and self.opens <= local.time() < self.closes

    def next_open(self, at: dt.datetime) -> dt.datetime:
        """`at` itself where staff are there, else when they next are (the end of what is looked ahead at, if never)."""
        local = at.astimezone(JAPAN)
        if self.is_open(local):
            return local
        begins = self._at(local.date(), self.opens)
        day = local.date() if local < begins else local.date() + dt.timedelta(days=1)
        for _ in range(LONGEST_CLOSURE_DAYS):
            if self.is_business_day(day):
                break
            day += dt.timedelta(days=1)
        return self._at(day, self.opens)

    def elapsed(self, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
        """How much business time lies between two moments."""
        begin, end = since.astimezone(JAPAN), until.astimezone(JAPAN)
        days = range((end.date() - begin.date()).days + 1)
        spans = (self._within(begin.date() + dt.timedelta(days=n), begin, end) for n in days)
        return sum(spans, dt.timedelta())

    def _within(self, day: dt.date, begin: dt.datetime, end: dt.datetime) -> dt.timedelta:
        if not self.is_business_day(day):
            return dt.timedelta()
        opens, closes = self._at(day, self.opens), self._at(day, self.closes)
        return max(min(end, closes) - max(begin, opens), dt.timedelta())

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, JAPAN)
