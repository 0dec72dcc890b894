"""Replies on their way: claimed under a lease, in order within a conversation, each outcome noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.store.models import Conversation, Delivery, DeliveryState
from handlers.effects import Reply


@dataclass(frozen=True)
class Claimed:
    """A reply that is ours to send now, for the `tries`-th time (from 1)."""

    id: int
    channel: str
    address: str
    reply: Reply
    tries: int


def claim(
    session: Session, channels: Sequence[str], at_most: int, now: datetime, lease_until: datetime
) -> list[Claimed]:
    """Mark replies that may go now as `sending` until `lease_until`. Both times are the machine's."""
    return [
        Claimed(delivery.id, channel, address, delivery.payload, delivery.tries)
        for delivery, channel, address in _due(session, channels, at_most, now)
        if _take(session, delivery, lease_until)
    ]


def _due(session: Session, channels: Sequence[str], at_most: int, now: datetime) -> Sequence[Row[Delivery, str, str]]:
    earlier = aliased(Delivery)
    is_behind_another = (
        select(earlier.id)
        .where(earlier.conversation_id == Delivery.conversation_id, earlier.id < Delivery.id)
        .where(earlier.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]))
        .exists()
    )
    due = (
        select(Delivery, Conversation.channel, Conversation.address)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.state == DeliveryState.QUEUED, Conversation.channel.in_(channels))
        .where(or_(Delivery.not_before.is_(None), Delivery.not_before <= now), ~is_behind_another)
        .order_by(Delivery.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return session.execute(due).all()


def _take(session: Session, delivery: Delivery, lease_until: datetime) -> bool:
    taken = (
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.SENDING, lease_until=lease_until, tries=Delivery.tries + 1)
        .returning(Delivery.id)
    )
    return session.scalar(taken) is not None


def sent(session: Session, claimed: Claimed, at: datetime) -> None:
    """The channel has it. `at` is the desk's time."""
    _end(session, claimed, state=DeliveryState.SENT, sent_at=at, error=None)


def again(session: Session, claimed: Claimed, not_before: datetime, error: str) -> None:
    """Back to the queue, to be tried no earlier than `not_before` (the machine's time)."""
    _end(session, claimed, state=DeliveryState.QUEUED, not_before=not_before, error=error)


def give_up(session: Session, claimed: Claimed, state: DeliveryState, error: str) -> None:
    """No further try: `failed` where it surely did not arrive, else `unknown`."""
    _end(session, claimed, state=state, error=error)


def lost(session: Session, channels: Sequence[str], now: datetime) -> list[Claimed]:
    """Replies still `sending` though their lease has run out: whether they arrived is unknown."""
    expired = (
        select(Delivery, Conversation.channel, Conversation.address)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.state == DeliveryState.SENDING, Delivery.lease_until < now)
        .where(Conversation.channel.in_(channels))
        .order_by(Delivery.id)
    )
    return [
        Claimed(delivery.id, channel, address, delivery.payload, delivery.tries)
        for delivery, channel, address in session.execute(expired)
    ]


def _end(session: Session, claimed: Claimed, **values: Any) -> None:
    """Note the outcome of one try, unless another try has begun since."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == claimed.id, Delivery.state == DeliveryState.SENDING)
        .where(Delivery.tries == claimed.tries)
        .values(lease_until=None, **values)
    )
