"""When each announcement is due: computed from the programme, as it stands."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from knowledge.announcement import Announcement, AskedIn, ByDay, ByMinute, LatePolicy, Monthly, NoticeTopic, OnDay
from knowledge.calendar import JAPAN
from knowledge.hours import BusinessHours
from knowledge.schema import Programme


@dataclass(frozen=True)
class Planned:
    """One announcement at one time: `key` tells it from the others of the same announcement.

    `due` and `expires` are in UTC; from `expires` on it is too late whatever its policy, also for those who wait for
    it while it is being sent. `session` is the number of the one that it is about, and `begins` the moment at which
    that one begins, as the notice will tell it.
    """

    announcement: Announcement
    key: str
    due: dt.datetime
    expires: dt.datetime
    session: int | None = None
    begins: dt.datetime | None = None

    @property
    def topic(self) -> NoticeTopic:
        return self.announcement.topic


def plan(announcements: Iterable[Announcement], programme: Programme, hours: BusinessHours) -> tuple[Planned, ...]:
    """Everything that is due within the desk's period, in order of time; sessions that there are not have none."""
    opens, closes = desk_period(programme)
    wanted = (one for announcement in announcements for one in times_of(announcement, programme, hours))
    return tuple(sorted((p for p in wanted if opens <= p.due < closes), key=lambda p: (p.due, p.announcement.id)))


def desk_period(programme: Programme) -> tuple[dt.datetime, dt.datetime]:
    """When the desk opens, and the first moment at which it is closed for good."""
    period = programme.periods["desk"]
    return _moment(period.begins, dt.time()), _moment(period.ends, dt.time())


def asked_between(planned: Planned) -> tuple[dt.datetime, dt.datetime] | None:
    """From when until when people asked what a notice tells, in UTC; None for one that tells of no questions.

    A month that is not over counts up to the moment at which the notice is due.
    """
    month = planned.due.astimezone(JAPAN).date().replace(day=1)
    match planned.announcement.asked:
        case AskedIn.LAST_MONTH:
            last = (month - dt.timedelta(days=1)).replace(day=1)
            return _moment(last, dt.time()), _moment(month, dt.time())
        case AskedIn.THIS_MONTH:
            return _moment(month, dt.time()), planned.due
        case None:
            return None


def times_of(announcement: Announcement, programme: Programme, hours: BusinessHours) -> Iterator[Planned]:
    """One announcement with all its times, within the desk's period or not."""
    _, closes = desk_period(programme)
    match announcement.time:
        case OnDay(day=day, at=at):
            due = _moment(day, _time(at))
            yield Planned(announcement, day.isoformat(), due, _expires(announcement, due, closes))
        case ByDay(sessions=sessions, days=days, at=at):
            for number, begins in _beginnings(programme, sessions):
                day = begins.astimezone(JAPAN).date() + dt.timedelta(days=days)
                yield _by_session(announcement, number, begins, _moment(day, _time(at)), closes)
        case ByMinute(sessions=sessions, minutes=minutes):
            for number, begins in _beginnings(programme, sessions):
                yield _by_session(announcement, number, begins, begins + dt.timedelta(minutes=minutes), closes)
        case Monthly(months=months, at=at):
            for month in months:
                due = _moment(first_business_day(dt.date.fromisoformat(f"{month}-01"), hours), _time(at))
                yield Planned(announcement, month, due, _expires(announcement, due, closes))
        case _:
            assert_never(announcement.time)


def _by_session(
    announcement: Announcement, number: int, begins: dt.datetime, due: dt.datetime, closes: dt.datetime
) -> Planned:
    key = f"{number}@{begins.astimezone(JAPAN):%Y-%m-%dT%H:%M}"
    expires = _expires(announcement, due, begins if due < begins else closes)
    return Planned(announcement, key, due, expires, number, begins)


def _expires(announcement: Announcement, due: dt.datetime, latest: dt.datetime) -> dt.datetime:
    """What is left out when it is late may speak of its day, so it does not reach anybody on the next one either."""
    late = announcement.late
    if late.then is not LatePolicy.SKIP:
        return latest
    last = (due + dt.timedelta(minutes=late.minutes)).astimezone(JAPAN).date()
    return min(latest, _moment(last + dt.timedelta(days=1), dt.time()))


def first_business_day(day: dt.date, hours: BusinessHours) -> dt.date:
    """The day itself, or else the next one on which staff are there."""
    while not hours.is_business_day(day):
        day += dt.timedelta(days=1)
    return day


def _beginnings(programme: Programme, numbers: Collection[int]) -> Iterator[tuple[int, dt.datetime]]:
    """When these sessions begin; those that there are not are left out."""
    starts = _time(programme.seminars.starts)
    sessions = (session for session in programme.seminars.sessions if session.number in numbers)
    return ((session.number, _moment(session.date, starts)) for session in sessions)


def _time(value: str) -> dt.time:
    return dt.time.fromisoformat(value)


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, JAPAN).astimezone(dt.UTC)
