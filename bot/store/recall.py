"""From rows to what a decision may know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from bot.channels.base import place_of
from bot.house import House
from bot.ports import TURNS_RECALLED
from bot.store import staffroom, subscriptions, tickets
from bot.store.desk_models import Intake
from bot.store.desk_models import Ticket as TicketRow
from bot.store.engine import table_of
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, Turn
from bot.written import written
from handlers.message import Act, Content, Edit, Message, Tap
from handlers.situation import Offered, Situation, StaffView
from handlers.ticket import Ticket
from knowledge.finding import Turn as Said

conversations = table_of(Conversation)
inbounds = table_of(Inbound)
turns = table_of(Turn)
deliveries = table_of(Delivery)
intakes = table_of(Intake)
ticket_rows = table_of(TicketRow)
# The conversation of the whole place, whose subscription it is; most often the same one.
homes = conversations.alias("home")

# Without notices, which may wait for as long as staff or the night hold them.
_BACKLOG = (
    select(func.count())
    .where(deliveries.c.conversation_id == inbounds.c.conversation_id)
    .where(deliveries.c.state == DeliveryState.QUEUED, deliveries.c.occurrence_id.is_(None))
    .scalar_subquery()
)
_IS_THEIR_INTAKE = and_(intakes.c.conversation_id == inbounds.c.conversation_id, intakes.c.person == inbounds.c.person)
_HAS_TURNS = exists().where(turns.c.conversation_id == inbounds.c.conversation_id)
_HAS_TICKETS = exists().where(
    ticket_rows.c.conversation_id == inbounds.c.conversation_id, ticket_rows.c.person == inbounds.c.person
)

# Made once: to put a statement together takes longer than to run it. All in one, since most people have neither
# tickets nor turns, and each statement more takes longer than all that this one looks up.
KEPT = (
    select(
        inbounds,
        conversations.c.address,
        homes.c.id.label("home"),
        homes.c.subscriber_id,
        intakes.c.form,
        _BACKLOG.label("backlog"),
        _HAS_TURNS.label("has_turns"),
        _HAS_TICKETS.label("has_tickets"),
    )
    .join(conversations, conversations.c.id == inbounds.c.conversation_id)
    .outerjoin(homes, and_(homes.c.channel == conversations.c.channel, homes.c.address == conversations.c.place))
    .outerjoin(intakes, _IS_THEIR_INTAKE)
    .where(inbounds.c.id.in_(bindparam("these", expanding=True)))
)
SAID = (
    select(turns.c.text, turns.c.entries)
    .join(inbounds, inbounds.c.id == turns.c.inbound_id)
    .where(turns.c.conversation_id == bindparam("conversation"), inbounds.c.person == bindparam("person"))
    .order_by(turns.c.id.desc())
    .limit(TURNS_RECALLED)
)
_IN_CONVERSATION = and_(Delivery.conversation_id == bindparam("conversation"), Inbound.person == bindparam("person"))
# A notice answers nobody, and is for everybody in its conversation: where it stands in a channel, a tap on it
# may begin a thread.
_IN_NOTICE = and_(
    Delivery.occurrence_id.is_not(None),
    Conversation.channel == bindparam("of_channel"),
    Conversation.address.in_([bindparam("at_address"), bindparam("at_place")]),
)
OFFERED = (
    select(Delivery)
    .join(Conversation, Conversation.id == Delivery.conversation_id)
    .outerjoin(Inbound, Inbound.id == Delivery.inbound_id)
    .where(Delivery.id == bindparam("this"), or_(_IN_CONVERSATION, _IN_NOTICE))
)

# An inbound message with its conversation's address, and what else there is to recall.
Kept = Row[int, int, str, str, str, datetime, str | None, str | None, Content]


@dataclass(frozen=True)
class Inquiry:
    """A kept message that is to be decided at `now`. `fresh_code` is one that nobody has seen yet."""

    inbound_id: int
    now: datetime
    fresh_code: str = ""


def recall_all(
    session: Session, inquiries: Sequence[Inquiry], house: House = House()
) -> list[tuple[Message, Situation]]:
    """Kept messages, each with the situation it is decided in."""
    found = session.connection().execute(KEPT, {"these": [inquiry.inbound_id for inquiry in inquiries]})
    kept = {inbound.id: inbound for inbound in found}
    return [_recall(session, kept[inquiry.inbound_id], inquiry, house) for inquiry in inquiries]


def _recall(session: Session, inbound: Kept, inquiry: Inquiry, house: House) -> tuple[Message, Situation]:
    now = inquiry.now
    message = Message(
        channel=inbound.channel,
        address=inbound.address,
        person=inbound.person,
        key=inbound.key,
        at=inbound.at,
        content=inbound.content,
        ref=inbound.ref,
        answers=inbound.answers,
    )
    in_room = house.is_room(message.channel, message.address)
    staff = _staff(session, message, inbound, house)
    if in_room:
        return message, replace(_of_staff(session, inbound, now), staff=staff, rules=house.rules)
    home = subscriptions.Home(inbound.home, inbound.subscriber_id)
    subscription = subscriptions.subscription_for(session, message, home, inbound.id, now, inquiry.fresh_code)
    situation = _of_participant(session, inbound, now, house)
    return message, replace(situation, staff=staff, rules=house.rules, subscription=subscription)


def _of_staff(session: Session, inbound: Kept, now: datetime) -> Situation:
    before, _ = _before(session, inbound)
    return Situation(now, (), inbound.id, offered=_offered(session, inbound), before=before)


def _of_participant(session: Session, inbound: Kept, now: datetime, house: House) -> Situation:
    closed_since = now - timedelta(days=house.rules.reopen_days)
    before, on = _before(session, inbound)
    return Situation(
        now=now,
        turns=_turns(session, inbound) if inbound.has_turns else (),
        fresh_ticket=inbound.id,
        offered=_offered(session, inbound),
        before=before,
        before_on=on,
        tickets=_tickets(session, inbound, closed_since) if inbound.has_tickets else (),
        backlog=inbound.backlog,
        intake=inbound.form,
    )


def _staff(session: Session, message: Message, inbound: Kept, house: House) -> StaffView | None:
    """None where a participant writes from a place of their own."""
    member, in_room = house.member(message.channel, message.person), house.is_room(message.channel, message.address)
    if member is None:
        return StaffView(None, in_room) if in_room else None
    found = staffroom.meant(session, message)
    return StaffView(
        member=member,
        in_room=in_room,
        is_private=place_of(message.address) == message.person,
        ticket=None if found.ticket is None else tickets.ticket(session, found.ticket),
        events=() if found.ticket is None else tickets.history(session, found.ticket),
        queue=tickets.queue(session),
        invites=found.invites,
        noted=found.ticket and tickets.answered_by(session, _earlier(session, inbound), found.ticket),
    )


def _tickets(session: Session, inbound: Kept, closed_since: datetime) -> tuple[Ticket, ...]:
    return tickets.of_person(session, inbound.conversation_id, inbound.person, closed_since)


def _turns(session: Session, inbound: Kept) -> tuple[Said, ...]:
    """The person's latest: in a group everybody has turns of their own."""
    whose = {"conversation": inbound.conversation_id, "person": inbound.person}
    latest = session.connection().execute(SAID, whose).all()
    return tuple(Said(turn.text, turn.entries) for turn in reversed(latest))


