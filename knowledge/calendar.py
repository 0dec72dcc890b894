"""The programme as it stands at one moment, in Japan time: what is past, open, running, next."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from knowledge.schema import Briefing, Period, Programme, Session, Subject, Window

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"


def day_text(day: dt.date) -> str:
    """9月7日(水)."""
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def day_text_english(day: dt.date) -> str:
    """September 7 (Wed)."""
    return f"{day:%B} {day.day} ({day:%a})"


@dataclass(frozen=True)
class SessionView:
    """A session seen at a moment: `state` is past, today (until it ends) or future; `days_left` may be negative."""

    session: Session
    state: str
    starts: str
    ends: str
    days_left: int

    @property
    def number(self) -> int:
        return self.session.number

    @property
    def date(self) -> dt.date:
        return self.session.date

    @property
    def title(self) -> str:
        return self.session.title

    @property
    def parts(self) -> tuple[str, ...]:
        return self.session.parts

    @property
    def day(self) -> str:
        return day_text(self.session.date)

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.session.date.weekday()]

    @property
    def day_english(self) -> str:
        return day_text_english(self.session.date)


@dataclass(frozen=True)
class BriefingView:
    """The briefing seen at a moment."""

    day: str
    hours: str
    state: str


@dataclass(frozen=True)
class WindowView:
    """An application window seen at a moment: `state` is before, open or closed."""

    state: str
    closes_shown: str
    title: str


@dataclass(frozen=True)
class PeriodView:
    """A period seen at a moment: `state` is before, running or over; `days_left` until its last day may be negative."""

    state: str
    shown: str
    title: str
    last_day: str
    days_left: int


@dataclass(frozen=True)
class Span:
    """Days a question names: `begins` to `ends`, both included, and how to call them."""

    begins: dt.date
    ends: dt.date
    label: str

    def holds(self, day: dt.date) -> bool:
        return self.begins <= day <= self.ends


@dataclass(frozen=True)
class SpanView:
    """A span seen at a moment, with the sessions in it."""

    label: str
    sessions: tuple[SessionView, ...]
    is_day: bool
    past: bool


@dataclass(frozen=True)
class Asked:
    """The slots of a question: session numbers and a span of days."""

    sessions: tuple[int, ...] = ()
    span: Span | None = None


@dataclass(frozen=True)
class AskedView:
    """The slots as templates see them."""

    sessions: tuple[SessionView, ...]
    span: SpanView | None


def _at(day: dt.date, clock: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), JAPAN)


def _event_state(now: dt.datetime, day: dt.date, ends: str) -> str:
    if now >= _at(day, ends):
        return "past"
    return "today" if now.date() == day else "future"


@dataclass(frozen=True)
class Calendar:
    """The programme at `now` (aware; any zone). Everything it tells is computed from the two."""

    programme: Programme
    now: dt.datetime

    @cached_property
    def local(self) -> dt.datetime:
        return self.now.astimezone(JAPAN)

    @cached_property
    def sessions(self) -> tuple[SessionView, ...]:
        seminars = self.programme.seminars
        return tuple(
            SessionView(
                session=s,
                state=_event_state(self.local, s.date, seminars.ends),
                starts=seminars.starts,
                ends=seminars.ends,
                days_left=(s.date - self.local.date()).days,
            )
            for s in seminars.sessions
        )

    def session(self, number: int) -> SessionView:
        """The session with this number (1-8). Raises KeyError for another."""
        for view in self.sessions:
            if view.number == number:
                return view
        raise KeyError(f"session {number}")

    @property
    def remaining(self) -> tuple[SessionView, ...]:
        """Sessions not yet over; one that runs now counts."""
        return tuple(s for s in self.sessions if s.state != "past")

    @property
    def upcoming(self) -> tuple[SessionView, ...]:
        """Sessions that have not begun."""
        return tuple(s for s in self.sessions if self.local < _at(s.date, s.starts))

    @property
    def running(self) -> SessionView | None:
        for s in self.sessions:
            if _at(s.date, s.starts) <= self.local < _at(s.date, s.ends):
                return s
        return None

    @property
    def next_session(self) -> SessionView | None:
        return next(iter(self.upcoming), None)

    @property
    def earliest_joinable(self) -> SessionView | None:
        """The first session one can still apply for: the first one has a deadline of its own."""
        first_is_closed = self.window("seminar_first").state == "closed"
        for s in self.upcoming:
            if s.number > 1 or not first_is_closed:
                return s
        return None

    @property
    def briefing(self) -> BriefingView:
        briefing: Briefing = self.programme.briefing
        return BriefingView(
            day_text(briefing.date),
            f"{briefing.starts}~{briefing.ends}",
            _event_state(self.local, briefing.date, briefing.ends),
        )

    @property
    def over(self) -> frozenset[Subject]:
        """Subjects that are past, so that nobody means them without naming them."""
        return frozenset({Subject.BRIEFING}) if self.briefing.state == "past" else frozenset()

    def window(self, name: str) -> WindowView:
        window: Window = self.programme.windows[name]
        return WindowView(self._window_state(window), window.closes_shown, window.title)

    def _window_state(self, window: Window) -> str:
        naive = self.local.replace(tzinfo=None)
        if naive >= window.closes:
            return "closed"
        return "before" if window.opens and naive < window.opens else "open"

    def period(self, name: str) -> PeriodView:
        period: Period = self.programme.periods[name]
        last = period.ends - dt.timedelta(days=1)
        days_left = (last - self.local.date()).days
        return PeriodView(self._period_state(period), period.shown, period.title, day_text(last), days_left)

    def _period_state(self, period: Period) -> str:
        today = self.local.date()
        if today >= period.ends:
            return "over"
        return "before" if today < period.begins else "running"

    def view(self, asked: Asked) -> AskedView:
        """The slots of a question with the sessions they stand for."""
        named = tuple(self.session(n) for n in asked.sessions)
        return AskedView(named, self._span_view(asked.span))

    def _span_view(self, span: Span | None) -> SpanView | None:
        if span is None:
            return None
        sessions = tuple(s for s in self.sessions if span.holds(s.date))
        is_day = span.begins == span.ends
        return SpanView(span.label, sessions, is_day, span.ends < self.local.date())
