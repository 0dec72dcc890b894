"""What is to be done about notices that are on their way, or were stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import Occurrence, OccurrenceEvent
from bot.store.occurrences import take
from handlers.notice import NoticeAction, OccurrenceState
from handlers.timing import DESK_CLOSED, EXPIRED, MOVED_AWAY, STOPPED, Step

CHUNK = 1000

# What a delivery that was stopped with its notice says of the reason; whatever people wrote is "cancelled".
CANCELLED = "cancelled"
OWN_REASONS = (DESK_CLOSED, EXPIRED, MOVED_AWAY)

_IS_THEIRS = Delivery.occurrence_id == Occurrence.id


@dataclass(frozen=True)
class Round:
    """Notices: `unfrozen` ones have more to queue, `stopped` ones something queued that is not to go."""

    unfrozen: Sequence[Occurrence]
    stopped: Sequence[Occurrence]


def look(session: Session, now: datetime) -> Round:
    """What there is to do for those that began."""
    is_unfrozen = and_(Occurrence.state == OccurrenceState.SENDING, Occurrence.frozen_to < Occurrence.audience_to)
    is_stopped = and_(_is_stopped(now), _has(Delivery.state == DeliveryState.QUEUED))
    return Round(_those(session, is_unfrozen), _those(session, is_stopped))


def _is_stopped(now: datetime) -> ColumnElement[bool]:
    """Whether nothing of an occurrence is to go any more; of one that was through, what was to go again."""
    is_over = and_(Occurrence.state == OccurrenceState.DONE, Occurrence.expires <= now)
    return or_(Occurrence.state.in_(STOPPED), is_over)


def _those(session: Session, condition: ColumnElement[bool]) -> Sequence[Occurrence]:
    return session.scalars(select(Occurrence).where(condition).order_by(Occurrence.id)).all()


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether an occurrence has such a delivery."""
    return select(Delivery.id).where(_IS_THEIRS, condition).exists()


def _is_open() -> ColumnElement[bool]:
    """Whether something of an occurrence still waits for its outcome."""
    is_underway = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING])
    is_asked_for = and_(Delivery.state == DeliveryState.UNKNOWN, Delivery.not_before.is_not(None))
    return or_(_has(is_underway), _has(is_asked_for))


def settled(session: Session) -> Sequence[Occurrence]:
    """Notices that are through: all is queued that is to be, and all of it has its outcome."""
    return _those(session, _is_through())


def stirred(session: Session, now: datetime) -> Sequence[Occurrence]:
    """Notices that were through, of which something is to go again, and may."""
    is_in_time = or_(Occurrence.expires.is_(None), Occurrence.expires > now)
    is_done = and_(Occurrence.state == OccurrenceState.DONE, is_in_time)
    return _those(session, and_(is_done, _has(Delivery.state == DeliveryState.QUEUED)))


def was_through(session: Session, occurrence_id: int) -> bool:
    """Whether a notice had reached its whole audience before something of it was to go again."""
    finished = select(OccurrenceEvent.id).where(
        OccurrenceEvent.occurrence_id == occurrence_id, OccurrenceEvent.action == NoticeAction.FINISHED
    )
    return session.scalar(finished.limit(1)) is not None


def _is_through() -> ColumnElement[bool]:
    is_frozen = Occurrence.frozen_to >= Occurrence.audience_to
    return and_(Occurrence.state == OccurrenceState.SENDING, is_frozen, ~_is_open())


def finish(session: Session, row: Occurrence, now: datetime) -> bool:
    """A notice is through. False where it is not any more, or somebody else noted it."""
    if session.scalar(select(Occurrence.id).where(Occurrence.id == row.id, _is_through())) is None:
        return False
    return take(session, row, Step(OccurrenceState.DONE), now)


def resume(session: Session, row: Occurrence, now: datetime) -> bool:
    """Let the rest of a notice go that was through already. False where somebody else did."""
    return take(session, row, Step(OccurrenceState.SENDING), now)


def stop_chunk(session: Session, occurrence_id: int, now: datetime, at_most: int = CHUNK) -> bool:
    """Cancel what is queued of a notice that was stopped. Whether there may be more."""
    stopped = select(Occurrence.state, Occurrence.reason).where(Occurrence.id == occurrence_id, _is_stopped(now))
    found = session.execute(stopped).one_or_none()
    if found is None:
        return False
    queued = (Delivery.occurrence_id == occurrence_id, Delivery.state == DeliveryState.QUEUED)
    some = select(Delivery.id).where(*queued).order_by(Delivery.id).limit(at_most).scalar_subquery()
    cancelled = (
        update(Delivery)
        .where(Delivery.id.in_(some), *queued)
        .values(state=DeliveryState.CANCELLED, error=_why(*found))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(cancelled).all()) == at_most


def _why(state: OccurrenceState, reason: str) -> str:
    if state is OccurrenceState.DONE:
        return EXPIRED
    return reason if reason in OWN_REASONS else CANCELLED
