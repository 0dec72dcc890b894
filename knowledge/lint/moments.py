"""The moments of the season at which an answer may read otherwise than before."""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence

from knowledge.calendar import JAPAN, Asked, Calendar, Span
from knowledge.schema import Programme, Slot

_QUARTER = dt.timedelta(days=92)
_MINUTE = dt.timedelta(minutes=1)
_HOURS = (dt.time(10), dt.time(14))


def season(programme: Programme) -> Span:
    """From three months before the desk begins to three months after it ends."""
    desk = programme.periods["desk"]
    return Span(desk.begins - _QUARTER, desk.ends + _QUARTER, "")


def known_dates(programme: Programme) -> frozenset[dt.date]:
    """Every day that the calendar names: the first and the last of what has a length."""
    return frozenset(_dates(programme))


def _dates(programme: Programme) -> Iterator[dt.date]:
    yield programme.briefing.date
    yield from (session.date for session in programme.seminars.sessions)
    for period in programme.periods.values():
        yield from (period.begins, period.ends - dt.timedelta(days=1))
    for window in programme.windows.values():
        yield (window.closes - _MINUTE).date()
        if window.opens:
            yield window.opens.date()


def moments(programme: Programme) -> list[dt.datetime]:
    """10:00 and 14:00 on every day of the season, and the minute either side of each turn; in Japan time."""
    whole = season(programme)
    days = (whole.begins + dt.timedelta(days=n) for n in range((whole.ends - whole.begins).days + 1))
    daily = (dt.datetime.combine(day, hour, JAPAN) for day in days for hour in _HOURS)
    turns = (turn + shift for turn in _turns(programme) for shift in (-_MINUTE, dt.timedelta(), _MINUTE))
    return sorted({*daily, *turns})


def _turns(programme: Programme) -> Iterator[dt.datetime]:
    """When something opens, closes, begins or ends."""
    briefing, seminars = programme.briefing, programme.seminars
    clocks = [(briefing.date, briefing.starts), (briefing.date, briefing.ends)]
    clocks += [(s.date, clock) for s in seminars.sessions for clock in (seminars.starts, seminars.ends)]
    yield from (dt.datetime.combine(day, dt.time.fromisoformat(clock), JAPAN) for day, clock in clocks)
    for window in programme.windows.values():
        yield from (moment.replace(tzinfo=JAPAN) for moment in (window.opens, window.closes) if moment)


def telling_moments(programme: Programme, every: Iterable[dt.datetime]) -> list[dt.datetime]:
    """The first moment of each state of the calendar: between two of them only the name of the day changes."""
    first: dict[Hashable, dt.datetime] = {}
    for at in every:
        first.setdefault(_state(Calendar(programme, at)), at)
    return list(first.values())


def _state(calendar: Calendar) -> Hashable:
    programme, today = calendar.programme, calendar.local.date()
    return (
        tuple((s.state, s.date < today) for s in calendar.sessions),
        len(calendar.upcoming),
        calendar.running is None,
        calendar.briefing.state,
        tuple(calendar.window(name).state for name in programme.windows),
        tuple(calendar.period(name).state for name in programme.periods),
    )


def asked_cases(slot: Slot | None, programme: Programme, at: dt.datetime) -> Sequence[Asked]:
    """The slots to try an entry with: none, and where it takes some, each session, all of them, and days."""
    if slot is None:
        return (Asked(),)
    sessions = programme.seminars.sessions
    numbers = tuple(session.number for session in sessions)
    named = [Asked((s.number,), Span(s.date, s.date, "その日")) for s in sessions]
    whole = season(programme)
    spans = [Span(at.date(), at.date(), "今日"), Span(whole.begins, whole.ends, "全期間")]
    return (Asked(), *named, Asked(numbers), *(Asked((), span) for span in spans))
