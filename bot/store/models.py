"""The tables.

Moments that somebody is told are the desk's; those that work is claimed, paced and retried by
(`held_until`, `lease_until`, `not_before`, `free_at`, `ended`, `since`, `received_at`) are the machine's.

`line` numbers both sides of every conversation: an inbound message and a delivery each take
their id from it, in the order in which they were committed within a conversation (its row is
locked first). So one integer orders a conversation whatever the clock says.
"""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from bot.channels.base import Aim
from bot.store.columns import Moment, Value, one_of
from handlers.effects import Reply
from handlers.message import Content

if TYPE_CHECKING:
    from bot.store.notice_models import FormerText, Occurrence


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


class Priority(IntEnum):
    """Which deliveries go first: the lower number."""

    URGENT = 0
    REPLY = 1
    NOTICE = 2


class RawState(StrEnum):
    """What became of something a platform handed over: a message, nothing, or something unreadable."""

    MESSAGE = "message"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"


class Base(DeclarativeBase):
    """All tables."""


class Conversation(Base):
    """One address on one channel.

    `place` is the part of the address that the platform counts our sends by. `held_by` is the process that
    works off its messages until `held_until`. `gone` says why it cannot be written to any more. `subscriber_id` is
    who gets notices there (see `bot.store.notice_models`), once somebody has subscribed or linked it.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        Index("conversation_by_place", "channel", "place"),
        Index("conversation_by_subscriber", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    address: Mapped[str]
    place: Mapped[str]
    last_at: Mapped[datetime] = mapped_column(Moment)
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    gone: Mapped[str | None]
    subscriber_id: Mapped[int | None]


class Raw(Base):
    """What a platform handed over, as it came. The second one with the same channel and key is the same."""

    __tablename__ = "raw"
    __table_args__ = (UniqueConstraint("channel", "key"), Index("raw_by_time", "received_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    key: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[RawState] = mapped_column(one_of(RawState))
    error: Mapped[str | None]


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
        Index("inbound_by_ref", "conversation_id", "ref"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    channel: Mapped[str]
    key: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    ref: Mapped[str | None]
    answers: Mapped[str | None]
    content: Mapped[Content] = mapped_column(Value(TypeAdapter(Content)))
    state: Mapped[InboundState] = mapped_column(one_of(InboundState), default=InboundState.NEW)
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
    """A reply on its way: one post on its platform.

    `tries` counts how often it was claimed, `failures` how often it then surely did not arrive (a platform that
    asks us to wait does not count), `doubts` how often that stayed unknown. `since` is when it was first tried.
    `ref` is the platform's id of the post. An unknown delivery with `not_before` is to be read back then.

    `of` is the delivery that this one revises or withdraws. In staff rooms, `root` is the card of the ticket in
    whose thread it stands, and `thread` the platform's id of the thread that a card opened; `reports` is the answer
    to a participant whose outcome it shows. `ticket` is the ticket it is about; `told` the state of an answer that
    staff were shown last ("" where none was yet, None where nobody wants to know).

    A notice belongs to an occurrence and answers no message; each of its subscribers gets it once. What it says is kept
    with the occurrence, not with each delivery; `rendering` tells which of its texts was tried last.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_by_state", "state", "conversation_id", "id"),
        Index("delivery_by_turn", "channel", "state", "occurrence_id", "priority", "id"),
        Index("delivery_by_ref", "conversation_id", "ref"),
        Index("delivery_by_ticket", "ticket"),
        Index("delivery_by_told", "told", "state"),
        Index("delivery_by_report", "reports"),
        Index("delivery_by_occurrence", "occurrence_id", "state", "error"),
        UniqueConstraint("occurrence_id", "subscriber_id", name="delivery_occurrence_id_subscriber_id_key"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("line.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    channel: Mapped[str]
    own: Mapped[Reply | None] = mapped_column("payload", Value(TypeAdapter(Reply)))
    priority: Mapped[int] = mapped_column(default=Priority.REPLY)
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState), default=DeliveryState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None] = mapped_column(Moment)
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    ref: Mapped[str | None]
    error: Mapped[str | None]
    aim: Mapped[Aim] = mapped_column(one_of(Aim), default=Aim.POST)
    of: Mapped[int | None]
    root: Mapped[int | None]
    thread: Mapped[str | None]
    reports: Mapped[int | None]
    ticket: Mapped[int | None]
    told: Mapped[str | None]
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    subscriber_id: Mapped[int | None]
    rendering: Mapped[int] = mapped_column(default=0)

    occurrence: Mapped["Occurrence | None"] = relationship(lazy="joined", innerjoin=False)
    former: Mapped["FormerText | None"] = relationship(
        primaryjoin="and_(foreign(Delivery.occurrence_id) == FormerText.occurrence_id,"
        " foreign(Delivery.rendering) == FormerText.rendering)",
        lazy="joined",
        viewonly=True,
    )

    @property
    def payload(self) -> Reply:
        """What it says, or said when it went."""
        said = self.own if self.occurrence is None else self._of_notice(self.occurrence)
        if said is None:
            raise ValueError(f"delivery {self.id} says nothing")
        return said

    def _of_notice(self, occurrence: "Occurrence") -> Reply | None:
        """What is still to go says what its notice says by now."""
        is_waiting = self.state is DeliveryState.QUEUED
        return occurrence.payload if is_waiting or self.former is None else self.former.payload


class Lane(Base):
    """The pace of our sends into one place, or of all of a channel (place ""): see `bot.pacing`.

    `ended` are the ends of the latest sends, oldest first; nothing may be sent before `free_at`. The platform
    asked us to wait until `throttled_until`.
    """

    __tablename__ = "lane"

    channel: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    ended: Mapped[tuple[datetime, ...]] = mapped_column(Value(TypeAdapter(tuple[datetime, ...])), default=())
    free_at: Mapped[datetime | None] = mapped_column(Moment)
    throttled_until: Mapped[datetime | None] = mapped_column(Moment)


class Lease(Base):
    """Something that only one process may do at a time, such as fetching the updates of a bot."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime] = mapped_column(Moment)


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
