"""Faults of notices as they will read: now, when they go late, and once a session has moved."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.amending import moved
from knowledge.calendar import JAPAN, Asked, Calendar, day_text
from knowledge.hours import BusinessHours
from knowledge.lint.dates import contradictions
from knowledge.lint.moments import known_dates, season
from knowledge.load import Content
from knowledge.notice_names import Question, announcement_names, moved_names
from knowledge.plan import Planned, times_of
from knowledge.render import Renderer
from knowledge.schema import Programme

_LONGEST = 900
_WEEK = dt.timedelta(days=7)
_MINUTE = dt.timedelta(minutes=1)
_OF_THE_DAY = re.compile("本日|今日|明日|昨日|きょう|あした|きのう")
# As many as a letter tells, with titles as long as titles can be.
_MANY_QUESTIONS = tuple(Question(f"entry-{n}", "問" * 30, 9_999) for n in range(5))


@dataclass(frozen=True)
class _Reading:
    """A template to be read at a moment, with what it may name, and a day that it may tell beside the calendar's."""

    name: str
    template: str
    at: dt.datetime
    names: Mapping[str, object]
    day: dt.date


def unfit_notices(content: Content, hours: BusinessHours, templates: Path) -> list[str]:
    """Notices that do not render, are too long, name a wrong date, or say 「明日」 where that is no longer true."""
    renderer = Renderer(templates, content.programme)
    found: dict[tuple[str, str], str] = {}
    for when, programme in _programmes(content.programme):
        for reading in _readings(content, programme, hours):
            for what in _unfit(reading, programme, renderer.by(programme)):
                found.setdefault((reading.name, what), f"({when}{reading.at:%Y-%m-%d %H:%M} の表示)")
    if not found:
        found = dict.fromkeys(_untrue_later(content, hours, renderer), "")
    return [f"announcements.yaml: [{name}]: {what}{where}" for (name, what), where in found.items()]


def _programmes(programme: Programme) -> Iterator[tuple[str, Programme]]:
    """The programme as it is, and with each of its sessions a week earlier or later."""
    yield "", programme
    for one in programme.seminars.sessions:
        for day in (one.date - _WEEK, one.date + _WEEK):
            yield f"第{one.number}回が{day_text(day)}に動いたとき、", moved(programme, {one.number: day})


def _readings(content: Content, programme: Programme, hours: BusinessHours) -> Iterator[_Reading]:
    for one in content.announcements.announcements:
        for planned in times_of(one, programme, hours):
            for at in _sendings(planned):
                yield from _of_announcement(planned, at, Calendar(programme, at))
    yield from _of_moved(content, programme)


def _sendings(planned: Planned) -> tuple[dt.datetime, dt.datetime]:
    """Its time, and the last moment at which it may go; in Japan time."""
    return planned.due.astimezone(JAPAN), (planned.expires - _MINUTE).astimezone(JAPAN)


def _of_announcement(planned: Planned, at: dt.datetime, calendar: Calendar) -> Iterator[_Reading]:
    one = planned.announcement
    for questions in ((), _MANY_QUESTIONS) if one.asked else ((),):
        yield _Reading(one.id, one.text, at, announcement_names(planned, questions, calendar), at.date())


def _of_moved(content: Content, programme: Programme) -> Iterator[_Reading]:
    """As it reads a week before the time that people were told of."""
    told, starts = content.announcements.moved, dt.time.fromisoformat(programme.seminars.starts)
    if told is None:
        return
    for session in content.programme.seminars.sessions:
        was = dt.datetime.combine(session.date, starts, JAPAN)
        names = moved_names(session.number, was, Calendar(programme, was - _WEEK))
        for template in (told.title, told.text):
            yield _Reading("moved", template, was - _WEEK, names, session.date)


def _unfit(reading: _Reading, programme: Programme, renderer: Renderer) -> Iterator[str]:
    try:
        text = renderer.render(reading.template, reading.at, Asked(), **reading.names)
    except Exception as error:  # a template can fail in any way that Python can
        yield f"表示できません({type(error).__name__}: {error})。"
        return
    if len(text) > _LONGEST:
        yield f"{_LONGEST:,}字を超えています。"
    yield from contradictions(text, season(programme), known_dates(programme) | {reading.day})


def _untrue_later(content: Content, hours: BusinessHours, renderer: Renderer) -> Iterable[tuple[str, str]]:
    """Words that are true of one day only, in a notice that may still go on another and says them then too."""
    for one in content.announcements.announcements:
        for planned in times_of(one, content.programme, hours):
            due, last = _sendings(planned)
            if due.date() != last.date():
                first, later = (_words_of_the_day(planned, at, content.programme, renderer) for at in (due, last))
                for word in sorted(first & later):
                    yield one.id, f"遅れて別の日に送られるときも「{word}」と書かれています。"


def _words_of_the_day(planned: Planned, at: dt.datetime, programme: Programme, renderer: Renderer) -> set[str]:
    names = announcement_names(planned, (), Calendar(programme, at))
    return set(_OF_THE_DAY.findall(renderer.render(planned.announcement.text, at, Asked(), **names)))
