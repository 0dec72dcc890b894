"""How far a person's open tickets are."""

from typing import assert_never

from handlers.effects import Choice, Reply
from handlers.presence import moment_text, to_bot, when_seen
from handlers.situation import Situation
from handlers.ticket import CHECKLIST, Ticket, TicketKind, TicketState
from handlers.wording import joined, quoted
from knowledge.book import Book

LONGEST_SUBJECT = 30


def status_of(situation: Situation, book: Book) -> Reply:
    """Each open ticket with its number and state in words, and a choice to take it back."""
    tickets = [ticket for ticket in situation.tickets if ticket.is_open]
    if not tickets:
        return Reply(book.phrase("status_none"))
    is_new = any(ticket.state is TicketState.NEW for ticket in tickets)
    when = when_seen(situation.now, situation.rules, book) if is_new else ""
    text = joined(*(_told(ticket, book) for ticket in tickets), when)
    return Reply(text, choices=tuple(choice for ticket in tickets for choice in _choices(ticket, book)))


def _told(ticket: Ticket, book: Book) -> str:
    subject = _subject(ticket, book)
    lines = [book.phrase("status_ticket", number=ticket.number, subject=subject, state=_state(ticket, book))]
    if ticket.kind is TicketKind.EMPLOYER:
        lines += [_step(step, step in ticket.done, book) for step in CHECKLIST]
    return "\n".join(lines)


def _subject(ticket: Ticket, book: Book) -> str:
    is_application = ticket.kind is TicketKind.EMPLOYER
    return book.phrase("status_application") if is_application else quoted(ticket.question, LONGEST_SUBJECT)


def _state(ticket: Ticket, book: Book) -> str:
    match ticket.state:
        case TicketState.NEW:
            return book.phrase("status_new", since=moment_text(ticket.asked_at or ticket.opened_at))
        case TicketState.CLAIMED:
            return _in_hand(ticket, book)
        case TicketState.WAITING:
            return book.phrase("status_waiting", since=moment_text(ticket.waiting_since or ticket.opened_at))
        case TicketState.CLOSED:
            return ""
        case _:
            assert_never(ticket.state)


def _in_hand(ticket: Ticket, book: Book) -> str:
    if ticket.asked_at is None:
        return book.phrase("status_answered")
    return book.phrase("status_claimed", since=moment_text(ticket.asked_at))


def _step(step: str, is_done: bool, book: Book) -> str:
    key = "status_step_done" if is_done else "status_step_open"
    return book.phrase(key, step=book.phrase(f"status_step_{step}"))


def _choices(ticket: Ticket, book: Book) -> list[Choice]:
    cancel = Choice(book.phrase("cancel_number", number=ticket.number), f"cancel:{ticket.number}")
    return [to_bot(ticket, book), cancel] if ticket.taken_over else [cancel]