def _offered(session: Session, inbound: Kept) -> Offered | None:
    """What the tapped reply offered; nothing where it did not answer this person in this conversation."""
    if not isinstance(inbound.content, Tap) or inbound.content.reply is None:
        return None
    tapped = {
        "this": inbound.content.reply,
        "conversation": inbound.conversation_id,
        "person": inbound.person,
        "of_channel": inbound.channel,
        "at_address": inbound.address,
        "at_place": place_of(inbound.address),
    }
    delivery = session.scalar(OFFERED, tapped)
    if delivery is None:
        return None
    reply = delivery.payload
    return Offered(
        reply=delivery.id,
        question=reply.question,
        outcome=reply.outcome,
        entries=reply.entries,
        choices=tuple(choice.value for choice in (*reply.choices, *reply.related)),
    )


def _before(session: Session, inbound: Kept) -> tuple[str | None, int | None]:
    """What an edited message said last, and the ticket it is on."""
    earlier = _earlier(session, inbound)
    if not earlier:
        return None, None
    rows = session.scalars(select(Inbound).where(Inbound.id.in_(earlier)).order_by(Inbound.id.desc()))
    said = (written(row.content) for row in rows if not isinstance(row.content, Tap | Act))
    return next(said, None), tickets.on_ticket(session, earlier)


def _earlier(session: Session, inbound: Kept) -> Sequence[int]:
    """The messages that an edit changes: the original, and edits before this one."""
    if not isinstance(inbound.content, Edit) or inbound.ref is None:
        return ()
    same = (Inbound.conversation_id == inbound.conversation_id, Inbound.ref == inbound.ref, Inbound.id < inbound.id)
    return session.scalars(select(Inbound.id).where(*same)).all()
