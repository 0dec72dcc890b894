"""What the pages of staff show of notices: the season, one with its history and its report, whom it reaches."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.audience import told_otherwise
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_models import MOVED, Occurrence, OccurrenceEvent, Subscriber, Subscription, Trial
from bot.store.occurrences import notice_of_row
from bot.store.tally import tally
from handlers.effects import Reply
from handlers.notice import Notice, NoticeAction, OccurrenceState, Tally

MOST_UNKNOWN = 50
MOST_TRIALS = 5
GONE = (OccurrenceState.SENDING, OccurrenceState.PAUSED, OccurrenceState.DONE)


@dataclass(frozen=True)
class Listed:
    """A notice in the season, with what became of its deliveries once there are any."""

    notice: Notice
    tally: Tally | None = None


@dataclass(frozen=True)
class Happened:
    """One step of a notice's history; `actor` is empty for the desk itself."""

    at: datetime
    action: NoticeAction
    actor: str
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class Unclear:
    """A delivery of which nobody knows whether it arrived, and where it was to arrive."""

    delivery: int
    channel: str
    address: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Tried:
    """A notice sent to a member beforehand, and what became of it."""

    member: str
    channel: str
    at: datetime
    state: DeliveryState
    error: str


@dataclass(frozen=True)
class Dossier:
    """All about one notice. `text` is what a member wrote, `payload` what is sent once that is settled."""

    notice: Notice
    text: str = field(repr=False)
    payload: Reply | None
    is_frozen: bool
    tally: Tally
    history: tuple[Happened, ...]
    unclear: tuple[Unclear, ...]
    trials: tuple[Tried, ...]


@dataclass(frozen=True)
class Reach:
    """How many subscribers of a topic get notices on a channel, and how many cannot be written to there."""

    channel: str
    count: int
    gone: int = 0


@dataclass(frozen=True)
class Mailbox:
    """A conversation with a member in which they can be sent something."""

    conversation: int
    channel: str


def season(session: Session, states: Collection[OccurrenceState]) -> list[Listed]:
    """All notices in these states, in order of time; drafts without one first."""
    rows = session.scalars(
        select(Occurrence)
        .where(Occurrence.state.in_(states))
        .order_by(Occurrence.due.is_not(None), Occurrence.due, Occurrence.id)
    )
    return [_listed(session, row) for row in rows]


def went(session: Session, number: int, begins: datetime) -> frozenset[str]:
    """Which announcements have gone, or are going, that tell that a session begins then."""
    gone = select(Occurrence.notice).where(
        Occurrence.session == number, Occurrence.told == begins, Occurrence.state.in_(GONE)
    )
    return frozenset(session.scalars(gone))


def waiting_for_members(session: Session) -> int:
    """How many notices go no further without a member: they wait for approval, or are late and ask."""
    waiting = Occurrence.state.in_((OccurrenceState.PROPOSED, OccurrenceState.ASKING))
    return session.scalar(select(func.count()).select_from(Occurrence).where(waiting)) or 0


def _listed(session: Session, row: Occurrence) -> Listed:
    return Listed(notice_of_row(row), None if row.started_at is None else tally(session, row.id))


def notice(session: Session, number: int) -> Notice | None:
    """One of them, as it stands."""
    row = session.get(Occurrence, number)
    return None if row is None else notice_of_row(row)


def dossier(session: Session, number: int) -> Dossier | None:
    """All about one notice, or None where there is none."""
    row = session.get(Occurrence, number)
    if row is None:
        return None
    return Dossier(
        notice=notice_of_row(row),
        text=row.text,
        payload=row.payload,
        is_frozen=row.audience_to is not None and row.frozen_to >= row.audience_to,
        tally=tally(session, number),
        history=_history(session, number),
        unclear=_unclear(session, number),
        trials=_trials(session, number),
    )


def _history(session: Session, number: int) -> tuple[Happened, ...]:
    rows = session.scalars(
        select(OccurrenceEvent).where(OccurrenceEvent.occurrence_id == number).order_by(OccurrenceEvent.id)
    )
    return tuple(Happened(row.at, row.action, row.actor, row.text) for row in rows)


def _unclear(session: Session, number: int) -> tuple[Unclear, ...]:
    """Those that are left to staff: the platform will not be asked any more."""
    rows = session.execute(
        select(Delivery.id, Delivery.channel, Conversation.address, Delivery.created_at, Delivery.error)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Delivery.occurrence_id == number, Delivery.state == DeliveryState.UNKNOWN)
        .where(Delivery.not_before.is_(None))
        .order_by(Delivery.id)
        .limit(MOST_UNKNOWN)
    )
    return tuple(Unclear(delivery, channel, address, at, error or "") for delivery, channel, address, at, error in rows)


def _trials(session: Session, number: int) -> tuple[Tried, ...]:
    rows = session.execute(
        select(Trial.member, Delivery.channel, Delivery.created_at, Delivery.state, Delivery.error)
        .join(Delivery, Delivery.id == Trial.delivery_id)
        .where(Trial.occurrence_id == number)
        .order_by(Delivery.id.desc())
        .limit(MOST_TRIALS)
    )
    return tuple(Tried(member, channel, at, state, error or "") for member, channel, at, state, error in rows)


def reach(session: Session, notice: Notice) -> tuple[Reach, ...]:
    """How many a notice would reach now, by channel; a correction goes to those who were told another time."""
    theirs = (
        select(Conversation.channel, func.count(), func.count(Conversation.gone))
        .join(Subscriber, Subscriber.prefers == Conversation.id)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscription.topic == notice.topic)
        .group_by(Conversation.channel)
        .order_by(Conversation.channel)
    )
    misled = Subscriber.id.in_(told_otherwise(notice.session, notice.told))
    found = theirs.where(misled) if notice.notice == MOVED else theirs
    return tuple(Reach(channel, every - gone, gone) for channel, every, gone in session.execute(found))


def mailboxes(session: Session, people: Iterable[tuple[str, str]]) -> list[Mailbox]:
    """Where these people, by channel and id there, can be written to: one conversation each, no thread if possible."""
    found = (_mailbox(session, channel, person) for channel, person in people)
    return [mailbox for mailbox in found if mailbox is not None]


def _mailbox(session: Session, channel: str, person: str) -> Mailbox | None:
    theirs = (
        select(Conversation.id)
        .where(Conversation.channel == channel, Conversation.place == person, Conversation.gone.is_(None))
        .order_by(func.length(Conversation.address), Conversation.id)
        .limit(1)
    )
    number = session.scalar(theirs)
    return None if number is None else Mailbox(number, channel)
