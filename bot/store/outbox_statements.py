"""The statements of the outbox, made once: to put one together takes longer than to run it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.store.engine import table_of
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, Lane
from bot.store.notice_models import FormerText, Occurrence
from handlers.notice import OccurrenceState

conversations = table_of(Conversation)
deliveries = table_of(Delivery)
inbounds = table_of(Inbound)
occurrences = table_of(Occurrence)
formers = table_of(FormerText)
lanes = table_of(Lane)

# What a delivery revises or withdraws, and the card in whose thread it stands.
originals = deliveries.alias("original")
roots = deliveries.alias("root")

# A delivery with its conversation's address and place, and the platform's ids of what it has to do with.
Due = Row[Any]

NOW: BindParameter[datetime] = bindparam("now")
IN_CHANNEL = deliveries.c.channel == bindparam("of_channel")
IS_QUEUED = deliveries.c.state == DeliveryState.QUEUED
# A notice says what its occurrence does, and one that went before that was rendered anew what it said then.
IS_OF_NOTICE = occurrences.c.id == deliveries.c.occurrence_id
WENT_WITH = and_(formers.c.occurrence_id == deliveries.c.occurrence_id, formers.c.rendering == deliveries.c.rendering)
IS_REPLY = deliveries.c.occurrence_id.is_(None)
# What is written into a staff room answers nothing that was said there.
THEIR_CONVERSATION = inbounds.c.conversation_id == deliveries.c.conversation_id
THEIR_LANE = and_(lanes.c.channel == deliveries.c.channel, lanes.c.place == conversations.c.place)


def _rows(said: ColumnElement[Any], rendering: ColumnElement[int]) -> Select[Any]:
    columns = deliveries.c
    return (
        select(
            columns.id,
            columns.channel,
            columns.conversation_id,
            said.label("payload"),
            rendering.label("rendering"),
            columns.state,
            columns.tries,
            columns.failures,
            columns.doubts,
            columns.since,
            columns.aim,
            columns.of,
            columns.occurrence_id,
            conversations.c.address,
            conversations.c.place,
            inbounds.c.ref,
            originals.c.state.label("original_state"),
            originals.c.ref.label("original_ref"),
            roots.c.ref.label("root_ref"),
            roots.c.thread.label("root_thread"),
        )
        .join(conversations, conversations.c.id == columns.conversation_id)
        .outerjoin(inbounds, and_(inbounds.c.id == columns.inbound_id, THEIR_CONVERSATION))
        .outerjoin(originals, originals.c.id == columns.of)
        .outerjoin(roots, roots.c.id == columns.root)
    )


def _is_behind_another() -> ColumnElement[bool]:
    """Whether an earlier reply of the conversation, no less urgent, is not done with. Nothing waits for a notice.

    In a staff room each thread has an order of its own, which begins with its card.
    """
    earlier = deliveries.alias()
    is_underway = earlier.c.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING])
    same_thread = earlier.c.root.is_not_distinct_from(deliveries.c.root)
    is_doubtful = and_(earlier.c.state == DeliveryState.UNKNOWN, earlier.c.not_before.is_not(None))
    return (
        select(earlier.c.id)
        .where(earlier.c.conversation_id == deliveries.c.conversation_id, earlier.c.id < deliveries.c.id)
        .where(earlier.c.occurrence_id.is_(None))
        .where(or_(is_underway, is_doubtful))
        .where(or_(and_(same_thread, earlier.c.priority <= deliveries.c.priority), earlier.c.id == deliveries.c.root))
        .exists()
    )


UNDERWAY = select(func.count()).where(IN_CHANNEL, deliveries.c.state == DeliveryState.SENDING)


def _due(rows: Select[Any]) -> Select[Any]:
    """What may go now, as far as its own time and the pace of its place go; in the order of `delivery_by_turn`."""
    return (
        rows.outerjoin(lanes, THEIR_LANE)
        .where(IN_CHANNEL, IS_QUEUED)
        .where(or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= NOW))
        .where(or_(lanes.c.free_at.is_(None), lanes.c.free_at <= NOW))
        .order_by(deliveries.c.occurrence_id, deliveries.c.priority, deliveries.c.id)
        .limit(bindparam("at_most"))
        .with_for_update(skip_locked=True, of=deliveries)
    )


DUE = _due(_rows(deliveries.c.payload, literal(0))).where(IS_REPLY, ~_is_behind_another())
DUE_OF_NOTICE = _due(_rows(occurrences.c.payload, occurrences.c.rendering).join(occurrences, IS_OF_NOTICE)).where(
    deliveries.c.occurrence_id == bindparam("of_notice")
)

# The notices that may go at the desk's time `at`: those that began, are not too late, and were rendered for `today`.
RUNNING = (
    select(occurrences.c.id, occurrences.c.urgent)
    .where(occurrences.c.state == OccurrenceState.SENDING)
    .where(or_(occurrences.c.expires.is_(None), occurrences.c.expires > bindparam("at")))
    .where(or_(occurrences.c.rendered_for.is_(None), occurrences.c.rendered_for == bindparam("today")))
    .order_by(occurrences.c.id)
)

TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("these", expanding=True)), IS_QUEUED)
    .values(
        state=DeliveryState.SENDING,
        lease_until=bindparam("to_lease"),
        tries=deliveries.c.tries + 1,
        rendering=bindparam("to_rendering"),
        since=func.coalesce(deliveries.c.since, NOW),
    )
    .returning(deliveries.c.id)
)

_WAITS = case(
    (deliveries.c.not_before.is_(None), lanes.c.free_at),
    (lanes.c.free_at.is_(None), deliveries.c.not_before),
    (deliveries.c.not_before > lanes.c.free_at, deliveries.c.not_before),
    else_=lanes.c.free_at,
)
_NEXT_AT = (
    select(func.min(_WAITS))
    .select_from(deliveries)
    .join(conversations, conversations.c.id == deliveries.c.conversation_id)
    .outerjoin(lanes, THEIR_LANE)
    .where(IN_CHANNEL, IS_QUEUED, _WAITS > NOW)
)
# When the first of the replies that wait for a time may go, and the first of a notice.
NEXT_AT = _NEXT_AT.where(IS_REPLY)
NEXT_AT_OF_NOTICE = _NEXT_AT.where(deliveries.c.occurrence_id == bindparam("of_notice"))

DOUBTFUL = (
    _rows(
        func.coalesce(deliveries.c.payload, formers.c.payload, occurrences.c.payload, type_=deliveries.c.payload.type),
        deliveries.c.rendering,
    )
    .outerjoin(occurrences, IS_OF_NOTICE)
    .outerjoin(formers, WENT_WITH)
    .where(
        IN_CHANNEL,
        deliveries.c.state.in_([DeliveryState.SENDING, DeliveryState.UNKNOWN]),
        or_(
            and_(deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until < NOW),
            and_(deliveries.c.state == DeliveryState.UNKNOWN, deliveries.c.not_before <= NOW),
        ),
    )
    .order_by(deliveries.c.id)
)

# The outcome of one try, unless it was noted already or another try has begun since.
END = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("this"), deliveries.c.tries == bindparam("of_try"))
    .where(deliveries.c.state.in_([DeliveryState.SENDING, DeliveryState.UNKNOWN]))
    .values(
        state=bindparam("to_state"),
        lease_until=None,
        not_before=bindparam("to_not_before"),
        failures=bindparam("to_failures"),
        doubts=bindparam("to_doubts"),
        sent_at=bindparam("to_sent_at"),
        ref=bindparam("to_ref"),
        thread=bindparam("to_thread"),
        error=bindparam("to_error"),
    )
    .returning(deliveries.c.id)
)

MARK_GONE = update(conversations).where(conversations.c.id == bindparam("this")).values(gone=bindparam("to_gone"))
FAIL_WAITING = (
    update(deliveries)
    .where(deliveries.c.conversation_id == bindparam("of_conversation"), IS_QUEUED)
    .values(state=DeliveryState.FAILED, error=bindparam("to_error"))
)
MOVE_WAITING = (
    update(deliveries)
    .where(deliveries.c.conversation_id == bindparam("of_conversation"), IS_QUEUED)
    .values(conversation_id=bindparam("to_conversation"))
)
