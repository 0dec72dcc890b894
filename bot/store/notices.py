"""What staff rooms are still to be shown: changed tickets, events, what became of answers. Each is shown once.

Only one process at a time shows them (see `bot.notifier`); what it wrote and what it ticks off are one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.house import Room
from bot.store import tickets
from bot.store.cards import card_in, keep_card
from bot.store.desk_models import Event, Ticket
from bot.store.engine import dialect_of, insert_into
from bot.store.lines import lock_conversation
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.posting import Envelope, post, revise
from handlers.effects import Reply, StaffMarks
from handlers.staff_answers import twins
from handlers.ticket import Action
from handlers.ticket import Event as Happened
from handlers.ticket import Ticket as Value

AT_ONCE = 50
ENDS = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
# What is done to answer a participant, and with an answer.
ANSWERING = (Action.REPLIED, Action.ASKED_BACK)
CHANGING = (Action.REVISED, Action.WITHDRAWN)


@dataclass(frozen=True)
class Changed:
    """A ticket that rooms show in an older version, and those that ask the same."""

    ticket: Value
    twins: tuple[Value, ...]


@dataclass(frozen=True)
class Result:
    """What became of something sent to a participant: the last event about that answer, and its delivery's end."""

    delivery: int
    answer: int
    event: Happened
    state: str
    error: str | None


@dataclass(frozen=True)
class News:
    """An event that rooms do not show yet, with its ticket; for an answer, how far its delivery has come."""

    event: Happened
    ticket: Value
    state: str | None = None
    error: str | None = None


def changed(session: Session) -> list[Changed]:
    """Tickets whose cards are to be made or renewed, the urgent first."""
    rows = session.scalars(
        select(Ticket).where(Ticket.shown < Ticket.version).order_by(Ticket.urgent.desc(), Ticket.number).limit(AT_ONCE)
    )
    return [Changed(tickets.value_of(row), _twins(session, row)) for row in rows]


def _twins(session: Session, row: Ticket) -> tuple[Value, ...]:
    return () if row.same_as is None else twins(tickets.value_of(row), tickets.in_play(session))


def show(session: Session, ticket: Value, card: Reply, rooms: Sequence[Room], now: datetime) -> None:
    """Make or renew a ticket's card in every room, unless it was changed again meanwhile."""
    shown = (
        update(Ticket)
        .where(Ticket.number == ticket.number, Ticket.version == ticket.version, Ticket.shown < ticket.version)
        .values(shown=ticket.version)
        .returning(Ticket.number)
        .execution_options(synchronize_session=False)
    )
    if session.execute(shown).scalar() is None:
        return
    for room in rooms:
        _show_in(session, ticket, card, room, now)


def _show_in(session: Session, ticket: Value, card: Reply, room: Room, now: datetime) -> None:
    known = card_in(session, ticket.number, room)
    if known is not None:
        revise(session, known, card, now)
    elif ticket.is_open:
        number = post(session, card, _envelope(session, ticket.number, room, now), now)
        keep_card(session, ticket.number, room, number, now)


def _envelope(
    session: Session, number: int, room: Room, now: datetime, root: int | None = None, reports: int | None = None
) -> Envelope:
    """Into a room, on a ticket, in the thread of the card `root`."""
    inbound = session.get_one(Ticket, number).inbound_id
    return Envelope(conversation_of(session, room, now), inbound, root=root, reports=reports, ticket=number)


def conversation_of(session: Session, room: Room, now: datetime) -> int:
    """The room's own conversation, made where it is new, and locked."""
    values = {"channel": room.channel, "address": room.place, "place": room.place, "last_at": now}
    insertion = insert_into(dialect_of(session), Conversation).values(**values).on_conflict_do_nothing()
    session.execute(insertion)
    known = Conversation.channel == room.channel, Conversation.address == room.place
    found = session.scalars(select(Conversation.id).where(*known)).one()
    lock_conversation(session, found, now)
    return found


def news(session: Session) -> list[News]:
    """Events that rooms do not show yet, oldest first, of tickets that have cards."""
    rows = session.execute(
        select(Event, Ticket, Delivery.state, Delivery.error)
        .join(Ticket, Ticket.number == Event.ticket)
        .outerjoin(Delivery, (Delivery.id == Event.line) & Event.action.in_(ANSWERING))
        .where(Event.told.is_(False), Ticket.shown > 0)
        .order_by(Event.id)
        .limit(AT_ONCE)
    )
    return [News(tickets.event_of(event), tickets.value_of(row), state, error) for event, row, state, error in rows]


def tell(session: Session, event: Happened, message: Reply | None, rooms: Sequence[Room], now: datetime) -> None:
    """Post an event into the thread of its ticket in every room, but where it was written itself."""
    told = (
        update(Event)
        .where(Event.id == event.id, Event.told.is_(False))
        .values(told=True)
        .returning(Event.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(told).scalar() is None or message is None:
        return
    if event.action in CHANGING:
        _renew_reports(session, event.line or 0, message, now)
        return
    for room in rooms:
        _tell_in(session, event, message, room, now)


def _tell_in(session: Session, event: Happened, message: Reply, room: Room, now: datetime) -> None:
    """A note stands already where it was written; a room without the ticket's card is told nothing of it."""
    card = card_in(session, event.ticket, room)
    if card is None or (event.action is Action.NOTED and event.channel == room.channel):
        return
    reports = event.line if event.action in ANSWERING else None
    shown = _calling(message, room) if event.action is Action.ESCALATED else message
    post(session, shown, _envelope(session, event.ticket, room, now, card, reports), now)


def _calling(message: Reply, room: Room) -> Reply:
    """With the leads of the room called."""
    return replace(message, marks=replace(message.marks or StaffMarks(), calls=room.leads))


def _renew_reports(session: Session, answer: int, message: Reply, now: datetime) -> None:
    for shown in session.scalars(select(Delivery.id).where(Delivery.reports == answer)).all():
        revise(session, shown, message, now)


def results(session: Session) -> list[Result]:
    """Answers, and changes to answers, whose end rooms do not show yet."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.told.is_not(None), Delivery.state.in_(ENDS), Delivery.told != Delivery.state)
        .order_by(Delivery.id)
        .limit(AT_ONCE)
    )
    found = ((row, _last_event(session, row.of or row.id)) for row in rows)
    return [Result(row.id, row.of or row.id, event, row.state, row.error) for row, event in found if event]


def _last_event(session: Session, answer: int) -> Happened | None:
    """The newest about an answer, once all about it are shown."""
    about = (
        select(Event).where(Event.line == answer, Event.action.in_((*ANSWERING, *CHANGING))).order_by(Event.id.desc())
    )
    events = session.scalars(about).all()
    return tickets.event_of(events[0]) if events and all(event.told for event in events) else None


def report(session: Session, result: Result, message: Reply, now: datetime) -> None:
    """Show what became of an answer on the posts that show it."""
    told = (
        update(Delivery)
        .where(Delivery.id == result.delivery, Delivery.state == result.state, Delivery.told != result.state)
        .values(told=result.state)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(told).scalar() is None:
        return
    _renew_reports(session, result.answer, message, now)
