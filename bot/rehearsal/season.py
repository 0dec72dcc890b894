"""The season as it went: read from the desk's tables and from the world when the play is over."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Aim, choices_of
from bot.clock import JAPAN
from bot.rehearsal.deeds import CODE_FORM, Span
from bot.rehearsal.fate import KILLS
from bot.rehearsal.staff import CHANNEL, ROOM
from bot.rehearsal.world import Post, World
from bot.store.desk_models import Ticket
from bot.store.models import Conversation, Delivery
from bot.store.notice_models import Occurrence
from bot.store.occurrences import notice_of_row
from bot.store.tally import tally
from handlers.notice import Notice, OccurrenceState, Tally
from handlers.timing import IN_FLIGHT
from knowledge.finding import Outcome

NOTICE = "notice"
# The states of what has gone, to some at least. One that failed as it began is asking.
WENT = (*IN_FLIGHT, OccurrenceState.DONE, OccurrenceState.CANCELLED)
# What stands in the transcript for what is drawn at random by nature.
CODE = "(コード)"


@dataclass(frozen=True)
class Told:
    """A notice of the season: when it went (None: it did not), what it said, to whom (channel and address), and what
    became of it."""

    notice: Notice
    at: datetime | None
    text: str
    recipients: tuple[tuple[str, str], ...]
    tally: Tally


@dataclass(frozen=True)
class Day:
    """A day in numbers: questions by outcome, tickets open at its end, subscribers by topic at its end."""

    day: date
    questions: dict[str, int] = field(default_factory=dict)
    open_tickets: int = 0
    subscribers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Season:
    """A whole rehearsal. The two digests are the same for the same span, seed and number of subscribers.

    `transcript` is of all `posts` that arrived anywhere, `notices` of the notices alone.
    """

    span: Span
    seed: str
    subscribers: int
    told: tuple[Told, ...]
    days: tuple[Day, ...]
    posts: tuple[Post, ...]
    tickets: int
    kills: int
    transcript: str
    notices: str


def read_season(session: Session, world: World, span: Span, seed: str, subscribers: int) -> Season:
    """Everything about a play that is over."""
    posts = world.posts()
    tickets = session.scalars(select(Ticket)).all()
    return Season(
        span=span,
        seed=seed,
        subscribers=subscribers,
        told=_told(session),
        days=_days(span, posts, tickets, world.census()),
        posts=tuple(posts),
        tickets=len(tickets),
        kills=int(world.noted(KILLS) or 0),
        transcript=digest(posts),
        notices=digest(post for post in posts if post.reply.by == NOTICE),
    )


def digest(posts: Iterable[Post]) -> str:
    """A hash of what arrived, where and when (and in which order, at one place and time)."""
    ordered = sorted(posts, key=lambda post: (post.at, post.channel, post.address, post.number))
    return sha256("\n".join(map(_line, ordered)).encode()).hexdigest()


def _line(post: Post) -> str:
    labels = [choice.label for choice in choices_of(post.reply)]
    text = CODE_FORM.sub(CODE, post.reply.text)
    where = (post.at.isoformat(), post.channel, post.address, post.aim)
    return json.dumps([*where, text, labels, post.reply.sources], ensure_ascii=False)


def _told(session: Session) -> tuple[Told, ...]:
    """All notices of the plan, in order of time."""
    rows = session.scalars(select(Occurrence).order_by(Occurrence.due, Occurrence.id)).all()
    return tuple(_told_by(session, row) for row in rows)


def _told_by(session: Session, row: Occurrence) -> Told:
    text = row.payload.text if row.payload else ""
    recipients = (
        select(Conversation.channel, Conversation.address)
        .join(Delivery, Delivery.conversation_id == Conversation.id)
        .where(Delivery.occurrence_id == row.id)
        .order_by(Delivery.id)
    )
    found = tuple((channel, address) for channel, address in session.execute(recipients))
    return Told(notice_of_row(row), row.started_at, text, found, tally(session, row.id))


def _days(
    span: Span, posts: Sequence[Post], tickets: Sequence[Ticket], census: Sequence[tuple[str, str, int]]
) -> tuple[Day, ...]:
    questions: Counter[tuple[date, str]] = Counter(
        (_day(post.at), outcome) for post in posts if (outcome := _outcome(post)) is not None
    )
    subscribed = {(day, topic): count for day, topic, count in census}
    topics = sorted({topic for _, topic, _ in census})
    return tuple(
        Day(
            day,
            {outcome: questions[day, outcome] for outcome in Outcome},
            sum(_is_open(ticket, day) for ticket in tickets),
            {topic: subscribed.get((day.isoformat(), topic), 0) for topic in topics},
        )
        for day in span.days
    )


def _outcome(post: Post) -> str | None:
    """How a question was answered; None for what answers none."""
    is_in_room = (post.channel, post.address) == (CHANNEL, ROOM)
    return None if is_in_room or post.aim is not Aim.POST else post.reply.outcome


def _is_open(ticket: Ticket, day: date) -> bool:
    return _day(ticket.opened_at) <= day and (ticket.closed_at is None or _day(ticket.closed_at) > day)


def _day(at: datetime) -> date:
    return at.astimezone(JAPAN).date()


def gone_out(season: Season) -> tuple[Told, ...]:
    """The notices that went."""
    return tuple(told for told in season.told if _went(told))


def left_out(season: Season) -> tuple[Told, ...]:
    """Those that did not, of those that were due within the span."""
    begins, ends = season.span.begins, season.span.ends
    rest = (told for told in season.told if not _went(told))
    return tuple(told for told in rest if told.notice.due is not None and begins <= told.notice.due < ends)


def _went(told: Told) -> bool:
    return told.at is not None and told.notice.state in WENT
