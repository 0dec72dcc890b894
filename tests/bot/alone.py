"""What the desk does for many messages at once, for one alone."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.house import House
from bot.store.apply import Settlement, settle_all
from bot.store.models import InboundState
from bot.store.recall import Inquiry, recall_all
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation


def settle(session: Session, inbound_id: int, state: InboundState, effects: Iterable[Effect], now: datetime) -> bool:
    """Close a message with its effects; False where it was closed already."""
    (conversation,) = settle_all(session, [Settlement(inbound_id, state, list(effects), now)])
    return conversation is not None


def recall(
    session: Session, inbound_id: int, now: datetime, house: House = House(), fresh_code: str = ""
) -> tuple[Message, Situation]:
    """A kept message and the situation it is decided in."""
    (found,) = recall_all(session, [Inquiry(inbound_id, now, fresh_code)], house)
    return found
