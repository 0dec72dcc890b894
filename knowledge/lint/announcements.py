"""Faults of announcements.yaml that show without rendering its texts."""

import datetime as dt
from collections.abc import Iterable

from knowledge.calendar import JAPAN
from knowledge.hours import BusinessHours
from knowledge.lint.dates import typed_dates
from knowledge.load import Content
from knowledge.plan import desk_period, times_of
from knowledge.quiet import Quiet
from knowledge.schema import Kind


def _fault(name: str, what: str) -> str:
    return f"announcements.yaml: [{name}]: {what}"


def without_source(content: Content) -> Iterable[str]:
    """An announcement names its source."""
    file = content.announcements
    sources = {one.id: one.source for one in file.announcements}
    if file.moved is not None:
        sources["moved"] = file.moved.source
    yield from (_fault(name, "出典(source)がありません。") for name, source in sources.items() if not source)


def unknown_entries(content: Content) -> Iterable[str]:
    """What an announcement offers to be read is an answer."""
    answers = {entry.id for entry in content.entries if entry.kind is Kind.ANSWER}
    for one in content.announcements.announcements:
        for name in one.entries:
            if name not in answers:
                yield _fault(one.id, f"entries の「{name}」という回答の項目はありません。")


def unknown_sessions(content: Content) -> Iterable[str]:
    """An announcement about sessions is about some that there are."""
    known = {session.number for session in content.programme.seminars.sessions}
    for one in content.announcements.announcements:
        for number in getattr(one.time, "sessions", ()):
            if number not in known:
                yield _fault(one.id, f"第{number}回は programme.yaml にありません。")


def hand_typed_dates(content: Content) -> Iterable[str]:
    """Dates in texts come from the calendar."""
    file = content.announcements
    texts = {one.id: f"{one.title}\n{one.text}" for one in file.announcements}
    if file.moved is not None:
        texts["moved"] = f"{file.moved.title}\n{file.moved.text}"
    for name, text in texts.items():
        for date in typed_dates(text):
            yield _fault(name, f"日付「{date}」が手書きされています。programme.yaml から表示してください。")


def untimely(content: Content, hours: BusinessHours, quiet: Quiet) -> Iterable[str]:
    """An announcement is due while the desk is open, and in quiet hours only where it is urgent."""
    opens, closes = desk_period(content.programme)
    for one in content.announcements.announcements:
        for planned in times_of(one, content.programme, hours):
            if not opens <= planned.due < closes:
                yield _fault(one.id, f"{_told(planned.due)} は応援デスクの開設期間の外なので、送られません。")
            elif quiet.holds(planned.due) and not one.urgent:
                yield _fault(one.id, f"{_told(planned.due)} は、急ぎでないお知らせを控える時間帯です。")


def _told(at: dt.datetime) -> str:
    return f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
