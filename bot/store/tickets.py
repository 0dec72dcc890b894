"""Tickets and their history as rows: read as values, written where nobody else has changed them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from bot.store.desk_models import Event, Ticket
from handlers.ticket import Action, TicketState
from handlers.ticket import Event as Happened
from handlers.ticket import Ticket as Value

MOST_IN_QUEUE = 200

_FIELDS = tuple(field.name for field in fields(Value))
# What a ticket is from the start stays as it is.
_FIXED = {"number", "channel", "person", "opened_at", "version"}
# What a message of staff can become, and does again when it is written anew.
BECOMING = (Action.REPLIED, Action.ASKED_BACK, Action.REVISED, Action.NOTED)

# Made once: to put a statement together takes longer than to run it.
THEIRS = (
    select(Ticket)
    .where(Ticket.conversation_id == bindparam("conversation"), Ticket.person == bindparam("of_person"))
    .where(or_(Ticket.state != TicketState.CLOSED, Ticket.closed_at >= bindparam("since")))
    .order_by(Ticket.number)
)


class SituationStale(Exception):
    """What was decided rests on a ticket that somebody else has changed since: decide again."""


@dataclass(frozen=True)
class Happening:
    """What is noted in a ticket's history; `line` and the rest as in `Event`."""

    ticket: int
    action: Action
    actor: str = ""
    text: str = ""
    line: int | None = None
    channel: str = ""
    inbound_id: int | None = None


def value_of(row: Ticket) -> Value:
    """A ticket as decisions know it."""
    return Value(**{name: getattr(row, name) for name in _FIELDS})


def event_of(row: Event) -> Happened:
    """An event as decisions know it."""
    return Happened(row.id, row.ticket, row.at, row.action, row.actor, row.text, row.line, row.channel)


def ticket(session: Session, number: int) -> Value | None:
    """One ticket."""
    row = session.get(Ticket, number)
    return None if row is None else value_of(row)


def history(session: Session, number: int) -> tuple[Happened, ...]:
    """All that happened to a ticket, oldest first."""
    rows = session.scalars(select(Event).where(Event.ticket == number).order_by(Event.id))
    return tuple(event_of(row) for row in rows)


def queue(session: Session) -> tuple[Value, ...]:
    """Open tickets in the order in which they are to be dealt with: urgent, new, in hand, waiting; oldest first."""
    order = case(
        (Ticket.state == TicketState.NEW, 0),
        (Ticket.state == TicketState.CLAIMED, 1),
        else_=2,
    )
    rows = session.scalars(
        select(Ticket)
        .where(Ticket.state != TicketState.CLOSED)
        .order_by(Ticket.urgent.desc(), order, Ticket.number)
        .limit(MOST_IN_QUEUE)
    )
    return tuple(value_of(row) for row in rows)


def in_play(session: Session) -> tuple[Value, ...]:
    """All open tickets, oldest first."""
    rows = session.scalars(select(Ticket).where(Ticket.state != TicketState.CLOSED).order_by(Ticket.number))
    return tuple(value_of(row) for row in rows)


def of_person(session: Session, conversation_id: int, person: str, closed_since: datetime) -> tuple[Value, ...]:
    """A person's tickets in a conversation, oldest first: open ones, and those closed since a moment."""
    whose = {"conversation": conversation_id, "of_person": person, "since": closed_since}
    return tuple(value_of(row) for row in session.scalars(THEIRS, whose))


def save(session: Session, changed: Value) -> None:
    """Write a ticket as it is now. Raises SituationStale where somebody else wrote it since it was read."""
    values = {name: getattr(changed, name) for name in _FIELDS if name not in _FIXED}
    saved = session.execute(
        update(Ticket)
        .where(Ticket.number == changed.number, Ticket.version == changed.version)
        .values(**values, version=changed.version + 1)
        .returning(Ticket.number)
        .execution_options(synchronize_session=False)
    )
    if saved.scalar() is None:
        raise SituationStale


def record(session: Session, what: Happening, now: datetime) -> None:
    """Note what happened. Staff rooms are told of it later."""
    session.add(
        Event(
            ticket=what.ticket,
            at=now,
            action=what.action,
            actor=what.actor,
            text=what.text,
            line=what.line,
            channel=what.channel,
            inbound_id=what.inbound_id,
        )
    )


def on_ticket(session: Session, lines: Sequence[int]) -> int | None:
    """The ticket that one of these messages is on."""
    about = select(Event.ticket).where(Event.line.in_(lines), Event.action.in_([Action.OPENED, Action.SAID]))
    return session.scalars(about.order_by(Event.id.desc())).first()


def answered_by(session: Session, lines: Sequence[int], number: int) -> int | None:
    """The delivery on a ticket that one of these messages of staff became; None once it was made a note."""
    of_them = Event.inbound_id.in_(lines), Event.ticket == number, Event.action.in_(BECOMING)
    became = select(Event.action, Event.line).where(*of_them)
    latest = session.execute(became.order_by(Event.id.desc())).first()
    return None if latest is None or latest.action is Action.NOTED else latest.line
