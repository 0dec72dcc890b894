"""Corrections: who got an answer that reads otherwise now, and what each of them is told, once.

What follows when a session moves is in `bot.store.moved_answers`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Text, cast, select, update
from sqlalchemy.orm import Session

from bot.channels.base import Aim
from bot.store import posting
from bot.store.desk_models import Corrected, Correction, CorrectionState, Published
from bot.store.lines import lock_conversation
from bot.store.models import Conversation, Delivery, DeliveryState, Priority
from bot.store.posting import Envelope
from handlers.effects import Reply


@dataclass(frozen=True)
class Received:
    """The newest answer from an entry that a conversation got. `gone` where it cannot be written to any more."""

    conversation_id: int
    channel: str
    address: str
    gone: bool
    delivery_id: int
    at: datetime
    reply: Reply = field(repr=False)


@dataclass(frozen=True)
class Rescheduled:
    """A session that began at `was` and begins at `begins` now."""

    session: int
    was: datetime
    begins: datetime


@dataclass(frozen=True)
class Proposed:
    """A correction that nobody has decided on: the id of an entry that was published at `since`, or what moved then."""

    id: int
    subject: str | Rescheduled
    since: datetime
    text: str = field(repr=False)


def propose(session: Session, published_id: int, text: str, actor: str, now: datetime) -> None:
    """Propose to tell those who got the old answer. What was proposed for the entry before is overtaken."""
    entry_id = session.get_one(Published, published_id).entry_id
    same = select(Published.id).where(Published.entry_id == entry_id)
    session.execute(
        update(Correction)
        .where(Correction.state == CorrectionState.PROPOSED, Correction.published_id.in_(same))
        .values(state=CorrectionState.DROPPED)
    )
    session.add(Correction(published_id=published_id, text=text, at=now, actor=actor))


def proposals(session: Session) -> list[Proposed]:
    """Corrections that nobody has decided on, oldest first."""
    found = (
        select(Correction, Published.entry_id)
        .outerjoin(Published, Published.id == Correction.published_id)
        .where(Correction.state == CorrectionState.PROPOSED)
        .order_by(Correction.id)
    )
    return [Proposed(row.id, entry_id or _moved(row), row.at, row.text) for row, entry_id in session.execute(found)]


def _moved(row: Correction) -> Rescheduled:
    if row.session is None or row.was is None or row.told is None:
        raise ValueError(f"correction {row.id} is about nothing")
    return Rescheduled(row.session, row.was, row.told)


def received(session: Session, entry_id: str, since: datetime) -> list[Received]:
    """Who got an answer from an entry since a moment: the newest one of each conversation."""
    found = (
        select(Delivery, Conversation)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.state == DeliveryState.SENT, Delivery.aim == Aim.POST, Delivery.sent_at >= since)
        .where(cast(Delivery.own, Text).contains(f'"{entry_id}"', autoescape=True))
        .order_by(Delivery.id)
    )
    answers = (received_of(*row) for row in session.execute(found) if entry_id in row[0].payload.entries)
    return list({one.conversation_id: one for one in answers}.values())


def received_of(delivery: Delivery, conversation: Conversation) -> Received:
    """An answer, with the conversation that got it."""
    return Received(
        conversation_id=conversation.id,
        channel=conversation.channel,
        address=conversation.address,
        gone=conversation.gone is not None,
        delivery_id=delivery.id,
        at=delivery.created_at,
        reply=delivery.payload,
    )


def approve(
    session: Session, correction_id: int, text: str, recipients: Iterable[Received], actor: str, now: datetime
) -> bool:
    """Tell each of these from now on, with this text; False where somebody decided already."""
    if not _decide(session, correction_id, state=CorrectionState.APPROVED, text=text, actor=actor, at=now):
        return False
    session.add_all(
        Corrected(correction_id=correction_id, conversation_id=one.conversation_id, answered_by=one.delivery_id)
        for one in recipients
    )
    return True


def drop(session: Session, correction_id: int, actor: str, now: datetime) -> bool:
    """Tell nobody; False where somebody decided already."""
    return _decide(session, correction_id, state=CorrectionState.DROPPED, actor=actor, at=now)


def _decide(session: Session, correction_id: int, **values: object) -> bool:
    decided = (
        update(Correction)
        .where(Correction.id == correction_id, Correction.state == CorrectionState.PROPOSED)
        .values(**values)
        .returning(Correction.id)
    )
    return session.execute(decided).scalar() is not None


def send_next(session: Session, now: datetime) -> bool:
    """Put the next correction into the outbox; False where none is left to be sent.

    Any number of processes may do it at a time: the conversation is locked before it is looked at again.
    """
    row = session.scalars(
        select(Corrected)
        .join(Correction, Correction.id == Corrected.correction_id)
        .where(Correction.state == CorrectionState.APPROVED, Corrected.delivery_id.is_(None))
        .order_by(Corrected.correction_id, Corrected.conversation_id)
        .limit(1)
        # A correction that is being stopped is waited for.
        .with_for_update(read=True, of=Correction)
    ).first()
    if row is None:
        return False
    lock_conversation(session, row.conversation_id, now)
    session.refresh(row)
    if row.delivery_id is None:
        row.delivery_id = _post(session, row, now)
    return True


def _post(session: Session, row: Corrected, now: datetime) -> int:
    correction = session.get_one(Correction, row.correction_id)
    published = session.get(Published, correction.published_id) if correction.published_id is not None else None
    answered = session.get_one(Delivery, row.answered_by)
    entries = () if published is None else (published.entry_id,)
    reply = Reply(correction.text, entries=entries, question=answered.payload.question)
    envelope = Envelope(row.conversation_id, answered.inbound_id, priority=Priority.NOTICE)
    return posting.post(session, reply, envelope, now)


def sent_so_far(session: Session, correction_id: int) -> Sequence[int]:
    """The deliveries of a correction that are on their way or further."""
    own = Corrected.correction_id == correction_id, Corrected.delivery_id.is_not(None)
    numbers = session.scalars(select(Corrected.delivery_id).where(*own).order_by(Corrected.conversation_id))
    return [number for number in numbers if number is not None]
