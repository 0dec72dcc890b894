"""The tables of what is pushed: who subscribes to what, notices and their fate, the programme as it changes."""

from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import Moment, Value, one_of
from bot.store.models import Base
from handlers.effects import Reply
from handlers.notice import NoticeAction, OccurrenceState
from knowledge.announcement import NoticeTopic


class Subscriber(Base):
    """Who gets notices: a person with all linked conversations, or a group. Notices arrive in `prefers`."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    prefers: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)


class Subscription(Base):
    """A topic that a subscriber wants to hear of."""

    __tablename__ = "subscription"
    __table_args__ = (Index("subscription_by_topic", "topic", "subscriber_id"),)

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), primary_key=True)
    topic: Mapped[NoticeTopic] = mapped_column(one_of(NoticeTopic), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)


class LinkCode(Base):
    """A code, as its hash, by which one more conversation joins a subscriber, once."""

    __tablename__ = "link_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class Occurrence(Base):
    """One notice at one time (see `handlers.notice`). The second one with the same notice and key is the same.

    `notice` is the id of an announcement, STAFF or MOVED. Its audience is frozen subscriber by subscriber: those up
    to `frozen_to`, of those up to `audience_to`; None: not begun. `payload` is what is sent, once it is frozen; until
    then `text` is what a member wrote (empty for announcements, whose text is rendered when they go). That is good on
    the day `rendered_for` in Japan (None: on any), and the `rendering`-th after the first. `told` is when its session
    begins, as it tells; from `expires` on it is too late for it (None: never). `reason` says why it was skipped or
    cancelled. Rooms show `shown` of its states.
    """

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("notice", "key"), Index("occurrence_by_state", "state", "due"))

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str]
    key: Mapped[str]
    topic: Mapped[NoticeTopic] = mapped_column(one_of(NoticeTopic))
    state: Mapped[OccurrenceState] = mapped_column(one_of(OccurrenceState))
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[datetime | None] = mapped_column(Moment)
    urgent: Mapped[bool] = mapped_column(default=False)
    session: Mapped[int | None]
    told: Mapped[datetime | None] = mapped_column(Moment)
    expires: Mapped[datetime | None] = mapped_column(Moment)
    author: Mapped[str] = mapped_column(default="")
    approver: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    payload: Mapped[Reply | None] = mapped_column(Value(TypeAdapter(Reply)))
    rendered_for: Mapped[date | None]
    rendering: Mapped[int] = mapped_column(default=0)
    audience_to: Mapped[int | None]
    frozen_to: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    shown: Mapped[str] = mapped_column(default="")


class FormerText(Base):
    """What a notice said before it was rendered anew: deliveries with this `rendering` went with it."""

    __tablename__ = "former_text"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    rendering: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[Reply] = mapped_column(Value(TypeAdapter(Reply)))


# What is no announcement of `announcements.yaml`: written by a member, or proposed because a session moved.
STAFF = "staff"
MOVED = "moved"


class OccurrenceEvent(Base):
    """Something that happened to a notice: its history. `actor` is empty for the desk itself."""

    __tablename__ = "occurrence_event"
    __table_args__ = (Index("occurrence_event_by_occurrence", "occurrence_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    action: Mapped[NoticeAction] = mapped_column(one_of(NoticeAction))
    actor: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text, default="")


class Trial(Base):
    """A notice sent to one member beforehand, by `delivery_id`."""

    __tablename__ = "trial"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    member: Mapped[str]


class Amendment(Base):
    """A session moved by a member: it is on `day` while the content says `instead_of`. The newest counts."""

    __tablename__ = "amendment"

    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[int]
    instead_of: Mapped[date]
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]


class Timetable(Base):
    """A session as the desk knew it last, and how often it has changed (`sequence`, as in RFC 5545).

    One that is no longer in the programme was `dropped`; that is a change as well.
    """

    __tablename__ = "timetable"

    session: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begins: Mapped[datetime] = mapped_column(Moment)
    ends: Mapped[datetime] = mapped_column(Moment)
    title: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    dropped: Mapped[bool] = mapped_column(default=False)
