"""One subscription in several conversations: joined by a one-time code, left again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from bot.codes import GOOD_FOR, hash_of
from bot.store.engine import table_of
from bot.store.models import DeliveryState
from bot.store.notice_models import LinkCode
from bot.store.subscribing import (
    LINKED,
    belong,
    conversations,
    deliveries,
    held_or_new,
    hold,
    hold_as_it_is,
    mailbox_of,
    occurrences,
    prefer,
    subscriber_of,
    subscribers,
    subscriptions,
)
from bot.store.tickets import SituationStale

codes = table_of(LinkCode)

# Codes are kept a while after their time, so that who uses an old one is told so.
KEPT_FOR = timedelta(days=1)
# So few are looked after at a time that nobody waits long for their conversations.
AT_ONCE = 100
# What can come no more.
OVER = (DeliveryState.FAILED, DeliveryState.CANCELLED)


def give_code(session: Session, conversation_id: int, code: str, now: datetime) -> None:
    """Keep a code, as its hash, by which another conversation can join this one's subscription for a while."""
    subscriber = held_or_new(session, mailbox_of(session, conversation_id, now), now)
    session.connection().execute(delete(codes).where(codes.c.expires_at < now - KEPT_FOR))
    row = {"code_hash": hash_of(code), "subscriber_id": subscriber, "expires_at": now + GOOD_FOR}
    session.connection().execute(insert(codes).values(**row))


def link(session: Session, conversation_id: int, code: str, now: datetime) -> None:
    """Join the subscription that a code was given out for, and prefer this conversation from now on.

    Raises SituationStale where the code is no longer good.
    """
    mailbox = mailbox_of(session, conversation_id, now)
    joined, own = _used(session, code, now), subscriber_of(session, mailbox)
    if joined == own:
        raise SituationStale
    for one in sorted({joined, joined if own is None else own}):
        hold(session, one)
    if own is None:
        belong(session, mailbox, joined)
    kept = joined if own is None else _merged(session, joined, own)
    prefer(session, kept, mailbox)


def _used(session: Session, code: str, now: datetime) -> int:
    """The subscriber that a code is of, which is used up by this."""
    is_good = codes.c.code_hash == hash_of(code), codes.c.used_at.is_(None), codes.c.expires_at > now
    using = update(codes).where(*is_good).values(used_at=now).returning(codes.c.subscriber_id)
    found: int | None = session.connection().scalar(using)
    if found is None:
        raise SituationStale
    return found


def leave(session: Session, conversation_id: int, now: datetime) -> None:
    """Share the subscription no more. Raises SituationStale where nobody shares it."""
    mailbox = mailbox_of(session, conversation_id, now)
    subscriber = subscriber_of(session, mailbox)
    if subscriber is None:
        raise SituationStale
    prefers = hold(session, subscriber)
    others = _others(session, subscriber, mailbox)
    if not others:
        raise SituationStale
    prefer(session, subscriber, prefers if prefers != mailbox else others[0])
    belong(session, mailbox, None)


def prefer_mailbox(session: Session, conversation_id: int, chosen: int, now: datetime) -> None:
    """Let notices arrive in another conversation of the same subscriber. Raises SituationStale where it is none."""
    subscriber = subscriber_of(session, mailbox_of(session, conversation_id, now))
    if subscriber is None:
        raise SituationStale
    hold(session, subscriber)
    if (
        session.connection().scalar(select(conversations.c.subscriber_id).where(conversations.c.id == chosen))
        != subscriber
    ):
        raise SituationStale
    prefer(session, subscriber, chosen)


def follow(session: Session, old: int, new: int) -> None:
    """A place is known by another conversation from now on: its subscription goes there, and is one with that there."""
    subscriber, there = subscriber_of(session, old), subscriber_of(session, new)
    if subscriber is None:
        return
    prefers = {one: hold_as_it_is(session, one) for one in sorted({subscriber, there or subscriber})}[subscriber]
    belong(session, old, None)
    if there is None:
        belong(session, new, subscriber)
    kept = subscriber if there in (None, subscriber) else _merged(session, subscriber, there)
    prefer(session, kept, new if prefers in (None, old) else prefers)


@dataclass(frozen=True)
class Refuge:
    """A conversation in which a subscriber can still be reached."""

    subscriber: int
    mailbox: int


def refuge(session: Session, delivery_id: int) -> Refuge | None:
    """Where else somebody reads whom a delivery does not reach any more: where they prefer it, or wrote last.

    They are locked.
    """
    whose = func.coalesce(deliveries.c.subscriber_id, conversations.c.subscriber_id).label("subscriber")
    this = select(whose, deliveries.c.conversation_id).join(
        conversations, conversations.c.id == deliveries.c.conversation_id
    )
    row = session.connection().execute(this.where(deliveries.c.id == delivery_id)).one_or_none()
    if row is None or row.subscriber is None:
        return None
    prefers = hold_as_it_is(session, row.subscriber)
    living = _others(session, row.subscriber, row.conversation_id, conversations.c.gone.is_(None))
    if not living:
        return None
    return Refuge(row.subscriber, next((one for one in living if one == prefers), living[0]))


