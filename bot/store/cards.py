"""The cards of tickets in staff rooms: where they stand, and what is done about one that is lost there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.house import Room
from bot.store.desk_models import Card, Ticket
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.posting import Envelope, post
from handlers.ticket import TicketState

# What platforms say of a post that somebody deleted, and of the thread that hung on it.
LOST = ("message_not_found", "not found", "thread_not_found", "restricted_action_thread_locked")


def card_in(session: Session, number: int, room: Room) -> int | None:
    """The delivery that is a ticket's card in this very room, unless it surely never arrived or was lost."""
    stands = (
        select(Card.delivery_id)
        .join(Delivery, Delivery.id == Card.delivery_id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Card.ticket == number, _is_in(room), Delivery.state != DeliveryState.FAILED)
    )
    return session.scalar(stands)


def _is_in(room: Room) -> ColumnElement[bool]:
    return and_(Card.channel == room.channel, Conversation.place == room.place)


def keep_card(session: Session, number: int, room: Room, delivery_id: int, now: datetime) -> None:
    """This delivery is the card from now on; what was lost with the one before is posted again, below it."""
    before = session.scalar(select(Card.delivery_id).where(Card.ticket == number, Card.channel == room.channel))
    session.merge(Card(ticket=number, channel=room.channel, delivery_id=delivery_id))
    session.flush()
    if before is not None:
        _post_again(session, before, delivery_id, now)


def _post_again(session: Session, before: int, card: int, now: datetime) -> None:
    lost = select(Delivery).where(Delivery.root == before, _is_lost(Delivery)).order_by(Delivery.id)
    conversation = session.get_one(Delivery, card).conversation_id
    for one in session.scalars(lost).all():
        again = Envelope(conversation, one.inbound_id, root=card, reports=one.reports, ticket=one.ticket)
        post(session, one.payload, again, now)


def _is_lost(delivery: type[Delivery]) -> ColumnElement[bool]:
    return and_(delivery.state == DeliveryState.FAILED, delivery.error.in_(LOST))


def forget_lost(session: Session) -> int:
    """Have cards made anew that were deleted in their room, which shows when something is done to them; how many."""
    about = aliased(Delivery)
    lost = (
        select(Card.ticket, Card.delivery_id)
        .join(about, or_(about.of == Card.delivery_id, about.root == Card.delivery_id))
        .join(Ticket, Ticket.number == Card.ticket)
        .where(_is_lost(about), Ticket.state != TicketState.CLOSED)
        .distinct()
    )
    found = session.execute(lost).all()
    for number, delivery_id in found:
        card = session.get_one(Delivery, delivery_id)
        card.state, card.error = DeliveryState.FAILED, "lost"
        session.get_one(Ticket, number).shown = 0
    return len(found)


def miss_cards(session: Session, rooms: Sequence[Room]) -> int:
    """Have open tickets shown in rooms that do not show them, such as a new one; how many there are."""
    shown_in = (
        select(func.count())
        .select_from(Card)
        .join(Delivery, Delivery.id == Card.delivery_id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Card.ticket == Ticket.number, or_(*map(_is_in, rooms)))
        .scalar_subquery()
    )
    missed = (
        update(Ticket)
        .where(Ticket.state != TicketState.CLOSED, shown_in < len(rooms))
        .values(shown=0)
        .returning(Ticket.number)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(missed).all()) if rooms else 0
