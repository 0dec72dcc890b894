"""Sessions on other days than the content says: moved by members while the desk runs."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge.calendar import WEEKDAYS
from knowledge.schema import Period, Programme, Seminars, Window


@dataclass(frozen=True)
class Move:
    """A session is on `day`, as long as the content has it on `instead_of`."""

    session: int
    instead_of: dt.date
    day: dt.date


def amended(programme: Programme, moves: Iterable[Move]) -> Programme:
    """The programme of the content with those moves that count: of each session the newest, which stands last.

    A move does not count any more once the content itself has another day; and none does where together they would
    put the sessions into another order.
    """
    newest = {move.session: move for move in moves}.values()
    written = {session.number: session.date for session in programme.seminars.sessions}
    result = moved(programme, {m.session: m.day for m in newest if written.get(m.session) == m.instead_of})
    return result if is_in_order(result) else programme


def is_in_order(programme: Programme) -> bool:
    """Whether each session is on a later day than the one before it."""
    return all(before.date < after.date for before, after in pairwise(programme.seminars.sessions))


def moved(programme: Programme, days: Mapping[int, dt.date]) -> Programme:
    """The programme with some sessions on these days, and with what ends together with the last of all."""
    seminars = programme.seminars
    sessions = tuple(one.model_copy(update={"date": days.get(one.number, one.date)}) for one in seminars.sessions)
    if sessions == seminars.sessions:
        return programme
    was, day = seminars.sessions[-1].date, sessions[-1].date
    changed = {
        "seminars": seminars.model_copy(update={"sessions": sessions}),
        "windows": {name: _window(one, seminars, was, day) for name, one in programme.windows.items()},
        "periods": {name: _period(one, was, day) for name, one in programme.periods.items()},
    }
    return programme.model_copy(update=changed)


def _window(window: Window, seminars: Seminars, was: dt.date, day: dt.date) -> Window:
    """A window that is open until the last session ends stays so."""
    ends = dt.time.fromisoformat(seminars.ends)
    if window.closes != dt.datetime.combine(was, ends):
        return window
    shown = _retold(window.closes_shown, was, day)
    return window.model_copy(update={"closes": dt.datetime.combine(day, ends), "closes_shown": shown})


def _period(period: Period, was: dt.date, day: dt.date) -> Period:
    """A period of which the last session is the last day stays so."""
    after = dt.timedelta(days=1)
    if period.ends != was + after:
        return period
    return period.model_copy(update={"ends": day + after, "shown": _retold(period.shown, was, day)})


def _retold(text: str, was: dt.date, day: dt.date) -> str:
    """A text with another day in it, with its weekday where it had one."""
    weekday = WEEKDAYS[day.weekday()]
    text = re.sub(rf"(?<!\d){was.month}月{was.day}日\([{WEEKDAYS}]\)", f"{day.month}月{day.day}日({weekday})", text)
    return re.sub(rf"(?<!\d){was.month}月{was.day}日", f"{day.month}月{day.day}日", text)
