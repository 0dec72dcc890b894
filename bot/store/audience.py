"""Who gets a notice: its subscribers, frozen chunk by chunk, one delivery each, into the conversation they prefer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from bot.store import linking
from bot.store.engine import give_way, table_of
from bot.store.lines import conversations, lines
from bot.store.models import Delivery, DeliveryState, Priority
from bot.store.notice_models import MOVED, Occurrence, Subscriber, Subscription
from bot.store.subscribing import CAME
from handlers.notice import OccurrenceState
from handlers.timing import STOPPED

# So few that others who write to the database wait no longer than for a moment.
CHUNK = 2500

deliveries = table_of(Delivery)
occurrences = table_of(Occurrence)
subscribers = table_of(Subscriber)
subscriptions = table_of(Subscription)


# What a subscriber was told, or may have been.
TOLD = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)
UNTOLD = tuple(state for state in DeliveryState if state not in TOLD)


def freeze(session: Session, occurrence_id: int, now: datetime, at_most: int = CHUNK) -> bool:
    """Queue a notice for its next subscribers. Whether there is more to do; False also while somebody else does it."""
    give_way(session)
    occurrence = _unfrozen(session, occurrence_id)
    if occurrence is None:
        return False
    upto = _end_of_chunk(session, occurrence, at_most)
    in_chunk = _in_chunk(occurrence, upto)
    if linking.rescue(session, select(subscriptions.c.subscriber_id).where(in_chunk)):
        # They prefer other conversations now, which have to be locked in the order of all.
        return True
    locked = set(session.connection().scalars(_mailboxes(in_chunk)))
    recipients = _recipients(session, occurrence, in_chunk, upto)
    if any(recipient.prefers not in locked for recipient in recipients):
        # Somebody prefers another conversation since: it has to be locked first.
        return True
    if recipients:
        _queue(session, occurrence, recipients, now)
    moved_on = update(occurrences).where(occurrences.c.id == occurrence_id).values(frozen_to=upto)
    session.connection().execute(moved_on)
    return bool(upto < occurrence.audience_to)


def _unfrozen(session: Session, occurrence_id: int) -> Row[Any] | None:
    """The notice, locked, so that nobody stops it or freezes the same chunk meanwhile."""
    columns = occurrences.c
    unfrozen = (
        select(columns.id, columns.notice, columns.topic, columns.session, columns.told, columns.urgent)
        .add_columns(columns.frozen_to, columns.audience_to)
        .where(columns.id == occurrence_id, columns.state == OccurrenceState.SENDING)
        .where(columns.frozen_to < columns.audience_to)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return session.connection().execute(unfrozen).one_or_none()


def _end_of_chunk(session: Session, occurrence: Row[Any], at_most: int) -> int:
    """The last subscriber of the chunk; beyond those of the topic there is nobody."""
    everybody = _in_chunk(occurrence, occurrence.audience_to)
    last = (
        select(subscriptions.c.subscriber_id)
        .where(everybody)
        .order_by(subscriptions.c.subscriber_id)
        .offset(at_most - 1)
        .limit(1)
    )
    found = session.connection().scalar(last)
    return int(occurrence.audience_to if found is None else found)


def _in_chunk(occurrence: Row[Any], upto: int) -> ColumnElement[bool]:
    subscriber = subscriptions.c.subscriber_id
    is_in_range = and_(subscriber > occurrence.frozen_to, subscriber <= upto)
    return and_(subscriptions.c.topic == occurrence.topic, is_in_range)


def _mailboxes(in_chunk: ColumnElement[bool]) -> Select[Any]:
    """The conversations of a chunk, locked, in the order in which everybody locks them."""
    preferred = (
        select(subscribers.c.prefers).join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
    ).where(in_chunk)
    return (
        select(conversations.c.id)
        .where(conversations.c.id.in_(preferred))
        .order_by(conversations.c.id)
        .with_for_update(key_share=True)
    )


def _recipients(session: Session, occurrence: Row[Any], in_chunk: ColumnElement[bool], upto: int) -> list[Row[Any]]:
    """Who subscribes, as it stands now that their conversations are locked; their linking waits as well."""
    found = (
        select(subscribers.c.id, subscribers.c.prefers)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .join(conversations, conversations.c.id == subscribers.c.prefers)
        .where(in_chunk, conversations.c.gone.is_(None), not_(_has_it(occurrence.id)))
        .order_by(subscribers.c.id)
        .with_for_update(read=True, of=subscribers)
    )
    rows = list[Row[Any]](session.connection().execute(found))
    if occurrence.notice != MOVED:
        return rows
    # Not by the statement above: PostgreSQL would compare everybody with everybody in tables that it has not counted.
    misled = set(
        session.connection().scalars(told_otherwise(occurrence.session, occurrence.told, occurrence.frozen_to, upto))
    )
    return [row for row in rows if row.id in misled]


def _has_it(occurrence_id: int) -> ColumnElement[bool]:
    """Whether a subscriber has it already: from whom they were linked with since, or who was there before them."""
    own, there = deliveries.alias("own"), deliveries.alias("there")
    is_own = exists().where(own.c.occurrence_id == occurrence_id, own.c.subscriber_id == subscribers.c.id)
    # To be looked up by the conversation: by the notice, there may be one for everybody.
    is_this = there.c.occurrence_id + 0 == occurrence_id
    came = exists().where(there.c.conversation_id == subscribers.c.prefers, there.c.state.in_(CAME), is_this)
    return or_(is_own, came)


def told_otherwise(
    number: int | None, told: datetime | None, after: int = 0, upto: int | None = None
) -> Select[tuple[int | None]]:
    """The subscribers whose latest word on a session, also what they will be told, is another time.

    All of them, or those with ids `after` one and `upto` another.
    """
    heard, about = deliveries.alias("heard"), occurrences.alias("about")
    is_stopped = and_(heard.c.state == DeliveryState.QUEUED, about.c.state.in_(STOPPED))
    is_asked_about = heard.c.subscriber_id > after if upto is None else heard.c.subscriber_id.between(after + 1, upto)
    latest = (
        select(func.max(heard.c.id))
        .join(about, about.c.id == heard.c.occurrence_id)
        .where(about.c.session == number, about.c.told.is_not(None), is_asked_about)
        # To be looked up by the notice: in these states there may be everything else that was ever sent.
        .where(heard.c.state.not_in(UNTOLD), not_(is_stopped))
        .group_by(heard.c.subscriber_id)
    )
    last = select(deliveries.c.subscriber_id).join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
    return last.where(deliveries.c.id.in_(latest), occurrences.c.told != told)


def _queue(session: Session, occurrence: Row[Any], recipients: Sequence[Row[Any]], now: datetime) -> None:
    """One line and one delivery for each, in the order of subscribers."""
    is_theirs = subscribers.c.id.in_([recipient.id for recipient in recipients])
    drawn = select(subscribers.c.prefers).where(is_theirs).order_by(subscribers.c.id)
    drawing = insert(lines).from_select([lines.c.conversation_id], drawn).returning(lines.c.id)
    # Nobody else draws lines in their conversations, which are locked.
    first = min(session.connection().scalars(drawing))
    values = {
        "id": lines.c.id,
        "conversation_id": conversations.c.id,
        "channel": conversations.c.channel,
        "priority": _literal("priority", Priority.URGENT if occurrence.urgent else Priority.NOTICE),
        "state": _literal("state", DeliveryState.QUEUED),
        "created_at": _literal("created_at", now),
        "occurrence_id": _literal("occurrence_id", occurrence.id),
        "subscriber_id": subscribers.c.id,
    }
    queued = (
        select(*values.values())
        .select_from(lines)
        .join(conversations, conversations.c.id == lines.c.conversation_id)
        .join(subscribers, subscribers.c.prefers == conversations.c.id)
        .where(lines.c.id >= first, is_theirs, conversations.c.id.in_([recipient.prefers for recipient in recipients]))
    )
    session.connection().execute(insert(deliveries).from_select(list(values), queued))


def _literal(column: str, value: object) -> BindParameter[Any]:
    return literal(value, deliveries.c[column].type)
