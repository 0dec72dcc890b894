"""Deliveries that need an operator's eye, and what an operator can do about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.store import subscribing
from bot.store.models import Conversation, Delivery, DeliveryState

UNSETTLED = (DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.SENDING, DeliveryState.QUEUED)


class Verdict(StrEnum):
    """What an operator decides about a delivery: it arrived, it is to go out again, or it is given up."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


# From which states each verdict may lead. What has surely failed cannot have arrived.
POSSIBLE = {
    Verdict.SENT: (DeliveryState.UNKNOWN,),
    Verdict.AGAIN: (DeliveryState.UNKNOWN, DeliveryState.FAILED),
    Verdict.DROP: (DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.QUEUED),
}


@dataclass(frozen=True)
class Stuck:
    """A delivery that has not arrived for sure."""

    id: int
    channel: str
    address: str
    state: DeliveryState
    tries: int
    reason: str
    created_at: datetime
    waits_until: datetime | None


def list_stuck(session: Session, states: Sequence[DeliveryState], at_most: int) -> list[Stuck]:
    """Deliveries in these states, oldest first."""
    rows = session.execute(
        select(Delivery, Conversation.address)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.state.in_(states))
        .order_by(Delivery.id)
        .limit(at_most)
    )
    return [
        Stuck(
            id=delivery.id,
            channel=delivery.channel,
            address=address,
            state=delivery.state,
            tries=delivery.tries,
            reason=delivery.error or "",
            created_at=delivery.created_at,
            waits_until=delivery.not_before,
        )
        for delivery, address in rows
    ]


def count_by_state(session: Session) -> dict[DeliveryState, int]:
    """How many deliveries are in each state; together they are all there are."""
    counted = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    found: dict[DeliveryState, int] = {row[0]: row[1] for row in counted}
    return {state: found.get(state, 0) for state in DeliveryState}


def settle_by_hand(session: Session, delivery_id: int, verdict: Verdict, now: datetime) -> DeliveryState | None:
    """Carry out a verdict; `now` is the desk's time. The new state, or None where the verdict is not possible.

    A notice that is to go out again is cancelled instead where its subscriber wants it no more.
    """
    subscribing.hold_addressee(session, delivery_id)
    values: dict[str, object] = {"not_before": None, "lease_until": None, "error": f"operator: {verdict}"}
    settled = (
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(POSSIBLE[verdict]))
        .values({**values, **_changes(verdict, now)})
        .returning(Delivery.state)
    )
    state = session.scalar(settled)
    return subscribing.readdress(session, delivery_id) if state is DeliveryState.QUEUED else state


def _changes(verdict: Verdict, now: datetime) -> dict[str, object]:
    match verdict:
        case Verdict.SENT:
            return {"state": DeliveryState.SENT, "sent_at": now}
        case Verdict.AGAIN:
            return {"state": DeliveryState.QUEUED, "failures": 0, "doubts": 0, "since": None}
        case Verdict.DROP:
            return {"state": DeliveryState.CANCELLED}
        case _:
            assert_never(verdict)
