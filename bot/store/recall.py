"""From rows to what a decision may know."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.ports import TURNS_RECALLED
from bot.store.models import Conversation, Delivery, Inbound, Turn
from handlers.message import Message, Tap
from handlers.situation import Offered, Situation
from knowledge.finding import Turn as Said


def recall(session: Session, inbound_id: int, now: datetime) -> tuple[Message, Situation]:
    """A kept message and the situation it is decided in."""
    inbound = session.get_one(Inbound, inbound_id)
    conversation = session.get_one(Conversation, inbound.conversation_id)
    message = Message(
        channel=inbound.channel,
        address=conversation.address,
        person=inbound.person,
        key=inbound.key,
        at=inbound.at,
        content=inbound.content,
    )
    situation = Situation(
        now=now,
        turns=_turns(session, conversation.id),
        fresh_ticket=inbound.id,
        offered=_offered(session, inbound),
    )
    return message, situation


def _turns(session: Session, conversation_id: int) -> tuple[Said, ...]:
    said = select(Turn).filter_by(conversation_id=conversation_id)
    latest = session.scalars(said.order_by(Turn.id.desc()).limit(TURNS_RECALLED)).all()
    return tuple(Said(turn.text, turn.entries) for turn in reversed(latest))


def _offered(session: Session, inbound: Inbound) -> Offered | None:
    """What the tapped reply offered; nothing where it is not of this conversation."""
    if not isinstance(inbound.content, Tap) or inbound.content.reply is None:
        return None
    delivery = session.get(Delivery, inbound.content.reply)
    if delivery is None or delivery.conversation_id != inbound.conversation_id:
        return None
    reply = delivery.payload
    return Offered(
        reply=delivery.id,
        question=reply.question,
        outcome=reply.outcome,
        entries=reply.entries,
        choices=tuple(choice.value for choice in (*reply.choices, *reply.related)),
    )
