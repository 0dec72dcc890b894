"""What people look at: a conversation from either side, open questions, web sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.store.desk_models import Ticket
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, Line, Rating, WebSession
from handlers.message import Tap
from handlers.ticket import TicketState

# Of a notice nothing is seen before it goes.
ON_ITS_WAY = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


@dataclass(frozen=True)
class Spoken:
    """One line of a conversation: what came in (with the label of a tapped choice), or a reply."""

    id: int
    inbound: Inbound | None = None
    label: str | None = None
    delivery: Delivery | None = None
    rated: bool | None = None


@dataclass(frozen=True)
class Asked:
    """An open question as staff see it."""

    number: int
    channel: str
    question: str
    urgent: bool
    reason: str
    opened_at: datetime


def conversation(session: Session, channel: str, address: str, after: int, at_most: int) -> list[Spoken]:
    """Lines after the one with id `after`, in order; from the start (0), the newest `at_most`."""
    return spoken(session, session.scalars(_line_ids(channel, address, after, at_most)).all())


def spoken(session: Session, ids: Sequence[int]) -> list[Spoken]:
    """These lines, in order; without replies that were never sent after all, and notices that wait for their time."""
    inbounds = {row.id: row for row in session.scalars(select(Inbound).where(Inbound.id.in_(ids)))}
    deliveries = {row.id: row for row in session.scalars(select(Delivery).where(Delivery.id.in_(ids)))}
    labels = _labels(session, inbounds.values())
    ratings = _ratings(session, deliveries)
    return [
        Spoken(line, inbounds.get(line), labels.get(line), deliveries.get(line), ratings.get(line))
        for line in sorted(ids)
        if line in inbounds or _is_said(deliveries.get(line))
    ]


def _is_said(delivery: Delivery | None) -> bool:
    if delivery is None:
        # It was given another line meanwhile.
        return False
    if delivery.occurrence_id is None:
        return delivery.state != DeliveryState.CANCELLED
    return delivery.state in ON_ITS_WAY


def _line_ids(channel: str, address: str, after: int, at_most: int) -> Select[int]:
    lines = (
        select(Line.id)
        .join(Conversation, Conversation.id == Line.conversation_id)
        .where(Conversation.channel == channel, Conversation.address == address, Line.id > after)
    )
    return lines.order_by(Line.id if after else Line.id.desc()).limit(at_most)


def _labels(session: Session, inbounds: Iterable[Inbound]) -> dict[int, str]:
    """What stood on the choices that were tapped, by the id of the tap."""
    taps = [(row, row.content) for row in inbounds if isinstance(row.content, Tap)]
    offers = select(Delivery).where(Delivery.id.in_({tap.reply for _, tap in taps if tap.reply}))
    offered = {
        (delivery.conversation_id, delivery.id, choice.value): choice.label
        for delivery in session.scalars(offers)
        for choice in (*delivery.payload.choices, *delivery.payload.related)
    }
    found = {row.id: offered.get((row.conversation_id, tap.reply or 0, tap.value)) for row, tap in taps}
    return {line: label for line, label in found.items() if label is not None}


def _ratings(session: Session, deliveries: Iterable[int]) -> dict[int, bool]:
    rated = select(Rating).where(Rating.delivery_id.in_(deliveries))
    return {rating.delivery_id: rating.helpful for rating in session.scalars(rated)}


def open_questions(session: Session) -> list[Asked]:
    """Questions that wait for staff, urgent ones first, then the oldest."""
    rows = session.scalars(
        select(Ticket).where(Ticket.state != TicketState.CLOSED).order_by(Ticket.urgent.desc(), Ticket.number)
    )
    return [
        Asked(ticket.number, ticket.channel, ticket.question, ticket.urgent, ticket.reason, ticket.opened_at)
        for ticket in rows
    ]


def open_session(session: Session, token_hash: str, address: str, now: datetime) -> None:
    """Remember a browser."""
    session.add(WebSession(token_hash=token_hash, address=address, created_at=now, seen_at=now))


def see_session(session: Session, token_hash: str, now: datetime) -> bool:
    """Note that a browser came back; False where it is not known."""
    known = session.get(WebSession, token_hash)
    if known is None:
        return False
    known.seen_at = now
    return True


def address_of(session: Session, token_hash: str) -> str | None:
    """The address of a browser, or None where it is not known."""
    known = session.get(WebSession, token_hash)
    return None if known is None else known.address
