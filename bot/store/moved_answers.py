"""Answers that told when a session is: who got them, what was proposed to tell them, what must not go any more."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Text, and_, cast, exists, not_, or_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.channels.base import Aim
from bot.store.audience import TOLD
from bot.store.corrections import Received, Rescheduled, received_of
from bot.store.desk_models import Corrected, Correction, CorrectionState
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.moved_notices import OVERTAKEN, told_otherwise_last
from bot.store.notice_models import FormerText, Occurrence, Subscription
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from knowledge.outdated import names_of

UNDECIDED = (CorrectionState.PROPOSED, CorrectionState.APPROVED)


@dataclass(frozen=True)
class Heard:
    """What somebody got that may tell when a session is; `told` is when it does, where it is a correction."""

    received: Received
    told: datetime | None = None


def moments_told(session: Session, number: int) -> set[datetime]:
    """When a session began, by all that was ever proposed to correct."""
    own = select(Correction.was, Correction.told).where(Correction.session == number)
    return {moment for row in session.execute(own) for moment in row if moment is not None}


def heard(session: Session, number: int, begins: datetime, days: Sequence[date]) -> list[Heard]:
    """What tells one of these days, and all corrections about a session, oldest first.

    Also notices that name it beside something else, such as the next session, for those who still subscribe.

    Without what came before a notice that told its recipient the time as it is, and without those whom the notice about
    the move is for: that one is theirs, and whether it goes is decided on with it.
    """
    telling = session.scalars(
        select(Occurrence.id).where(Occurrence.session == number, Occurrence.told == begins)
    ).all()
    found = (
        select(Delivery, Conversation, Correction.told)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .outerjoin(Corrected, Corrected.delivery_id == Delivery.id)
        .outerjoin(Correction, and_(Correction.id == Corrected.correction_id, Correction.session == number))
        .where(Delivery.state.in_(TOLD), Delivery.aim == Aim.POST)
        .where(or_(_names(Delivery.own, days), _is_by_the_way(session, number, days), Correction.told.is_not(None)))
        .where(not_(_is_called_back(begins)))
        .where(not_(_heard_since(telling)), not_(_is_to_hear(number, begins)))
        .order_by(Delivery.id)
    )
    return [Heard(received_of(delivery, conversation), told) for delivery, conversation, told in session.execute(found)]


def _names(
    said: InstrumentedAttribute[Reply | None] | InstrumentedAttribute[Reply], days: Iterable[date]
) -> ColumnElement[bool]:
    """Whether something says the name of a day: as JSON has it."""
    names = (json.dumps(name)[1:-1] for day in days for name in names_of(day))
    return or_(*(cast(said, Text).contains(name, autoescape=True) for name in names))


def _is_by_the_way(session: Session, number: int, days: Iterable[date]) -> ColumnElement[bool]:
    """Whether it is a notice about something else that names one of these days, and its recipient still subscribes.

    What is queued says what its notice does by now, all else what that said when it went.
    """
    is_about_else = or_(Occurrence.session.is_(None), Occurrence.session != number)
    current = select(Occurrence.id, Occurrence.rendering).where(is_about_else, _names(Occurrence.payload, days))
    former = select(FormerText.occurrence_id, FormerText.rendering).join(
        Occurrence, Occurrence.id == FormerText.occurrence_id
    )
    by_now = session.execute(current).all()
    naming = [*by_now, *session.execute(former.where(is_about_else, _names(FormerText.payload, days)))]
    is_waiting = and_(Delivery.state == DeliveryState.QUEUED, Delivery.occurrence_id.in_([row.id for row in by_now]))
    went = tuple_(Delivery.occurrence_id, Delivery.rendering).in_([tuple(row) for row in naming])
    subscribes = exists().where(Subscription.subscriber_id == Delivery.subscriber_id)
    return and_(or_(is_waiting, and_(Delivery.state != DeliveryState.QUEUED, went)), subscribes)


def _is_called_back(begins: datetime) -> ColumnElement[bool]:
    """Whether it is a correction that waits, and never goes with this time."""
    is_stopped = and_(Delivery.state == DeliveryState.QUEUED, Correction.told != begins)
    return and_(Correction.told.is_not(None), is_stopped)


def _heard_since(telling: Sequence[int]) -> ColumnElement[bool]:
    """Whether one of these notices told the recipient since."""
    notice, about = aliased(Delivery), aliased(Occurrence)
    is_called_off = and_(notice.state == DeliveryState.QUEUED, about.state == OccurrenceState.CANCELLED)
    return exists().where(
        notice.occurrence_id.in_(telling),
        notice.subscriber_id == Conversation.subscriber_id,
        notice.occurrence_id == about.id,
        notice.state.in_(TOLD),
        not_(is_called_off),
        notice.id > Delivery.id,
    )


def _is_to_hear(number: int, begins: datetime) -> ColumnElement[bool]:
    """Whether the notice about the move is for the recipient."""
    last = select(Delivery.subscriber_id).join(Occurrence, Occurrence.id == Delivery.occurrence_id)
    them = last.where(told_otherwise_last(number, begins)).correlate(None)
    return and_(Conversation.subscriber_id.is_not(None), Conversation.subscriber_id.in_(them))


def propose(session: Session, moved: Rescheduled, text: str, now: datetime) -> None:
    """Propose to tell those who got an answer with another day."""
    session.add(Correction(session=moved.session, was=moved.was, told=moved.begins, text=text, at=now, actor=""))


def overtake(session: Session, number: int, begins: datetime) -> None:
    """Stop, also in flight, whatever tells another time of a session."""
    overtaken = (
        update(Correction)
        .where(Correction.session == number, Correction.told != begins, Correction.state.in_(UNDECIDED))
        .values(state=CorrectionState.DROPPED)
        .returning(Correction.id)
    )
    numbers = session.scalars(overtaken).all()
    posted = select(Corrected.delivery_id).where(Corrected.correction_id.in_(numbers))
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(posted), Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED, error=OVERTAKEN)
        .execution_options(synchronize_session=False)
    )
