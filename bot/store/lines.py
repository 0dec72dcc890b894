"""Numbers in a conversation, drawn under its lock so that they grow in the order of commits."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.store.models import Conversation, Line


def lock_conversation(session: Session, conversation_id: int, now: datetime) -> None:
    """Hold the conversation until the end of the transaction, and note that it was active."""
    session.execute(update(Conversation).where(Conversation.id == conversation_id).values(last_at=now))


def draw_line(session: Session, conversation_id: int) -> int:
    """The next number. The conversation must be locked."""
    line = Line(conversation_id=conversation_id)
    session.add(line)
    session.flush()
    return line.id
