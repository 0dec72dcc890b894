"""Who subscribes to what, written down: guarded against all that others change at the same time.

The conversation of a message is locked when this begins. A subscriber is locked by their preferred conversation and
then their row, as those lock it who address notices: so a notice is either addressed before somebody opts out, and
cancelled by that, or not addressed to them at all.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from bot.store.engine import dialect_of, insert_into, table_of
from bot.store.lines import renumber
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_models import Occurrence, Subscriber, Subscription
from bot.store.tickets import SituationStale
from knowledge.announcement import NoticeTopic

conversations = table_of(Conversation)
deliveries = table_of(Delivery)
occurrences = table_of(Occurrence)
subscribers = table_of(Subscriber)
subscriptions = table_of(Subscription)

# Why a notice does not come after all: nobody wants it any more, or it comes to another of their conversations.
OPTED_OUT = "opted_out"
LINKED = "linked"
IS_QUEUED = deliveries.c.state == DeliveryState.QUEUED
# What came to a conversation, or may have come.
CAME = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


def set_topic(session: Session, conversation_id: int, topic: NoticeTopic, wanted: bool, now: datetime) -> None:
    """Subscribe or opt out. Raises SituationStale where the subscription was linked to another meanwhile."""
    mailbox = mailbox_of(session, conversation_id, now)
    subscriber = subscriber_of(session, mailbox)
    if wanted:
        _subscribe(session, held_or_new(session, mailbox, now), topic, now)
    elif subscriber is not None:
        hold(session, subscriber)
        _opt_out(session, subscriber, topic)


def mailbox_of(session: Session, conversation_id: int, now: datetime) -> int:
    """The conversation in which notices arrive for one: that of its whole place, made where it is new, and locked."""
    this = select(conversations).where(conversations.c.id == conversation_id)
    row = session.connection().execute(this).one()
    if row.address == row.place:
        return conversation_id
    values = {"channel": row.channel, "address": row.place, "place": row.place, "last_at": now}
    session.execute(insert_into(dialect_of(session), Conversation).values(**values).on_conflict_do_nothing())
    place = conversations.c.channel == row.channel, conversations.c.address == row.place
    found: int = session.execute(select(conversations.c.id).where(*place)).scalar_one()
    lock(session, found)
    return found


def lock(session: Session, conversation_id: int) -> None:
    """Hold a conversation until the end of the transaction; nobody was active there."""
    this = select(conversations.c.id).where(conversations.c.id == conversation_id)
    session.connection().execute(this.with_for_update(key_share=True))


def subscriber_of(session: Session, mailbox: int) -> int | None:
    """Who gets notices in a conversation, which is locked."""
    this = select(conversations.c.subscriber_id).where(conversations.c.id == mailbox)
    found: int | None = session.connection().execute(this).scalar_one()
    return found


def hold(session: Session, subscriber: int) -> int:
    """Lock a subscriber; the conversation they prefer. Raises SituationStale where others have changed them."""
    prefers = select(subscribers.c.prefers).where(subscribers.c.id == subscriber)
    before: int | None = session.connection().scalar(prefers)
    if before is None:
        raise SituationStale
    lock(session, before)
    if session.connection().scalar(prefers.with_for_update()) != before:
        raise SituationStale
    return before


def hold_as_it_is(session: Session, subscriber: int) -> int | None:
    """As `hold`, whatever others have changed; None where the subscriber was merged into another."""
    prefers = select(subscribers.c.prefers).where(subscribers.c.id == subscriber)
    before: int | None = session.connection().scalar(prefers)
    if before is not None:
        lock(session, before)
    held: int | None = session.connection().scalar(prefers.with_for_update())
    if held is not None and held != before:
        lock(session, held)
    return held


def hold_addressee(session: Session, delivery_id: int) -> None:
    """Lock whom a notice is for, who have to be locked before it is; nothing where it is a reply."""
    subscriber = session.connection().scalar(select(deliveries.c.subscriber_id).where(deliveries.c.id == delivery_id))
    if subscriber is not None:
        hold_as_it_is(session, subscriber)


def held_or_new(session: Session, mailbox: int, now: datetime) -> int:
    """The subscriber of a conversation, locked; made where there is none."""
    subscriber = subscriber_of(session, mailbox)
    if subscriber is not None:
        hold(session, subscriber)
        return subscriber
    making = insert(subscribers).values(prefers=mailbox, made_at=now).returning(subscribers.c.id)
    made: int = session.connection().execute(making).scalar_one()
    belong(session, mailbox, made)
    return made


def belong(session: Session, mailbox: int, subscriber: int | None) -> None:
    """From now on this is one of the subscriber's conversations, or nobody's."""
    session.connection().execute(
        update(conversations).where(conversations.c.id == mailbox).values(subscriber_id=subscriber)
    )


def _subscribe(session: Session, subscriber: int, topic: NoticeTopic, now: datetime) -> None:
    row = {"subscriber_id": subscriber, "topic": topic, "since": now}
    session.execute(insert_into(dialect_of(session), Subscription).values(**row).on_conflict_do_nothing())


def _opt_out(session: Session, subscriber: int, topic: NoticeTopic) -> None:
    """What is queued for them comes no more."""
    theirs = subscriptions.c.subscriber_id == subscriber, subscriptions.c.topic == topic
    session.connection().execute(delete(subscriptions).where(*theirs))
    of_topic = select(occurrences.c.id).where(occurrences.c.topic == topic)
    session.connection().execute(
        update(deliveries)
        .where(*waiting_for(subscriber), deliveries.c.occurrence_id.in_(of_topic))
        .values(state=DeliveryState.CANCELLED, error=OPTED_OUT)
    )


def waiting_for(subscriber: int) -> tuple[ColumnElement[bool], ...]:
    """The notices that are queued for a subscriber, wherever they wait; each is found by its occurrence."""
    is_notice = deliveries.c.occurrence_id.in_(select(occurrences.c.id))
    return IS_QUEUED, is_notice, deliveries.c.subscriber_id == subscriber


def prefer(session: Session, subscriber: int, mailbox: int) -> None:
    """Let notices arrive in one of their conversations, also those that are queued. The subscriber must be locked."""
    lock(session, mailbox)
    session.connection().execute(update(subscribers).where(subscribers.c.id == subscriber).values(prefers=mailbox))
    columns = deliveries.c.id, deliveries.c.occurrence_id
    elsewhere = select(*columns).where(*waiting_for(subscriber), deliveries.c.conversation_id != mailbox)
    waiting = list[Row[Any]](session.connection().execute(elsewhere.order_by(deliveries.c.id).with_for_update()))
    came = _came_to(session, mailbox) if waiting else set()
    for notice in waiting:
        _move(session, notice, mailbox, came)


def readdress(session: Session, delivery_id: int) -> DeliveryState:
    """Let what is in the queue again go where its subscriber reads now; what nobody wants any more is cancelled.

    A reply stays as it is. Who is opting out or linking at this very moment does not find it queued: they are
    waited for.
    """
    columns = deliveries.c.id, deliveries.c.occurrence_id, deliveries.c.conversation_id, deliveries.c.subscriber_id
    this = select(*columns, occurrences.c.topic).join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
    found = list[Row[Any]](session.connection().execute(this.where(deliveries.c.id == delivery_id)))
    if not found:
        return DeliveryState.QUEUED
    [notice] = found
    mailbox = None if notice.subscriber_id is None else hold_as_it_is(session, notice.subscriber_id)
    if mailbox is None:
        return _cancel(session, notice, LINKED)
    if not _is_wanted(session, notice.subscriber_id, notice.topic):
        return _cancel(session, notice, OPTED_OUT)
    if mailbox == notice.conversation_id:
        return DeliveryState.QUEUED
    return _move(session, notice, mailbox, _came_to(session, mailbox))


def _is_wanted(session: Session, subscriber: int, topic: NoticeTopic) -> bool:
    theirs = subscriptions.c.subscriber_id == subscriber, subscriptions.c.topic == topic
    return bool(session.connection().scalar(select(exists().where(*theirs))))


def _came_to(session: Session, mailbox: int) -> set[int]:
    """The notices that a conversation got already, also while it was another subscriber's."""
    there = (
        deliveries.c.conversation_id == mailbox,
        deliveries.c.state.in_(CAME),
        deliveries.c.occurrence_id.is_not(None),
    )
    return set(session.connection().scalars(select(deliveries.c.occurrence_id).where(*there)))


def _move(session: Session, notice: Row[Any], mailbox: int, came: set[int]) -> DeliveryState:
    """Let a queued notice arrive in a conversation, which is locked, unless it came there before."""
    if notice.occurrence_id in came:
        return _cancel(session, notice, LINKED)
    renumber(session, notice.id, mailbox)
    return DeliveryState.QUEUED


def _cancel(session: Session, notice: Row[Any], reason: str) -> DeliveryState:
    cancelled = {"state": DeliveryState.CANCELLED, "error": reason, "not_before": None}
    session.connection().execute(update(deliveries).where(deliveries.c.id == notice.id, IS_QUEUED).values(cancelled))
    return DeliveryState.CANCELLED
