"""The tables of the other side of the desk: tickets, applications, entries on their way, members who log in."""

from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Moment, Value, one_of
from bot.store.models import Base
from handlers.intake import Intake as Form
from handlers.ticket import Action, Resolution, Satisfaction, TicketKind, TicketState


class DraftState(StrEnum):
    """Whether a curator has decided on a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DROPPED = "dropped"


class CorrectionState(StrEnum):
    """Whether those who got an old answer are told of the new one. Dropped: nobody is, or nobody else."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DROPPED = "dropped"


class Ticket(Base):
    """An open question (see `handlers.ticket`). Its number is the id of the message that opened it.

    `version` grows with every change; staff rooms show `shown` of them.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_by_conversation", "conversation_id", "person"),
        Index("ticket_by_state", "state", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    channel: Mapped[str]
    person: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool]
    reason: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[TicketKind] = mapped_column(one_of(TicketKind), default=TicketKind.QUESTION)
    state: Mapped[TicketState] = mapped_column(one_of(TicketState), default=TicketState.NEW)
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str | None]
    taken_over: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_at: Mapped[datetime | None] = mapped_column(Moment)
    reminders: Mapped[int] = mapped_column(default=0)
    apologised: Mapped[bool] = mapped_column(default=False)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    resolution: Mapped[Resolution | None] = mapped_column(one_of(Resolution))
    reopened: Mapped[int] = mapped_column(default=0)
    satisfaction: Mapped[Satisfaction | None] = mapped_column(one_of(Satisfaction))
    comment: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[tuple[str, ...]] = mapped_column(Value(TypeAdapter(tuple[str, ...])), default=())
    same_as: Mapped[int | None]
    shown: Mapped[int] = mapped_column(default=0)


class Event(Base):
    """Something that happened to a ticket: its history, and the audit log. `told` where staff rooms show it.

    `channel` and `inbound_id` are those of the message that did it (none: the desk itself).
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_by_ticket", "ticket", "id"),
        Index("event_by_told", "told", "id"),
        Index("event_by_line", "line"),
        Index("event_by_inbound", "inbound_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    action: Mapped[Action] = mapped_column(one_of(Action))
    actor: Mapped[str]
    text: Mapped[str] = mapped_column(Text, default="")
    line: Mapped[int | None]
    channel: Mapped[str] = mapped_column(default="")
    inbound_id: Mapped[int | None]
    told: Mapped[bool] = mapped_column(default=False)


class Card(Base):
    """The post that shows a ticket in a staff room, one for each channel, whose thread holds all that follows."""

    __tablename__ = "card"

    ticket: Mapped[int] = mapped_column(ForeignKey("ticket.number"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))


class Intake(Base):
    """A person's application as a partner employer. `lines` are the messages in which they wrote it."""

    __tablename__ = "intake"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[Form] = mapped_column(Value(TypeAdapter(Form)))
    lines: Mapped[tuple[int, ...]] = mapped_column(Value(TypeAdapter(tuple[int, ...])), default=())
    at: Mapped[datetime] = mapped_column(Moment)


class Draft(Base):
    """A question and its answer on the way to an entry; `entry` is the curator's work on it, as JSON."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    state: Mapped[DraftState] = mapped_column(one_of(DraftState), default=DraftState.OPEN)
    entry: Mapped[str | None] = mapped_column(Text)


class Published(Base):
    """An entry that a curator published, as JSON. The newest of an `entry_id` counts; all running desks take it up.

    `merged` says that the content has had the same since, so that it is the content alone that counts from then on.
    """

    __tablename__ = "published"
    __table_args__ = (Index("published_by_entry", "entry_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str]
    entry: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    merged: Mapped[bool] = mapped_column(default=False)


class Correction(Base):
    """What those are told who got the old answer of an entry that was published anew, or the old day of a session.

    The session began at `was`, and begins at `told` now.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    published_id: Mapped[int | None] = mapped_column(ForeignKey("published.id"), unique=True)
    session: Mapped[int | None]
    was: Mapped[datetime | None] = mapped_column(Moment)
    told: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[CorrectionState] = mapped_column(one_of(CorrectionState), default=CorrectionState.PROPOSED)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]


class Corrected(Base):
    """Somebody to be told of a correction, once: by `delivery_id`, as soon as it is on its way."""

    __tablename__ = "corrected"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    answered_by: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    delivery_id: Mapped[int | None]


class Login(Base):
    """A password of the console, as its hash."""

    __tablename__ = "login"

    login: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(Moment)


class StaffSession(Base):
    """A browser in which somebody is logged in to the console: the hash of its cookie."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
