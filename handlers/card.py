"""A ticket as staff see it: the card that stands for it in every room, revised whenever it changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers.effects import Choice, Reply, StaffMarks
from handlers.posts import LONGEST_QUESTION, answer_post, post_of
from handlers.presence import moment_text
from handlers.rules import Rules
from handlers.ticket import CHECKLIST, Resolution, Ticket, TicketKind, TicketState
from handlers.waiting import duration_text, waited
from handlers.wording import joined, quoted
from knowledge.book import Book

__all__ = ["answer_post", "card_of", "post_of", "state_text"]

LONGEST_HEADING = 40

# Why the desk handed it over, as the judgement calls it, and on which channel: as keys of phrases.yaml.
REASONS = {
    "unknown": "staff_reason_unknown",
    "known gap": "staff_reason_gap",
    "none of the suggestions": "staff_reason_none",
    "asked for staff": "staff_reason_person",
    "asked for a person": "staff_reason_person",
    "employer application": "staff_reason_employer",
    "broken": "staff_reason_broken",
}
CHANNELS = {"web": "staff_channel_web", "telegram": "staff_channel_telegram", "slack": "staff_channel_slack"}

# Which buttons make sense for a question in which state, in the order shown.
_IN_HAND = ("reply", "ask", "canned", "wait", "hand", "release", "faq", "not_ours", "close")
_BUTTONS = {
    TicketState.NEW: ("claim", "reply", "ask", "canned", "hand", "not_ours", "close"),
    TicketState.CLAIMED: _IN_HAND,
    TicketState.WAITING: tuple(act for act in _IN_HAND if act != "wait"),
    TicketState.CLOSED: ("reopen", "faq"),
}


def card_of(ticket: Ticket, twins: Sequence[Ticket], now: datetime, book: Book, rules: Rules) -> Reply:
    """The card at `now`; `twins` are the other open tickets that ask the same."""
    heading = f"#{ticket.number} {quoted(ticket.question, LONGEST_HEADING)}"
    facts = [
        _title(ticket, book),
        _origin(ticket, book),
        _waiting(ticket, now, book, rules),
        _same(twins, book),
    ]
    return Reply(
        text=joined("\n".join(fact for fact in facts if fact), _question(ticket), _checklist(ticket, book)),
        choices=tuple(_choices(ticket, twins, book)),
        ticket=ticket.number,
        marks=StaffMarks(heading, invites=f"reply:{ticket.number}", loud=ticket.urgent and ticket.is_open),
    )


def state_text(ticket: Ticket, book: Book) -> str:
    """Its state, and who has it in hand."""
    state = book.phrase(f"staff_state_{ticket.state}")
    return book.phrase("staff_state_owned", state=state, name=ticket.owner) if ticket.owner else state


def _title(ticket: Ticket, book: Book) -> str:
    parts = [
        f"#{ticket.number}",
        book.phrase("staff_urgent") if ticket.urgent else "",
        book.phrase("staff_application") if ticket.kind is TicketKind.EMPLOYER else "",
        state_text(ticket, book),
        book.phrase(f"staff_resolution_{ticket.resolution}") if ticket.resolution else "",
    ]
    return " ".join(part for part in parts if part)


def _origin(ticket: Ticket, book: Book) -> str:
    channel = book.phrase(CHANNELS[ticket.channel]) if ticket.channel in CHANNELS else ticket.channel
    return " / ".join(part for part in (channel, moment_text(ticket.opened_at), _reason(ticket, book)) if part)


def _reason(ticket: Ticket, book: Book) -> str:
    if ticket.reason.startswith("danger"):
        return book.phrase("staff_reason_danger")
    key = REASONS.get(ticket.reason)
    return book.phrase(key) if key else ""


def _waiting(ticket: Ticket, now: datetime, book: Book, rules: Rules) -> str:
    time = waited(ticket, now, rules)
    if ticket.asked_at is None or time is None:
        return ""
    since, seen = moment_text(ticket.asked_at), moment_text(now)
    return book.phrase("staff_waits_since", since=since, duration=duration_text(time, book), now=seen)


def _same(twins: Sequence[Ticket], book: Book) -> str:
    numbers = "、".join(f"#{twin.number}" for twin in twins)
    return book.phrase("staff_same", numbers=numbers) if numbers else ""


def _question(ticket: Ticket) -> str:
    question = ticket.question
    return question if len(question) <= LONGEST_QUESTION else f"{question[:LONGEST_QUESTION]}…"


def _checklist(ticket: Ticket, book: Book) -> str:
    return "\n".join(_step(ticket, step, book) for step in _steps(ticket))


def _steps(ticket: Ticket) -> Iterable[str]:
    return CHECKLIST if ticket.kind is TicketKind.EMPLOYER else ()


def _step(ticket: Ticket, step: str, book: Book) -> str:
    key = "staff_step_ticked" if step in ticket.done else "staff_step_open"
    return book.phrase(key, step=book.phrase(f"status_step_{step}"))


def _choices(ticket: Ticket, twins: Sequence[Ticket], book: Book) -> Iterable[Choice]:
    number = ticket.number
    if ticket.is_open:
        yield from (Choice(_step(ticket, step, book), f"staff:step:{number}:{step}") for step in _steps(ticket))
    for act in _BUTTONS[ticket.state]:
        if act != "faq" or _may_become_entry(ticket):
            yield Choice(book.phrase(f"staff_button_{act}"), f"staff:{act}:{number}")
    if twins and ticket.is_open:
        yield Choice(book.phrase("staff_button_reply_all", count=len(twins) + 1), f"staff:reply_all:{number}")


def _may_become_entry(ticket: Ticket) -> bool:
    return ticket.kind is TicketKind.QUESTION and ticket.resolution in (None, Resolution.ANSWERED)
