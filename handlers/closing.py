"""What follows the end of a ticket: the closing note, what the participant thought of it, coming back to it."""

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.effects import Choice, Effect, Record, Reply, SaveTicket
from handlers.presence import when_seen
from handlers.rules import Rules
from handlers.situation import Situation
from handlers.ticket import Action, Resolution, Satisfaction, Ticket, TicketKind, reopen
from handlers.wording import joined
from knowledge.book import Book


def closing_note(ticket: Ticket, book: Book, rules: Rules) -> Reply:
    """What a participant reads when staff close their ticket, or it expires: how to rate it and to come back."""
    rates = tuple(Choice(_word_for(how, book), f"csat:{how}:{ticket.number}") for how in Satisfaction)
    if not _may_come_back(ticket, rules):
        return Reply(joined(_ending(ticket, book), book.phrase("closing_rate")), choices=rates, ticket=ticket.number)
    back = book.phrase("closing_reopen", days=f"{rules.reopen_days:g}")
    again = Choice(book.phrase("to_reopen"), f"reopen:{ticket.number}")
    text = joined(_ending(ticket, book), back, book.phrase("closing_rate"))
    return Reply(text, choices=(*rates, again), ticket=ticket.number)


def reopenable(tickets: tuple[Ticket, ...], rules: Rules, now: datetime) -> Ticket | None:
    """The ticket that a new question goes back to: the one closed last, where it may be reopened."""
    lately = now - timedelta(days=rules.reopen_days)
    closed = [(ticket.closed_at, ticket) for ticket in tickets if not ticket.is_open and ticket.closed_at]
    recent = [(at, ticket) for at, ticket in closed if at >= lately and _may_come_back(ticket, rules)]
    return max(recent, key=lambda one: one[0])[1] if recent else None


def reopen_at_a_tap(ticket: Ticket, situation: Situation, book: Book) -> list[Effect]:
    """Opens it again before anything new is said; nothing where it may not be."""
    if reopenable((ticket,), situation.rules, situation.now) is None:
        return []
    when = when_seen(situation.now, situation.rules, book)
    text = joined(book.phrase("reopened_at_a_tap", number=ticket.number), when)
    return [Reply(text, ticket=ticket.number), *reopening(ticket, situation.now)]


def reopening(ticket: Ticket, now: datetime) -> list[Effect]:
    """The ticket is open again, under its number."""
    return [SaveTicket(reopen(ticket, now)), Record(ticket.number, Action.REOPENED)]


def rate(ticket: Ticket, how: str, book: Book) -> list[Effect]:
    """Keeps what they thought of it, the last word counts; nothing where it is open or `how` is no such word."""
    if ticket.is_open or how not in set(Satisfaction):
        return []
    satisfaction = Satisfaction(how)
    return [
        Reply(book.phrase("csat_thanks")),
        SaveTicket(replace(ticket, satisfaction=satisfaction)),
        Record(ticket.number, Action.RATED, text=_word_for(satisfaction, book)),
    ]


def comment_on(comment: str, situation: Situation, book: Book) -> list[Effect] | None:
    """Keeps a comment on the ticket closed last, one that was rated before others; None where there is none."""
    closed = [(t.satisfaction is not None, t.closed_at, t) for t in situation.tickets if not t.is_open and t.closed_at]
    if not closed:
        return None
    ticket = max(closed, key=lambda one: one[:2])[2]
    return [
        Reply(book.phrase("comment_thanks")),
        SaveTicket(replace(ticket, comment=comment)),
        Record(ticket.number, Action.COMMENTED, text=comment),
    ]


def _may_come_back(ticket: Ticket, rules: Rules) -> bool:
    is_kept = ticket.resolution is not Resolution.CANCELLED and ticket.kind is TicketKind.QUESTION
    return is_kept and rules.reopen_days > 0


def _ending(ticket: Ticket, book: Book) -> str:
    if ticket.resolution is Resolution.NOT_OURS:
        return book.phrase("closed_not_ours", number=ticket.number)
    if ticket.resolution is Resolution.EXPIRED:
        return book.phrase("closed_expired", number=ticket.number)
    return book.phrase("closed_answered", number=ticket.number)


def _word_for(how: Satisfaction, book: Book) -> str:
    return book.phrase(f"csat_{how}")
