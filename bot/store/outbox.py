"""Replies and notices on their way: claimed under a lease, in order and at the platform's pace, each outcome noted.

All moments here are the machine's, but for the one at which a reply was sent, and those of notices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Aim
from bot.notice_rules import Passage
from bot.pacing import Pacing, free_at, room
from bot.store import lanes, linking, subscribing
from bot.store import outbox_statements as statements
from bot.store.choosing import choose, next_at
from bot.store.lanes import Pace
from bot.store.lines import lock_free, renumber
from bot.store.models import Conversation, DeliveryState
from bot.store.outbox_statements import Due
from handlers.effects import Reply

# Channels whose conversations are read from the store, line by line.
READ_FROM_HERE = frozenset({"web"})


@dataclass(frozen=True)
class Claimed:
    """A reply that is ours to send now, for the `tries`-th time (from 1), or to find out about.

    `failures` counts the tries that surely did not arrive, `doubts` those that may have. `is_underway` is False
    where the platform took its time already, so that its place may be in use by another reply. `aim` says what is
    done, `of` to which delivery: `original` is the platform's id of it, `is_there` whether it was sent at all.
    `root` and `thread` are the platform's ids of the card and the thread that it belongs into. A notice belongs to
    an `occurrence`.
    """

    id: int
    channel: str
    conversation: int
    address: str
    place: str
    to: str | None
    reply: Reply
    tries: int
    failures: int
    doubts: int
    since: datetime
    is_underway: bool = True
    aim: Aim = Aim.POST
    of: int | None = None
    original: str | None = None
    is_there: bool = True
    root: str | None = None
    thread: str | None = None
    occurrence: int | None = None


@dataclass(frozen=True)
class Round:
    """What may go now, and when something else may (None: nothing is waiting for a time)."""

    claimed: list[Claimed]
    next_at: datetime | None


@dataclass(frozen=True)
class _End:
    """What a try comes to."""

    state: DeliveryState
    error: str | None = None
    not_before: datetime | None = None
    failures: int = 0
    doubts: int = 0
    sent_at: datetime | None = None
    ref: str | None = None
    thread: str | None = None


def claim(
    session: Session,
    channel: str,
    pacing: Pacing,
    at_most: int,
    now: datetime,
    lease_until: datetime,
    passage: Passage | None = None,
) -> Round:
    """Mark replies that may go now as `sending` until `lease_until`; never more than `at_most` in the channel.

    Where replies leave room, notices go as well, as far as `passage` lets them.
    """
    pace = lanes.lock_channel(session, channel)
    places = _room(session, channel, pace, pacing, at_most, now)
    if places <= 0:
        return Round([], _channel_free_at(pace, pacing, now))
    due = choose(session, channel, places, now, passage)
    if channel in READ_FROM_HERE:
        due = _lockable(session, due)
    taken = _take(session, due, now, lease_until)
    claimed = [_in_line(session, _claimed(row, now, row.tries + 1)) for row in due if row.id in taken]
    lanes.occupy(session, channel, pacing, (one.place for one in claimed), lease_until)
    return Round(claimed, None if claimed else next_at(session, channel, now, passage))


def _lockable(session: Session, due: Sequence[Due]) -> list[Due]:
    """Without notices into conversations that somebody else works on right now."""
    free = lock_free(session, [row.conversation_id for row in due if row.occurrence_id is not None])
    return [row for row in due if row.occurrence_id is None or row.conversation_id in free]


def _in_line(session: Session, claimed: Claimed) -> Claimed:
    """A notice takes its place in the conversation when it goes: whoever reads on from a line finds it behind that."""
    is_first = claimed.occurrence is not None and claimed.tries == 1
    if claimed.channel not in READ_FROM_HERE or not is_first:
        return claimed
    return replace(claimed, id=renumber(session, claimed.id, claimed.conversation))


def _room(session: Session, channel: str, pace: Pace, pacing: Pacing, at_most: int, now: datetime) -> int:
    """How many may begin now: bounded in flight, and by the pace of the channel."""
    if pace.free_at is not None and pace.free_at > now:
        return 0
    underway = session.connection().scalar(statements.UNDERWAY, {"of_channel": channel}) or 0
    allowed = room(pacing.overall, pace.ended, underway, now)
    return at_most - underway if allowed is None else min(at_most - underway, allowed)


def _channel_free_at(pace: Pace, pacing: Pacing, now: datetime) -> datetime | None:
    moments = [pace.free_at, free_at(pacing.overall, pace.ended)]
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _take(session: Session, due: Sequence[Due], now: datetime, lease_until: datetime) -> set[int]:
    """Which of them are ours. What each says was read before: it may have been rendered anew since."""
    taken = set[int]()
    for rendering in {row.rendering for row in due}:
        these = [row.id for row in due if row.rendering == rendering]
        values = {"these": these, "now": now, "to_lease": lease_until, "to_rendering": rendering}
        taken.update(session.connection().scalars(statements.TAKE, values))
    return taken


def _claimed(row: Due, now: datetime, tries: int) -> Claimed:
    return Claimed(
        id=row.id,
        channel=row.channel,
        conversation=row.conversation_id,
        address=row.address,
        place=row.place,
        to=row.ref,
        reply=row.payload,
        tries=tries,
        failures=row.failures,
        doubts=row.doubts,
        since=row.since or now,
        is_underway=row.state != DeliveryState.UNKNOWN,
        aim=row.aim,
        of=row.of,
        original=row.original_ref,
        is_there=row.of is None or row.original_state is DeliveryState.SENT,
        root=row.root_ref,
        thread=row.root_thread,
        occurrence=row.occurrence_id,
    )


def doubtful(session: Session, channel: str, now: datetime) -> list[Claimed]:
    """Replies of which nobody knows whether they arrived: their lease ran out, or they are to be read back now."""
    rows = session.connection().execute(statements.DOUBTFUL, {"of_channel": channel, "now": now})
    return [_claimed(row, now, row.tries) for row in rows]


def sent(
    session: Session,
    claimed: Claimed,
    pacing: Pacing,
    now: datetime,
    at: datetime,
    ref: str | None,
    thread: str | None = None,
) -> None:
    """The channel has it, since `at` (the desk's time)."""
    _end(session, claimed, pacing, now, _End(DeliveryState.SENT, sent_at=at, ref=ref, thread=thread))


def again(session: Session, claimed: Claimed, pacing: Pacing, now: datetime, not_before: datetime, error: str) -> None:
    """Back to the queue, to be tried no earlier than `not_before`; this try counts against it."""
    _end(session, claimed, pacing, now, _End(DeliveryState.QUEUED, error, not_before, failures=1))


def resend(session: Session, claimed: Claimed, pacing: Pacing, now: datetime) -> None:
    """Back to the queue at once: it did not arrive, or that cannot be found out."""
    doubts = 1 if claimed.is_underway else 0
    _end(session, claimed, pacing, now, _End(DeliveryState.QUEUED, "resent", doubts=doubts))


def throttled(session: Session, claimed: Claimed, pacing: Pacing, now: datetime, until: datetime) -> None:
    """Back to the queue, to be tried no earlier than `until`, nor anything else for its place."""
    if _end(session, claimed, pacing, now, _End(DeliveryState.QUEUED, "throttled", until)):
        lanes.throttle(session, claimed.channel, claimed.place, now, until)


def doubt(
    session: Session, claimed: Claimed, pacing: Pacing, now: datetime, not_before: datetime | None, error: str
) -> None:
    """Nobody knows whether it arrived: to be found out no earlier than `not_before` (None: left to an operator)."""
    _end(session, claimed, pacing, now, _End(DeliveryState.UNKNOWN, error, not_before, doubts=1))


def fail(session: Session, claimed: Claimed, pacing: Pacing, now: datetime, error: str) -> None:
    """It surely did not arrive and is not tried again."""
    _end(session, claimed, pacing, now, _End(DeliveryState.FAILED, error))


def recipient_gone(session: Session, claimed: Claimed, pacing: Pacing, now: datetime, error: str) -> None:
    """Nothing more is written to the conversation, until somebody writes to us from there.

    Notices go where else their subscriber can be reached.
    """
    elsewhere = linking.refuge(session, claimed.id)
    is_lost = elsewhere is None or claimed.occurrence is None
    state = DeliveryState.FAILED if is_lost else DeliveryState.QUEUED
    if not _end(session, claimed, pacing, now, _End(state, error)):
        return
    connection, conversation = session.connection(), claimed.conversation
    connection.execute(statements.MARK_GONE, {"this": conversation, "to_gone": error})
    if elsewhere is not None:
        subscribing.prefer(session, elsewhere.subscriber, elsewhere.mailbox)
    connection.execute(statements.FAIL_WAITING, {"of_conversation": conversation, "to_error": error})


def place_moved(
    session: Session, claimed: Claimed, pacing: Pacing, now: datetime, not_before: datetime, place: str
) -> None:
    """The place has a new name: all its conversations follow, and what was tried is tried there from `not_before`."""
    if _end(session, claimed, pacing, now, _End(DeliveryState.QUEUED, "moved", not_before, failures=1)):
        moving = select(Conversation).where(
            Conversation.channel == claimed.channel, Conversation.place == claimed.place
        )
        for conversation in session.scalars(moving).all():
            _move(session, conversation, place + conversation.address.removeprefix(claimed.place), place)


def _move(session: Session, conversation: Conversation, address: str, place: str) -> None:
    """Rename a conversation, or hand its waiting replies to the one that has the new name already."""
    there = select(Conversation.id).where(Conversation.channel == conversation.channel, Conversation.address == address)
    known = session.scalar(there)
    if known is None:
        conversation.address, conversation.place = address, place
        return
    # Notices first: of two that wait in both, one goes.
    linking.follow(session, conversation.id, known)
    waiting = {"of_conversation": conversation.id, "to_conversation": known}
    session.connection().execute(statements.MOVE_WAITING, waiting)


def _end(session: Session, claimed: Claimed, pacing: Pacing, now: datetime, end: _End) -> bool:
    """Note the outcome of one try. False where it was noted already or another try has begun since."""
    values = {
        "this": claimed.id,
        "of_try": claimed.tries,
        "to_state": end.state,
        "to_not_before": end.not_before,
        "to_failures": claimed.failures + end.failures,
        "to_doubts": claimed.doubts + end.doubts,
        "to_sent_at": end.sent_at,
        "to_ref": end.ref,
        "to_thread": end.thread,
        "to_error": end.error,
    }
    is_returning = claimed.occurrence is not None and end.state is DeliveryState.QUEUED
    if is_returning:
        subscribing.hold_addressee(session, claimed.id)
    if session.connection().scalar(statements.END, values) is None:
        return False
    if claimed.is_underway:
        lanes.note_end(session, claimed.channel, pacing, claimed.place, now)
    if is_returning:
        subscribing.readdress(session, claimed.id)
    return True
