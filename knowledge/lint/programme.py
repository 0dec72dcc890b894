"""Contradictions within programme.yaml."""

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from knowledge.calendar import Span, day_text
from knowledge.lint.dates import dates_meant, written_dates
from knowledge.load import Content
from knowledge.schema import Programme, Window

_NOON = dt.time(12)
_MINUTE = dt.timedelta(minutes=1)


def _fault(place: str, what: str) -> str:
    return f"programme.yaml: {place}: {what}"


def missing_names(content: Content) -> Iterable[str]:
    """What every calendar is computed from is there."""
    programme = content.programme
    if "desk" not in programme.periods:
        yield _fault("periods", "応援デスクの開設期間(desk)がありません。")
    if "seminar_first" not in programme.windows:
        yield _fault("windows", "セミナー初回の申込み(seminar_first)がありません。")
    if not programme.seminars.sessions:
        yield _fault("seminars.sessions", "セミナーの回が一つもありません。")


def unknown_forms(content: Content) -> Iterable[str]:
    """A window names a form there is."""
    for name, window in content.programme.windows.items():
        if window.form not in content.programme.forms:
            yield _fault(f"windows.{name}", f"フォーム「{window.form}」は forms にありません。")


def windows_closing_too_late(content: Content) -> Iterable[str]:
    """A window is closed by the time that what it is for has begun or, where one can join on the way, has ended."""
    limits = dict(_limits(content.programme))
    for name, window in content.programme.windows.items():
        if name in limits and window.closes > limits[name]:
            yield _fault(
                f"windows.{name}", f"締切({window.closes})が、対象が終わる時刻({limits[name]})より後になっています。"
            )


def _limits(programme: Programme) -> Iterable[tuple[str, dt.datetime]]:
    for name, period in programme.periods.items():
        yield name, dt.datetime.combine(period.ends, dt.time())
    yield "briefing", _at(programme.briefing.date, programme.briefing.starts)
    sessions = programme.seminars.sessions
    if sessions:
        yield "seminar_first", _at(sessions[0].date, programme.seminars.starts)
        yield "seminar", _at(sessions[-1].date, programme.seminars.ends)


def _at(day: dt.date, clock: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock))


def windows_closing_before_they_open(content: Content) -> Iterable[str]:
    """A window is open for some time."""
    for name, window in content.programme.windows.items():
        if window.opens and window.opens >= window.closes:
            yield _fault(f"windows.{name}", f"受付開始({window.opens})が締切({window.closes})より前ではありません。")


def windows_shown_otherwise(content: Content) -> Iterable[str]:
    """`closes_shown` tells the day, the weekday and the noon of `closes`."""
    for name, window in content.programme.windows.items():
        last = (window.closes - _MINUTE).date()
        for written in written_dates(window.closes_shown):
            meant = last in dates_meant(written, Span(last, last, ""))
            if not meant or written.weekday not in (None, last.weekday()):
                yield _fault(
                    f"windows.{name}", f"closes_shown の「{written.text}」が締切と違います(正しくは{day_text(last)})。"
                )
        if _shows_noon(window) and window.closes.time() != _NOON:
            yield _fault(f"windows.{name}", f"closes_shown は正午ですが、締切は {window.closes:%H:%M} です。")


def _shows_noon(window: Window) -> bool:
    return "正午" in window.closes_shown


def periods_ending_before_they_begin(content: Content) -> Iterable[str]:
    """A period holds at least a day."""
    for name, period in content.programme.periods.items():
        if period.begins >= period.ends:
            yield _fault(f"periods.{name}", f"開始({period.begins})が終了({period.ends})より前ではありません。")


def hours_ending_before_they_begin(content: Content) -> Iterable[str]:
    """The briefing and the sessions last for some time."""
    programme = content.programme
    for place, hours in (("briefing", programme.briefing), ("seminars", programme.seminars)):
        if dt.time.fromisoformat(hours.starts) >= dt.time.fromisoformat(hours.ends):
            yield _fault(place, f"開始({hours.starts})が終了({hours.ends})より前ではありません。")


def sessions_out_of_order(content: Content) -> Iterable[str]:
    """Sessions are numbered from one, without a gap, in the order of their days."""
    sessions = content.programme.seminars.sessions
    for number, session in enumerate(sessions, start=1):
        if session.number != number:
            yield _fault("seminars.sessions", f"{number}番目の回の番号が{session.number}になっています。")
    for before, after in pairwise(sessions):
        if before.date >= after.date:
            yield _fault(
                "seminars.sessions",
                f"第{after.number}回({after.date})が第{before.number}回({before.date})より後ではありません。",
            )
