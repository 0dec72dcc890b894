"""Messages that came in: kept once, worked off in order, set aside when they cannot be decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.engine import insert_unless_there
from bot.store.lines import draw_line, lock_conversation
from bot.store.models import Conversation, Inbound, InboundState
from handlers.message import Message


def keep(session: Session, message: Message) -> int | None:
    """Write a message down. Its conversation's id, or None where the same key was kept before."""
    conversation_id = _conversation(session, message)
    lock_conversation(session, conversation_id, message.at)
    if _is_kept(session, message):
        return None
    session.add(
        Inbound(
            id=draw_line(session, conversation_id),
            conversation_id=conversation_id,
            channel=message.channel,
            key=message.key,
            person=message.person,
            at=message.at,
            content=message.content,
        )
    )
    return conversation_id


def _conversation(session: Session, message: Message) -> int:
    named = {"channel": message.channel, "address": message.address}
    insert_unless_there(session, Conversation, **named, last_at=message.at)
    return session.scalars(select(Conversation.id).filter_by(**named)).one()


def _is_kept(session: Session, message: Message) -> bool:
    same = select(Inbound.id).filter_by(channel=message.channel, key=message.key)
    return session.scalar(same) is not None


def waiting(session: Session, channels: Sequence[str]) -> Sequence[int]:
    """Conversations of these channels with messages not yet decided."""
    new = select(Inbound.conversation_id).where(Inbound.state == InboundState.NEW, Inbound.channel.in_(channels))
    return session.scalars(new.distinct()).all()


def next_new(session: Session, conversation_id: int) -> int | None:
    """The oldest message of the conversation that is not yet decided."""
    new = select(Inbound.id).where(Inbound.state == InboundState.NEW, Inbound.conversation_id == conversation_id)
    return session.scalar(new.order_by(Inbound.id).limit(1))


def count_try(session: Session, inbound_id: int) -> int:
    """Note that deciding a message failed; how often it has by now."""
    session.execute(update(Inbound).where(Inbound.id == inbound_id).values(tries=Inbound.tries + 1))
    return session.scalars(select(Inbound.tries).where(Inbound.id == inbound_id)).one()


def close(
    session: Session, inbound_id: int, state: InboundState, now: datetime, error: str | None = None
) -> int | None:
    """Take a new message off the list. Its conversation's id, or None where that was done already."""
    conversation_id = session.scalars(select(Inbound.conversation_id).where(Inbound.id == inbound_id)).one()
    lock_conversation(session, conversation_id, now)
    closed = (
        update(Inbound)
        .where(Inbound.id == inbound_id, Inbound.state == InboundState.NEW)
        .values(state=state, error=error)
        .returning(Inbound.id)
    )
    return conversation_id if session.scalar(closed) is not None else None
