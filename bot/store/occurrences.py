"""Notices as rows: read, and changed only where nobody else has changed them meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.store.notice_models import FormerText, Occurrence, OccurrenceEvent, Subscriber
from handlers.effects import Reply
from handlers.notice import Notice, NoticeAction, OccurrenceState
from handlers.timing import BY_CLOCK, IN_FLIGHT, Step

NOTHING: Mapping[str, object] = MappingProxyType({})

# What each step that the desk takes by itself is called in a notice's history.
ACTIONS = {
    OccurrenceState.PLANNED: NoticeAction.SCHEDULED,
    OccurrenceState.ASKING: NoticeAction.ASKED,
    OccurrenceState.SENDING: NoticeAction.STARTED,
    OccurrenceState.DONE: NoticeAction.FINISHED,
    OccurrenceState.SKIPPED: NoticeAction.SKIPPED,
    OccurrenceState.CANCELLED: NoticeAction.CANCELLED,
    OccurrenceState.MOVED: NoticeAction.MOVED,
}

ENDED = (OccurrenceState.DONE, OccurrenceState.SKIPPED, OccurrenceState.CANCELLED)

_IS_WAITING = Occurrence.state.in_([OccurrenceState.PLANNED, OccurrenceState.ASKING, *IN_FLIGHT])
_IS_LEFT_OUT = and_(
    Occurrence.state == OccurrenceState.SKIPPED, Occurrence.reason.in_(BY_CLOCK), Occurrence.started_at.is_(None)
)
_IN_ORDER = select(Occurrence).order_by(Occurrence.due, Occurrence.id)


@dataclass(frozen=True)
class Rendered:
    """What a notice says, and the day in Japan for which that is so (None: any)."""

    payload: Reply
    day: date | None = None


def notice_of_row(row: Occurrence) -> Notice:
    """An occurrence as staff see it."""
    return Notice(
        id=row.id,
        notice=row.notice,
        key=row.key,
        topic=row.topic,
        state=row.state,
        title=row.title,
        due=row.due,
        urgent=row.urgent,
        session=row.session,
        told=row.told,
        author=row.author,
        approver=row.approver,
        reason=row.reason,
        version=row.version,
    )


def waiting(session: Session) -> Sequence[Occurrence]:
    """All that something is still to be done about by itself, in the order in which they are due."""
    return session.scalars(_IN_ORDER.where(_IS_WAITING)).all()


def current(session: Session, now: datetime) -> Sequence[Occurrence]:
    """Those of them that are due by now, or began, and what was left out by a clock that may have been ahead."""
    is_current = and_(_IS_WAITING, or_(Occurrence.state != OccurrenceState.PLANNED, Occurrence.due <= now))
    is_in_time = or_(Occurrence.expires.is_(None), Occurrence.expires > now)
    return session.scalars(_IN_ORDER.where(or_(is_current, and_(_IS_LEFT_OUT, is_in_time)))).all()


def take(session: Session, row: Occurrence, step: Step, now: datetime, values: Mapping[str, object] = NOTHING) -> bool:
    """Put a notice into another state, with what else changes about it, and note that in its history.

    False, and nothing done, where somebody changed it since it was read.
    """
    ended = now if step.state in ENDED else None
    if not _changed(session, row, {"ended_at": ended, **values, "state": step.state, "reason": step.reason}):
        return False
    record(session, row.id, step, now)
    return True


def _changed(session: Session, row: Occurrence, values: Mapping[str, object]) -> bool:
    """Whether it was as it had been read; then it has these values now."""
    changing = (
        update(Occurrence)
        .where(Occurrence.id == row.id, Occurrence.version == row.version, Occurrence.state == row.state)
        .values({**values, "version": row.version + 1})
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(changing) is not None


def record(session: Session, occurrence_id: int, step: Step, now: datetime) -> None:
    """Note in a notice's history what the desk did with it, and why."""
    session.add(OccurrenceEvent(occurrence_id=occurrence_id, at=now, action=ACTIONS[step.state], text=step.reason))


def begin(session: Session, row: Occurrence, rendered: Rendered, expires: datetime, now: datetime) -> bool:
    """Let a notice go to all who subscribe by now. False where somebody changed it since it was read."""
    highest = session.scalar(select(func.max(Subscriber.id))) or 0
    values = {
        **_values(row, rendered),
        "audience_to": highest if row.audience_to is None else row.audience_to,
        "expires": expires,
        "started_at": row.started_at or now,
    }
    taken = take(session, row, Step(OccurrenceState.SENDING), now, values)
    if taken:
        _keep_former(session, row, rendered)
    return taken


def reword(session: Session, row: Occurrence, rendered: Rendered, now: datetime) -> bool:
    """Let those who wait for a notice read this; those who were sent it keep what they read.

    False where somebody changed it since it was read, or rendered it anew.
    """
    if not _changed(session, row, _values(row, rendered)):
        return False
    if _is_other(row, rendered):
        _keep_former(session, row, rendered)
        session.add(OccurrenceEvent(occurrence_id=row.id, at=now, action=NoticeAction.REWORDED))
    return True


def _values(row: Occurrence, rendered: Rendered) -> dict[str, object]:
    rendering = row.rendering + _is_other(row, rendered)
    return {"payload": rendered.payload, "rendered_for": rendered.day, "rendering": rendering}


def _is_other(row: Occurrence, rendered: Rendered) -> bool:
    return row.payload is not None and row.payload != rendered.payload


def _keep_former(session: Session, row: Occurrence, rendered: Rendered) -> None:
    """What a notice said up to now, where it says something else now."""
    if _is_other(row, rendered):
        former = {"occurrence_id": row.id, "rendering": row.rendering, "payload": row.payload}
        session.execute(insert(FormerText).values(former))
