"""From effects to rows, in the transaction that takes the message off the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from bot.posts import posts_of
from bot.store import inbox
from bot.store.engine import table_of
from bot.store.lines import draw_line
from bot.store.models import Conversation, Delivery, DeliveryState, InboundState, Priority, Rating, Ticket, Turn
from handlers.effects import Effect, OpenTicket, Rate, Remember, Reply

conversations = table_of(Conversation)

# Made once: to put a statement together takes longer than to run it.
CONVERSATION = select(conversations.c.channel, conversations.c.gone).where(conversations.c.id == bindparam("this"))
QUEUE = insert(table_of(Delivery))
REMEMBER = insert(table_of(Turn))


@dataclass(frozen=True)
class Place:
    """Which message the effects belong to, and when they are applied."""

    conversation_id: int
    inbound_id: int
    now: datetime


def settle(
    session: Session,
    inbound_id: int,
    state: InboundState,
    effects: Iterable[Effect],
    now: datetime,
    error: str | None = None,
) -> bool:
    """Close a new message with its effects. False, and nothing done, where it was closed already."""
    conversation_id = inbox.close(session, inbound_id, state, now, error)
    if conversation_id is None:
        return False
    place = Place(conversation_id, inbound_id, now)
    for effect in effects:
        _apply(session, place, effect)
    return True


def _apply(session: Session, place: Place, effect: Effect) -> None:
    match effect:
        case Reply():
            _queue(session, place, effect)
        case OpenTicket():
            _open(session, place, effect)
        case Remember():
            _remember(session, place, effect)
        case Rate():
            _rate(session, place, effect)
        case _:
            assert_never(effect)


def _queue(session: Session, place: Place, reply: Reply) -> None:
    conversation = session.connection().execute(CONVERSATION, {"this": place.conversation_id}).one()
    for post in posts_of(conversation.channel, reply):
        delivery = {
            "id": draw_line(session, place.conversation_id),
            "conversation_id": place.conversation_id,
            "inbound_id": place.inbound_id,
            "channel": conversation.channel,
            "payload": post,
            "priority": Priority.URGENT if reply.urgent else Priority.REPLY,
            "state": DeliveryState.FAILED if conversation.gone else DeliveryState.QUEUED,
            "error": conversation.gone,
            "created_at": place.now,
        }
        session.connection().execute(QUEUE, delivery)


def _open(session: Session, place: Place, ticket: OpenTicket) -> None:
    session.add(
        Ticket(
            number=ticket.number,
            conversation_id=place.conversation_id,
            inbound_id=place.inbound_id,
            question=ticket.question,
            urgent=ticket.urgent,
            reason=ticket.reason,
            opened_at=place.now,
        )
    )


def _remember(session: Session, place: Place, remember: Remember) -> None:
    turn = {
        "conversation_id": place.conversation_id,
        "inbound_id": place.inbound_id,
        "text": remember.turn.text,
        "entries": remember.turn.entries,
    }
    session.connection().execute(REMEMBER, turn)


def _rate(session: Session, place: Place, rate: Rate) -> None:
    """Ratings of replies outside of the conversation are ignored."""
    delivery = session.get(Delivery, rate.reply)
    if delivery is not None and delivery.conversation_id == place.conversation_id:
        session.merge(Rating(delivery_id=rate.reply, helpful=rate.helpful, at=place.now))