def rescue(session: Session, among: Select[Any], at_most: int = AT_ONCE) -> int:
    """Let those of some subscribers who cannot be reached where they prefer it be reached where they can; how many.

    It is called again until there is nobody left.
    """
    gone, living = conversations.alias("gone"), conversations.alias("living")
    is_reachable = exists().where(living.c.subscriber_id == subscribers.c.id, living.c.gone.is_(None))
    stranded = (
        select(subscribers.c.id)
        .join(gone, gone.c.id == subscribers.c.prefers)
        .where(gone.c.gone.is_not(None), subscribers.c.id.in_(among), is_reachable)
        .order_by(subscribers.c.id)
        .limit(at_most)
    )
    return sum(_is_rescued(session, one) for one in session.connection().scalars(stranded).all())


def _is_rescued(session: Session, subscriber: int) -> bool:
    prefers = hold_as_it_is(session, subscriber)
    is_gone = select(conversations.c.id).where(conversations.c.id == prefers, conversations.c.gone.is_not(None))
    if prefers is None or session.connection().scalar(is_gone) is None:
        return False
    living = _others(session, subscriber, prefers, conversations.c.gone.is_(None))
    if living:
        prefer(session, subscriber, living[0])
    return bool(living)


def _others(session: Session, subscriber: int, mailbox: int, *such: ColumnElement[bool]) -> Sequence[int]:
    """Their other conversations: those that can be reached first, and of those the one where they wrote last."""
    theirs = conversations.c.subscriber_id == subscriber, conversations.c.id != mailbox
    order = conversations.c.gone.is_not(None), conversations.c.last_at.desc(), conversations.c.id
    return session.connection().scalars(select(conversations.c.id).where(*theirs, *such).order_by(*order)).all()


def _merged(session: Session, one: int, other: int) -> int:
    """The subscriber that both are from now on. Both must be locked."""
    kept = _kept(session, one, other)
    gone = other if kept == one else one
    _unite_topics(session, kept, gone)
    _unite_deliveries(session, kept, gone)
    for table in (conversations, codes):
        session.connection().execute(update(table).where(table.c.subscriber_id == gone).values(subscriber_id=kept))
    session.connection().execute(delete(subscribers).where(subscribers.c.id == gone))
    return kept


def _kept(session: Session, one: int, other: int) -> int:
    """Notices are addressed in the order of subscribers, so the later one is still reached by those that reached one
    of the two; but for a notice that began before there was the later one."""
    earlier, later = sorted((one, other))
    reaches_earlier = exists().where(
        occurrences.c.frozen_to < earlier, occurrences.c.audience_to >= earlier, occurrences.c.audience_to < later
    )
    return earlier if session.connection().scalar(select(reaches_earlier)) else later


def _unite_topics(session: Session, kept: int, gone: int) -> None:
    theirs = select(subscriptions).where(subscriptions.c.subscriber_id.in_([kept, gone]))
    rows = session.connection().execute(theirs).all()
    known = {row.topic for row in rows if row.subscriber_id == kept}
    session.connection().execute(delete(subscriptions).where(subscriptions.c.subscriber_id == gone))
    new = [{"subscriber_id": kept, "topic": row.topic, "since": row.since} for row in rows if row.topic not in known]
    if new:
        session.connection().execute(insert(subscriptions), new)


def _unite_deliveries(session: Session, kept: int, gone: int) -> None:
    """Each notice comes once: of two deliveries of the same one the lesser is cancelled where it still waits.

    It belongs to nobody then.
    """
    theirs = (
        select(deliveries.c.id, deliveries.c.state, deliveries.c.subscriber_id, deliveries.c.occurrence_id)
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .where(deliveries.c.subscriber_id.in_([kept, gone]))
        .order_by(deliveries.c.id)
        .with_for_update(of=deliveries)
    )
    rows = list[Row[Any]](session.connection().execute(theirs))
    lesser = {row.id for row in _lesser(rows, kept)}
    is_lesser = deliveries.c.id.in_(lesser)
    session.connection().execute(
        update(deliveries)
        .where(is_lesser, deliveries.c.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED, error=LINKED)
    )
    session.connection().execute(update(deliveries).where(is_lesser).values(subscriber_id=None))
    moving = [row.id for row in rows if row.subscriber_id == gone and row.id not in lesser]
    session.connection().execute(update(deliveries).where(deliveries.c.id.in_(moving)).values(subscriber_id=kept))


def _lesser(rows: Sequence[Row[Any]], kept: int) -> list[Row[Any]]:
    """Of two deliveries of one notice the one that is less far on its way, else that of who is merged away."""
    of_notice: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        of_notice[row.occurrence_id].append(row)
    pairs = [pair for pair in of_notice.values() if len(pair) > 1]
    return [max(pair, key=lambda row: (_rank(row.state), row.subscriber_id != kept)) for pair in pairs]


def _rank(state: DeliveryState) -> int:
    if state in OVER:
        return 2
    return 1 if state == DeliveryState.QUEUED else 0
