"""The season as dated events: sessions, the briefing, deadlines, the first and the last day of the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.clock import JAPAN
from bot.ports import Words
from knowledge.announcement import NoticeTopic
from knowledge.schema import Programme, Session, Window

ALL_TOPICS = frozenset(NoticeTopic)
# Whom a deadline concerns; others concern everybody.
TOPICS_OF_WINDOWS = {
    "briefing": frozenset({NoticeTopic.SUPPORT}),
    "support": frozenset({NoticeTopic.SUPPORT}),
    "seminar_first": frozenset({NoticeTopic.SEMINAR}),
    "seminar": frozenset({NoticeTopic.SEMINAR}),
}
ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What takes place."""

    SESSION = "session"
    BRIEFING = "briefing"
    DEADLINE = "deadline"
    DESK = "desk"


@dataclass(frozen=True)
class Event:
    """Something on a day in Japan time: from `starts` to `ends`; a whole day without `starts`, a moment without `ends`.

    `name` tells it from all others, whenever it is. `session` is the number of the one with which it moves.
    """

    name: str
    kind: Kind
    topics: frozenset[NoticeTopic]
    day: date
    title: str
    about: str
    starts: time | None = None
    ends: time | None = None
    session: int | None = None

    @property
    def order(self) -> tuple[date, time, str]:
        """Earlier ones first; what takes the whole day before all else of it."""
        return self.day, self.starts or time(), self.name


def season(programme: Programme, words: Words) -> tuple[Event, ...]:
    """All events, in order."""
    found = (
        *session_events(programme, words),
        *_briefing(programme),
        *_deadlines(programme, words),
        *_desk(programme, words),
    )
    return tuple(sorted(found, key=lambda event: event.order))


def session_events(programme: Programme, words: Words) -> Iterator[Event]:
    """The sessions alone."""
    seminars = programme.seminars
    for one in seminars.sessions:
        yield Event(
            name=f"session-{one.number}",
            kind=Kind.SESSION,
            topics=frozenset({NoticeTopic.SEMINAR}),
            day=one.date,
            title=words.phrase("calendar_session", number=one.number, title=one.title),
            about=_about(one, programme, words),
            starts=time.fromisoformat(seminars.starts),
            ends=time.fromisoformat(seminars.ends),
            session=one.number,
        )


def _about(session: Session, programme: Programme, words: Words) -> str:
    parts = "\n".join(f"({number}) {part}" for number, part in enumerate(session.parts, 1))
    form = programme.forms.get("seminar", "")
    return words.phrase("calendar_session_about", number=session.number, parts=parts, form=form).strip()


def _briefing(programme: Programme) -> Iterator[Event]:
    briefing = programme.briefing
    yield Event(
        name="briefing",
        kind=Kind.BRIEFING,
        topics=frozenset({NoticeTopic.SUPPORT}),
        day=briefing.date,
        title=briefing.title,
        about="",
        starts=time.fromisoformat(briefing.starts),
        ends=time.fromisoformat(briefing.ends),
    )


def _deadlines(programme: Programme, words: Words) -> Iterator[Event]:
    """Until when one can apply, but for what is open until the desk itself closes."""
    last = programme.seminars.sessions[-1]
    end_of_seminars = datetime.combine(last.date, time.fromisoformat(programme.seminars.ends))
    for name, window in programme.windows.items():
        if window.closes.date() < programme.periods["desk"].ends:
            session = last.number if window.closes == end_of_seminars else None
            yield _deadline(name, window, programme.forms.get(window.form, ""), session, words)


def _deadline(name: str, window: Window, form: str, session: int | None, words: Words) -> Event:
    """Where it is over at midnight, the whole day before is the last."""
    is_whole_day = window.closes.time() == time()
    return Event(
        name=f"window-{name}",
        kind=Kind.DEADLINE,
        topics=TOPICS_OF_WINDOWS.get(name, ALL_TOPICS),
        day=(window.closes - ONE_DAY if is_whole_day else window.closes).date(),
        title=words.phrase("calendar_deadline", title=window.title, shown=window.closes_shown),
        about=words.phrase("calendar_apply", form=form) if form else "",
        starts=None if is_whole_day else window.closes.time(),
        session=session,
    )


def _desk(programme: Programme, words: Words) -> Iterator[Event]:
    desk = programme.periods["desk"]
    about = words.phrase("calendar_desk_about", shown=desk.shown)
    days = {"opens": desk.begins, "last_day": desk.ends - ONE_DAY}
    for name, day in days.items():
        title = words.phrase(f"calendar_desk_{name}")
        yield Event(f"desk-{name.replace('_', '-')}", Kind.DESK, ALL_TOPICS, day, title, about)


def moment_of(day: date, clock: time) -> datetime:
    """A time of a day in Japan."""
    return datetime.combine(day, clock, JAPAN)
