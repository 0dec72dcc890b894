"""Numbers in a conversation, drawn under its lock so that they grow in the order of commits."""

from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from bot.store.engine import table_of
from bot.store.models import Conversation, Line

conversations = table_of(Conversation)
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
