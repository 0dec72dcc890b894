"""From rows to what a decision may know."""

from datetime import datetime

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from bot.ports import TURNS_RECALLED
from bot.store.engine import table_of
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, Ticket, TicketState, Turn
from bot.written import written
from handlers.command import as_meant
from handlers.message import Command, Content, Edit, Message, Tap
from handlers.situation import Offered, Situation
from knowledge.finding import Turn as Said

conversations = table_of(Conversation)
inbounds = table_of(Inbound)
turns = table_of(Turn)
deliveries = table_of(Delivery)

# Made once: to put a statement together takes longer than to run it.
KEPT = (
    select(inbounds, conversations.c.address)
    .join(conversations, conversations.c.id == inbounds.c.conversation_id)
    .where(inbounds.c.id == bindparam("this"))
)
SAID = (
    select(turns.c.text, turns.c.entries)
    .join(inbounds, inbounds.c.id == turns.c.inbound_id)
    .where(turns.c.conversation_id == bindparam("conversation"), inbounds.c.person == bindparam("person"))
    .order_by(turns.c.id.desc())
    .limit(TURNS_RECALLED)
)

BACKLOG = select(func.count()).where(
    deliveries.c.conversation_id == bindparam("conversation"), deliveries.c.state == DeliveryState.QUEUED
)

# An inbound message with its conversation's address.
Kept = Row[int, int, str, str, str, datetime, str | None, Content]


def recall(session: Session, inbound_id: int, now: datetime) -> tuple[Message, Situation]:
    """A kept message and the situation it is decided in."""
    inbound = session.connection().execute(KEPT, {"this": inbound_id}).one()
    message = Message(
        channel=inbound.channel,
        address=inbound.address,
        person=inbound.person,
        key=inbound.key,
        at=inbound.at,
        content=inbound.content,
        ref=inbound.ref,
    )
    situation = Situation(
        now=now,
        turns=_turns(session, inbound),
        fresh_ticket=inbound.id,
        offered=_offered(session, inbound),
        before=_before(session, inbound),
        open_tickets=_open_tickets(session, inbound),
        backlog=session.connection().scalar(BACKLOG, {"conversation": inbound.conversation_id}) or 0,
    )
    return message, situation


def _turns(session: Session, inbound: Kept) -> tuple[Said, ...]:
    """The person's latest: in a group everybody has turns of their own."""
    whose = {"conversation": inbound.conversation_id, "person": inbound.person}
    latest = session.connection().execute(SAID, whose).all()
    return tuple(Said(turn.text, turn.entries) for turn in reversed(latest))


def _offered(session: Session, inbound: Kept) -> Offered | None:
    """What the tapped reply offered; nothing where it did not answer this person in this conversation."""
    if not isinstance(inbound.content, Tap) or inbound.content.reply is None:
        return None
    answered = (
        select(Delivery)
        .join(Inbound, Inbound.id == Delivery.inbound_id)
        .where(
            Delivery.id == inbound.content.reply,
            Delivery.conversation_id == inbound.conversation_id,
            Inbound.person == inbound.person,
        )
    )
    delivery = session.scalar(answered)
    if delivery is None:
        return None
    reply = delivery.payload
    return Offered(
        reply=delivery.id,
        question=reply.question,
        outcome=reply.outcome,
        entries=reply.entries,
        choices=tuple(choice.value for choice in (*reply.choices, *reply.related)),
    )


def _before(session: Session, inbound: Kept) -> str | None:
    """What an edited message said last."""
    if not isinstance(inbound.content, Edit) or inbound.ref is None:
        return None
    earlier = select(Inbound).where(
        Inbound.conversation_id == inbound.conversation_id,
        Inbound.ref == inbound.ref,
        Inbound.id < inbound.id,
    )
    rows = session.scalars(earlier.order_by(Inbound.id.desc()))
    return next((written(row.content) for row in rows if not isinstance(row.content, Tap)), None)


def _open_tickets(session: Session, inbound: Kept) -> tuple[int, ...]:
    """The person's open questions, oldest first, where it is them that a command asks for."""
    match as_meant(inbound.content):
        case Command("status"):
            asked = (
                select(Ticket.number)
                .join(Inbound, Inbound.id == Ticket.inbound_id)
                .where(
                    Ticket.conversation_id == inbound.conversation_id,
                    Ticket.state == TicketState.NEW,
                    Inbound.person == inbound.person,
                )
            )
            return tuple(session.scalars(asked.order_by(Ticket.number)))
        case _:
            return ()
