"""The timetable: each session as the desk knew it last. It makes every change visible, whoever made it and how."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.engine import dialect_of, insert_into
from bot.store.notice_models import Timetable
from knowledge.calendar import JAPAN
from knowledge.schema import Programme


@dataclass(frozen=True)
class Held:
    """When a session is held, in UTC, and what it is called."""

    session: int
    begins: datetime
    ends: datetime
    title: str


@dataclass(frozen=True)
class Changed:
    """A session that began at `was` and begins at `begins` now.

    They are the same where only its end or title changed, or it was dropped from the programme or taken up again.
    """

    session: int
    was: datetime
    begins: datetime
    sequence: int


def held(programme: Programme) -> tuple[Held, ...]:
    """All sessions of a programme."""
    seminars = programme.seminars
    return tuple(
        Held(one.number, _moment(one.date, seminars.starts), _moment(one.date, seminars.ends), one.title)
        for one in seminars.sessions
    )


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), JAPAN).astimezone(UTC)


def known(session: Session) -> Sequence[Timetable]:
    """All sessions as they are written down, by number."""
    return session.scalars(select(Timetable).order_by(Timetable.session)).all()


def follow(session: Session, sessions: Iterable[Held], now: datetime) -> list[Changed]:
    """Write down what is new or different; what changed. Whoever else does the same at a time finds no change."""
    wanted = {one.session: one for one in sessions}
    _write_down(session, wanted.values(), now)
    rows = session.scalars(select(Timetable).order_by(Timetable.session).with_for_update()).all()
    return list(changes(rows, wanted, now))


def _write_down(session: Session, sessions: Iterable[Held], now: datetime) -> None:
    """Those that are not known yet."""
    values = [vars(one) | {"sequence": 0, "changed_at": now, "dropped": False} for one in sessions]
    if values:
        new = insert_into(dialect_of(session), Timetable).values(values)
        session.execute(new.on_conflict_do_nothing(index_elements=["session"]))


def changes(rows: Iterable[Timetable], wanted: Mapping[int, Held], now: datetime) -> Iterator[Changed]:
    """Make rows say what is wanted, by number; what changed. What is not wanted was dropped, and says when it was."""
    for row in rows:
        one = wanted.get(row.session) or Held(row.session, row.begins, row.ends, row.title)
        dropped, was = row.session not in wanted, row.begins
        if (row.begins, row.ends, row.title, row.dropped) == (one.begins, one.ends, one.title, dropped):
            continue
        row.begins, row.ends, row.title, row.dropped = one.begins, one.ends, one.title, dropped
        row.sequence, row.changed_at = row.sequence + 1, now
        yield Changed(row.session, was, one.begins, row.sequence)
