"""What is not kept for ever."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.store.models import Raw


def forget_raw(session: Session, before: datetime) -> int:
    """Delete what platforms handed over before a moment of the machine's; how many there were."""
    old = Raw.received_at < before
    count = session.scalar(select(func.count()).select_from(Raw).where(old)) or 0
    session.execute(delete(Raw).where(old))
    return count
