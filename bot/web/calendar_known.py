"""The season as calendars are served it: sessions as they are written down, whatever book a process has.

A process may have an older book than the one whose sessions were written down, or a newer one for a moment. By what is
written down all serve the same time under the same number of changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.clock import JAPAN, day_of
from bot.ports import Words
from bot.store.notice_models import Timetable
from bot.web.season import Event, Kind, season, session_events
from knowledge.amending import moved
from knowledge.schema import Programme, Session


def known_season(programme: Programme, rows: Sequence[Timetable], words: Words) -> tuple[Event, ...]:
    """All events, in order; those of sessions that were dropped as long as they lie among the others."""
    shown = moved(programme, {row.session: day_of(row.begins) for row in rows})
    numbers = {row.session for row in rows}
    new = [one for one in shown.seminars.sessions if one.number not in numbers]
    held = season(_with(shown, [*_sessions(shown, rows, dropped=False), *new]), words)
    dropped = session_events(_with(shown, _sessions(shown, rows, dropped=True)), words)
    among = [event for event in dropped if held[0].day <= event.day <= held[-1].day]
    by_number = {row.session: row for row in rows}
    return tuple(sorted((_timed(event, by_number) for event in (*held, *among)), key=lambda event: event.order))


def _sessions(programme: Programme, rows: Iterable[Timetable], *, dropped: bool) -> list[Session]:
    """Those that were dropped, or all others, as they are written down; the programme knows what they are about."""
    parts = {one.number: one.parts for one in programme.seminars.sessions}
    return [
        Session(number=row.session, date=day_of(row.begins), title=row.title, parts=parts.get(row.session, ()))
        for row in rows
        if row.dropped is dropped
    ]


def _with(programme: Programme, sessions: Iterable[Session]) -> Programme:
    in_order = tuple(sorted(sessions, key=lambda one: one.number))
    return programme.model_copy(update={"seminars": programme.seminars.model_copy(update={"sessions": in_order})})


def _timed(event: Event, rows: dict[int, Timetable]) -> Event:
    """With the hours that are written down; what ends with a session does so then."""
    row = None if event.session is None else rows.get(event.session)
    if row is None:
        return event
    begins, ends = (moment.astimezone(JAPAN).time() for moment in (row.begins, row.ends))
    if event.kind is Kind.SESSION:
        return replace(event, starts=begins, ends=ends)
    return replace(event, starts=ends)
