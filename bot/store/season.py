"""The plan of the season as rows: each announcement at each of its times, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.engine import dialect_of, insert_into
from bot.store.notice_models import MOVED, STAFF, Occurrence
from bot.store.occurrences import record, take
from handlers.notice import OccurrenceState
from handlers.timing import IN_FLIGHT, MOVED_AWAY, PAST, Step, is_late
from knowledge.plan import Planned
from knowledge.quiet import Quiet

Key = tuple[str, str]

OPEN = (OccurrenceState.PLANNED, OccurrenceState.ASKING)


@dataclass(frozen=True)
class _Look:
    """What is there already, by announcement and key, when, and the quiet hours."""

    rows: Mapping[Key, Occurrence]
    now: datetime
    quiet: Quiet


def sync(session: Session, plan: Iterable[Planned], quiet: Quiet, now: datetime) -> None:
    """Make the rows follow the plan: what is new is planned, what is no longer wanted has moved, or stops."""
    kept = session.scalars(select(Occurrence).where(Occurrence.notice.not_in((STAFF, MOVED)))).all()
    look = _Look({(row.notice, row.key): row for row in kept}, now, quiet)
    wanted = {(one.announcement.id, one.key): one for one in plan}
    for key, planned in wanted.items():
        if (row := look.rows.get(key)) is None:
            _plan(session, planned, look)
        else:
            _follow(session, row, planned, look)
    for key, row in look.rows.items():
        if key not in wanted:
            _leave(session, row, now)


def _plan(session: Session, planned: Planned, look: _Look) -> None:
    """Another process may do the same at the same time: one of them does it."""
    step = _first_step(planned, look)
    values = {
        **_values(planned),
        "notice": planned.announcement.id,
        "key": planned.key,
        "state": step.state,
        "reason": step.reason,
        "made_at": look.now,
        "text": "",
        "author": "",
        "approver": "",
        "frozen_to": 0,
        "version": 1,
        "shown": "",
    }
    adding = insert_into(dialect_of(session), Occurrence).values(values).on_conflict_do_nothing()
    number = session.scalar(adding.returning(Occurrence.id))
    if number is not None:
        record(session, number, step, look.now)


def _values(planned: Planned) -> dict[str, object]:
    announcement = planned.announcement
    return {
        "topic": announcement.topic,
        "title": announcement.title,
        "due": planned.due,
        "urgent": announcement.urgent,
        "session": planned.session,
        "told": planned.begins,
        "expires": planned.expires,
    }


def _first_step(planned: Planned, look: _Look) -> Step:
    """What was due long ago does not go, nor what was due when its session still had another time and was told so."""
    announcement = planned.announcement
    is_past = is_late(planned.due, announcement.late, announcement.urgent, look.quiet, look.now)
    is_told = planned.due <= look.now and any(
        row.notice == announcement.id and row.session == planned.session and row.started_at is not None
        for row in look.rows.values()
        if planned.session is not None
    )
    return Step(OccurrenceState.SKIPPED, PAST) if is_past or is_told else Step(OccurrenceState.PLANNED)


def _follow(session: Session, row: Occurrence, planned: Planned, look: _Look) -> None:
    """One that was no longer wanted is wanted again; one that waits waits for what the plan says now.

    What a member decided about its time counts.
    """
    values = _values(planned)
    if row.state is OccurrenceState.MOVED:
        take(session, row, _first_step(planned, look), look.now, values)
        return
    is_changed = any(getattr(row, name) != value for name, value in values.items())
    if row.state is OccurrenceState.PLANNED and is_changed and not row.approver:
        take(session, row, Step(OccurrenceState.PLANNED), look.now, values)


def _leave(session: Session, row: Occurrence, now: datetime) -> None:
    if row.state in OPEN:
        take(session, row, Step(OccurrenceState.MOVED, MOVED_AWAY), now)
    elif row.state in IN_FLIGHT:
        take(session, row, Step(OccurrenceState.CANCELLED, MOVED_AWAY), now)
