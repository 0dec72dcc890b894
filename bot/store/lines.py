"""Numbers in a conversation, drawn under its lock so that they grow in the order of commits."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.store.engine import table_of
from bot.store.models import Conversation, Delivery, Line

conversations = table_of(Conversation)
deliveries = table_of(Delivery)
lines = table_of(Line)

# Made once: to put a statement together takes longer than to run it.
LOCK = update(conversations).where(conversations.c.id == bindparam("this")).values(last_at=bindparam("now"))
DRAW = insert(lines).returning(lines.c.id)


def lock_conversation(session: Session, conversation_id: int, now: datetime) -> None:
    """Hold the conversation until the end of the transaction, and note that it was active."""
    session.connection().execute(LOCK, {"this": conversation_id, "now": now})


def draw_line(session: Session, conversation_id: int) -> int:
    """The next number. The conversation must be locked."""
    number: int = session.connection().execute(DRAW, {"conversation_id": conversation_id}).scalar_one()
    return number


def lock_free(session: Session, conversation_ids: Collection[int]) -> set[int]:
    """Hold those of these conversations that nobody else holds, until the end of the transaction."""
    if not conversation_ids:
        return set()
    free = select(conversations.c.id).where(conversations.c.id.in_(conversation_ids)).order_by(conversations.c.id)
    return set(session.connection().scalars(free.with_for_update(skip_locked=True, key_share=True)))


def renumber(session: Session, delivery_id: int, conversation_id: int) -> int:
    """Give a delivery the next number in a conversation, which must be locked: it stands there from now on."""
    number = draw_line(session, conversation_id)
    channel = select(conversations.c.channel).where(conversations.c.id == conversation_id).scalar_subquery()
    session.connection().execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(id=number, conversation_id=conversation_id, channel=channel, not_before=None)
    )
    session.connection().execute(delete(lines).where(lines.c.id == delivery_id))
    return number
