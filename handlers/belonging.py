"""Which of a person's tickets a message belongs to, and how it gets there."""

from collections.abc import Iterable
from datetime import datetime

from handlers.effects import Effect, Record, SaveTicket
from handlers.situation import Situation
from handlers.ticket import Action, Ticket, TicketKind, add


def in_hand(tickets: Iterable[Ticket]) -> Ticket | None:
    """The open ticket on which a person talks to them, so that the bot is silent: a question before an application."""
    taken = [ticket for ticket in tickets if ticket.is_open and ticket.taken_over]
    return max(taken, key=lambda ticket: (ticket.kind is TicketKind.QUESTION, ticket.number), default=None)


def ticket_for(tickets: tuple[Ticket, ...]) -> Ticket | None:
    """Where a new question goes: to the one in hand, else to the latest open question; never to a mere application."""
    questions = (ticket for ticket in tickets if ticket.is_open and ticket.kind is TicketKind.QUESTION)
    return in_hand(tickets) or max(questions, key=lambda ticket: ticket.number, default=None)


def burst_of(situation: Situation) -> Ticket | None:
    """The open question to which they wrote only seconds ago: what they write now still belongs to it."""
    ticket = ticket_for(situation.tickets)
    if ticket is None or ticket.taken_over or ticket.last_at is None:
        return None
    seconds = (situation.now - ticket.last_at).total_seconds()
    return ticket if seconds <= situation.rules.burst_seconds else None


def put_on(ticket: Ticket, text: str, now: datetime) -> list[Effect]:
    """The participant's words go to staff, on this ticket."""
    return [SaveTicket(add(ticket, now)), Record(ticket.number, Action.SAID, text=text)]
