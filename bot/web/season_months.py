"""The season by months, weeks and days, as the page of the calendar shows it: pure."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.clock import JAPAN
from bot.store.announced import Announced
from bot.web.season import Event, Kind
from knowledge.announcement import NoticeTopic
from knowledge.calendar import WEEKDAYS, day_text

NOTICE = "notice"
SUNDAY_FIRST = Calendar(SUNDAY)


@dataclass(frozen=True)
class Item:
    """Something on a day: what kind of event, or a notice; `time` is empty where it takes the whole day.

    `session` is the number of the one that a notice is about.
    """

    kind: str
    title: str
    time: str = ""
    session: int | None = None


@dataclass(frozen=True)
class Day:
    """A day of a month with what is on it; `label` is how it reads alone."""

    day: date
    label: str
    is_today: bool
    items: Sequence[Item]


@dataclass(frozen=True)
class Month:
    """A month in weeks from Sunday on; None stands for days of other months."""

    name: str
    title: str
    weeks: Sequence[Sequence[Day | None]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is on any of its days, today being something."""
        return not any(day.items or day.is_today for week in self.weeks for day in week if day)


def months_of(
    events: Iterable[Event], notices: Iterable[Announced], today: date, first: date, last: date
) -> tuple[Month, ...]:
    """All months from that of `first` to that of `last`."""
    on = _by_day(events, notices)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(_month(number // 12, number % 12 + 1, on, today) for number in numbers)


def weekdays() -> Sequence[str]:
    """The days of a week, as its months show them."""
    return [WEEKDAYS[number] for number in SUNDAY_FIRST.iterweekdays()]


def _by_day(events: Iterable[Event], notices: Iterable[Announced]) -> Mapping[date, Sequence[Item]]:
    """Events first, then notices, each in order of time."""
    on = defaultdict[date, list[Item]](list)
    for event in events:
        on[event.day].append(Item(event.kind, event.title, _time(event)))
    for notice in notices:
        local = notice.due.astimezone(JAPAN)
        on[local.date()].append(Item(NOTICE, notice.title, f"{local:%H:%M}", notice.session))
    return on


def _time(event: Event) -> str:
    if event.starts is None or event.kind is Kind.DEADLINE:
        return ""
    return f"{event.starts:%H:%M}" + (f"~{event.ends:%H:%M}" if event.ends else "")


def _month(year: int, month: int, on: Mapping[date, Sequence[Item]], today: date) -> Month:
    weeks = SUNDAY_FIRST.monthdatescalendar(year, month)
    own = [[_day(day, on, today) if day.month == month else None for day in week] for week in weeks]
    return Month(f"{year}-{month:02}", f"{year}年{month}月", own)


def _day(day: date, on: Mapping[date, Sequence[Item]], today: date) -> Day:
    return Day(day, day_text(day), day == today, on.get(day, ()))


def concerned(notices: Iterable[Announced], topics: frozenset[NoticeTopic]) -> list[Announced]:
    """The notices of some topics."""
    return [notice for notice in notices if notice.topic in topics]
