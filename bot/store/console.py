"""What the console shows of tickets, and of what a member did there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Aim
from bot.house import CONSOLE
from bot.store import queries, tickets
from bot.store.desk_models import Event, Ticket
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, InboundState
from bot.store.queries import Spoken
from handlers.effects import Reply
from handlers.message import Content
from handlers.staff_answers import twins
from handlers.ticket import Action, TicketState
from handlers.ticket import Event as Happened
from handlers.ticket import Ticket as Value

MOST_CLOSED = 100
LINES_BEFORE = 10
ANSWERS = (Action.REPLIED, Action.ASKED_BACK)


@dataclass(frozen=True)
class Fate:
    """How far something on its way to a participant has come, and why no further."""

    aim: Aim
    state: DeliveryState
    error: str | None


@dataclass(frozen=True)
class Dossier:
    """All of a ticket: its history, what was said before it, and others that ask the same.

    `fates` are, by the delivery of an answer, its own and those of what was done to it since, oldest first.
    """

    ticket: Value
    events: tuple[Happened, ...]
    before: tuple[Spoken, ...]
    fates: Mapping[int, tuple[Fate, ...]]
    twins: tuple[int, ...]


@dataclass(frozen=True)
class Deed:
    """What a member did in the console, and what they were told. `happened` says that it was done."""

    id: int
    state: InboundState
    content: Content
    replies: tuple[tuple[int, Reply], ...] = field(repr=False)
    happened: bool


def closed(session: Session, since: datetime) -> tuple[Value, ...]:
    """Tickets that were closed since a moment, the latest first."""
    rows = session.scalars(
        select(Ticket)
        .where(Ticket.state == TicketState.CLOSED, Ticket.closed_at >= since)
        .order_by(Ticket.closed_at.desc())
        .limit(MOST_CLOSED)
    )
    return tuple(tickets.value_of(row) for row in rows)


def dossier(session: Session, number: int) -> Dossier | None:
    """One ticket with all that staff see of it, or None where there is none."""
    row = session.get(Ticket, number)
    if row is None:
        return None
    events = tickets.history(session, number)
    answers = [event.line for event in events if event.action in ANSWERS and event.line is not None]
    return Dossier(
        ticket=tickets.value_of(row),
        events=events,
        before=tuple(_before(session, row)),
        fates=_fates(session, answers),
        twins=_twins(session, row),
    )


def _before(session: Session, ticket: Ticket) -> list[Spoken]:
    """What the participant last said up to the ticket's first message, and what the desk said to it by itself."""
    theirs = Inbound.conversation_id == ticket.conversation_id, Inbound.person == ticket.person
    asked = session.scalars(
        select(Inbound.id)
        .where(*theirs, Inbound.id <= ticket.inbound_id)
        .order_by(Inbound.id.desc())
        .limit(LINES_BEFORE)
    ).all()
    answers = select(Delivery.id).where(
        Delivery.inbound_id.in_(asked),
        Delivery.conversation_id == ticket.conversation_id,
        Delivery.ticket.is_(None),
        Delivery.aim == Aim.POST,
    )
    return queries.spoken(session, [*asked, *session.scalars(answers)])


def _fates(session: Session, answers: Sequence[int]) -> dict[int, tuple[Fate, ...]]:
    fates: dict[int, tuple[Fate, ...]] = {}
    found = select(Delivery).where(Delivery.id.in_(answers) | Delivery.of.in_(answers)).order_by(Delivery.id)
    for row in session.scalars(found):
        answer = row.id if row.of is None else row.of
        fates[answer] = (*fates.get(answer, ()), Fate(row.aim, row.state, row.error))
    return fates


def _twins(session: Session, ticket: Ticket) -> tuple[int, ...]:
    """Other open tickets that ask the same."""
    return tuple(one.number for one in twins(tickets.value_of(ticket), tickets.in_play(session)))


def deed_by_key(session: Session, key: str) -> Deed | None:
    """What a member did by a form with this key."""
    row = session.scalar(select(Inbound).where(Inbound.channel == CONSOLE, Inbound.key == key))
    return None if row is None else _deed(session, row)


def deed(session: Session, login: str, inbound_id: int) -> Deed | None:
    """What a member did, or None where it was somebody else."""
    of_login = (
        select(Inbound)
        .join(Conversation, Conversation.id == Inbound.conversation_id)
        .where(Inbound.id == inbound_id, Conversation.channel == CONSOLE, Conversation.address == login)
    )
    row = session.scalar(of_login)
    return None if row is None else _deed(session, row)


def _deed(session: Session, row: Inbound) -> Deed:
    told = select(Delivery).where(Delivery.inbound_id == row.id, Delivery.conversation_id == row.conversation_id)
    replies = tuple((one.id, one.payload) for one in session.scalars(told.order_by(Delivery.id)))
    done = select(Event.id).where(Event.inbound_id == row.id, Event.action != Action.REFUSED).limit(1)
    happened = session.scalar(done) is not None
    return Deed(row.id, row.state, row.content, replies, happened)
