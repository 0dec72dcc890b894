"""Notices about a session that moved: whom the desk told another time, what must not go any more, what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, select, update
from sqlalchemy.orm import Session

from bot.store.audience import TOLD
from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import MOVED, Occurrence, OccurrenceEvent, Subscription
from handlers.notice import NoticeAction, OccurrenceState
from handlers.timing import IN_FLIGHT, MOVED_AWAY
from knowledge.announcement import NoticeTopic

# A newer time of the session took its place.
OVERTAKEN = "overtaken"
UNSENT = (OccurrenceState.DRAFT, OccurrenceState.PROPOSED, OccurrenceState.PLANNED, OccurrenceState.ASKING)


@dataclass(frozen=True)
class Correcting:
    """What those are to be told who know another time of a session; `told` is when it begins, in UTC."""

    session: int
    key: str
    told: datetime
    urgent: bool
    title: str
    text: str = field(repr=False)


def times_told(session: Session, number: int, begins: datetime) -> dict[datetime, int]:
    """How many of those who subscribe were told last that a session begins at another time: by the time told."""
    found = select(Occurrence.told, func.count()).join(Delivery, Delivery.occurrence_id == Occurrence.id)
    counted = found.where(told_otherwise_last(number, begins)).group_by(Occurrence.told)
    return {told: count for told, count in session.execute(counted) if told is not None}


def told_otherwise_last(number: int, begins: datetime) -> ColumnElement[bool]:
    """Whether a delivery told another time of a session, and is the latest of its subscriber that told one."""
    is_called_off = and_(Delivery.state == DeliveryState.QUEUED, Occurrence.state == OccurrenceState.CANCELLED)
    latest = (
        select(func.max(Delivery.id))
        .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
        .where(Occurrence.session == number, Occurrence.told.is_not(None))
        .where(Delivery.state.in_(TOLD), not_(is_called_off), _subscribes())
        .group_by(Delivery.subscriber_id)
    )
    return and_(Delivery.id.in_(latest), Occurrence.told != begins)


def _subscribes() -> ColumnElement[bool]:
    own = Subscription.subscriber_id == Delivery.subscriber_id, Subscription.topic == NoticeTopic.SEMINAR
    return exists().where(*own)


def call_off(session: Session, number: int, begins: datetime, now: datetime) -> Sequence[int]:
    """Stop, also in flight, whatever tells another time of a session; which notices."""
    tells_otherwise = Occurrence.session == number, Occurrence.told != begins
    overtaken = Occurrence.notice == MOVED, Occurrence.state.in_((*UNSENT, *IN_FLIGHT)), *tells_otherwise
    moved = Occurrence.notice != MOVED, Occurrence.state.in_(IN_FLIGHT), *tells_otherwise
    return [*_cancel(session, overtaken, OVERTAKEN, now), *_cancel(session, moved, MOVED_AWAY, now)]


def _cancel(session: Session, which: tuple[ColumnElement[bool], ...], reason: str, now: datetime) -> Sequence[int]:
    cancelled = (
        update(Occurrence)
        .where(*which)
        .values(state=OccurrenceState.CANCELLED, reason=reason, ended_at=now, version=Occurrence.version + 1)
        .returning(Occurrence.id)
    )
    numbers = session.scalars(cancelled).all()
    session.add_all(
        OccurrenceEvent(occurrence_id=number, at=now, action=NoticeAction.CANCELLED, text=reason) for number in numbers
    )
    return numbers


def propose(session: Session, correcting: Correcting, now: datetime) -> int:
    """Propose to tell those who know another time; the notice that waits for approval."""
    row = Occurrence(
        notice=MOVED,
        key=correcting.key,
        topic=NoticeTopic.SEMINAR,
        state=OccurrenceState.PROPOSED,
        title=correcting.title,
        text=correcting.text,
        urgent=correcting.urgent,
        session=correcting.session,
        told=correcting.told,
        made_at=now,
    )
    session.add(row)
    session.flush()
    session.add(OccurrenceEvent(occurrence_id=row.id, at=now, action=NoticeAction.PROPOSED))
    return row.id
