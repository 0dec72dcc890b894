"""The tables.

`line` numbers both sides of every conversation: an inbound message and a delivery each take
their id from it, in the order in which they were committed within a conversation (its row is
locked first). So one integer orders a conversation whatever the clock says.
"""

from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.columns import Moment, Value, state
from handlers.effects import Reply
from handlers.message import Tap
from handlers.message import Text as Words


class InboundState(StrEnum):
    """Whether a message is still to be decided, decided, or set aside as undecidable."""

    NEW = "new"
    DONE = "done"
    SET_ASIDE = "set_aside"


class DeliveryState(StrEnum):
    """How far a reply has come."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class TicketState(StrEnum):
    """Whether somebody has an open question in hand."""

    NEW = "new"


class Base(DeclarativeBase):
    """All tables."""


class Conversation(Base):
    """One address on one channel."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    last_at: Mapped[datetime] = mapped_column(Moment)


class Line(Base):
    """A number in a conversation, taken by a message or a reply; never used twice."""

    __tablename__ = "line"
    __table_args__ = (Index("line_by_conversation", "conversation_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))


class Inbound(Base):
    """A message as it came in. The second one with the same channel and key is the same message."""

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        Index("inbound_by_state", "state", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    channel: Mapped[str]
    key: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[Words | Tap] = mapped_column(Value(TypeAdapter(Words | Tap)))
    state: Mapped[InboundState] = mapped_column(state(InboundState), default=InboundState.NEW)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class Turn(Base):
    """What a follow-up may lean on: an earlier message and the ids of the entries that answered it."""

    __tablename__ = "turn"
    __table_args__ = (Index("turn_by_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    text: Mapped[str] = mapped_column(Text)
    entries: Mapped[tuple[str, ...]] = mapped_column(Value(TypeAdapter(tuple[str, ...])))


class Delivery(Base):
    """A reply on its way. `not_before` and `lease_until` are the machine's time, the others the desk's."""

    __tablename__ = "delivery"
    __table_args__ = (Index("delivery_by_state", "state", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    payload: Mapped[Reply] = mapped_column(Value(TypeAdapter(Reply)))
    state: Mapped[DeliveryState] = mapped_column(state(DeliveryState), default=DeliveryState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str | None]


class Ticket(Base):
    """An open question. Its number is the id of the message that asked it."""

    __tablename__ = "ticket"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    question: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool]
    reason: Mapped[str]
    state: Mapped[TicketState] = mapped_column(state(TicketState), default=TicketState.NEW)
    opened_at: Mapped[datetime] = mapped_column(Moment)


class Rating(Base):
    """What a participant thought of a reply; the last word counts."""

    __tablename__ = "rating"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    helpful: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)


class WebSession(Base):
    """A browser: the hash of its cookie, and the address it writes from."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
