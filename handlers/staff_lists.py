"""Lists of open tickets: all of them, and those that a member has in hand, to be handed over at the end of a shift."""

from collections.abc import Sequence
from unicodedata import normalize

from handlers.card import state_text
from handlers.effects import Choice, Effect, Reply
from handlers.message import Command, Content, Text
from handlers.situation import Situation
from handlers.ticket import Ticket, TicketKind, TicketState
from handlers.waiting import duration_text, waited
from handlers.wording import joined, quoted
from knowledge.book import Book

COMMANDS = frozenset({"queue", "mine"})
MOST_LISTED = 20
# So many of them can be acted on at once: platforms show only so many buttons.
MOST_CHOICES = 10
LONGEST_SUBJECT = 30


def as_command(content: Content) -> Content:
    """The same, but a text that is nothing but one of these commands is that command. Names are in small letters."""
    match content:
        case Text(text) if (typed := normalize("NFKC", text).strip().lower()).startswith("/") and typed[1:] in COMMANDS:
            return Command(typed[1:])
        case Command(name, rest):
            return Command(name.lower(), rest)
        case _:
            return content


def answer_staff_command(name: str, member: str, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a member's command; one that there is not is answered with how the room works."""
    queue = situation.staff.queue if situation.staff else ()
    if name == "queue":
        return [_queue(queue, situation, book)]
    if name == "mine":
        return [_mine([ticket for ticket in queue if ticket.owner == member], situation, book)]
    return [Reply(book.phrase("staff_help"))]


def _queue(tickets: Sequence[Ticket], situation: Situation, book: Book) -> Reply:
    if not tickets:
        return Reply(book.phrase("staff_queue_none"))
    new = [ticket for ticket in tickets if ticket.state is TicketState.NEW][:MOST_CHOICES]
    claims = (
        Choice(book.phrase("staff_button_claim_number", number=one.number), f"staff:claim:{one.number}") for one in new
    )
    return _list(book.phrase("staff_queue", count=len(tickets)), tickets, tuple(claims), situation, book)


def _mine(tickets: Sequence[Ticket], situation: Situation, book: Book) -> Reply:
    if not tickets:
        return Reply(book.phrase("staff_mine_none"))
    choices = tuple(choice for one in tickets[:MOST_CHOICES] for choice in _to_pass_on(one, book))
    return _list(book.phrase("staff_mine", count=len(tickets)), tickets, choices, situation, book)


def _to_pass_on(ticket: Ticket, book: Book) -> list[Choice]:
    number = ticket.number
    return [
        Choice(book.phrase("staff_button_hand_number", number=number), f"staff:hand:{number}"),
        Choice(book.phrase("staff_button_release_number", number=number), f"staff:release:{number}"),
    ]


def _list(
    intro: str, tickets: Sequence[Ticket], choices: tuple[Choice, ...], situation: Situation, book: Book
) -> Reply:
    lines = [_line(ticket, situation, book) for ticket in tickets[:MOST_LISTED]]
    more = len(tickets) - len(lines)
    rest = book.phrase("staff_queue_more", count=more) if more else ""
    return Reply(joined(intro, "\n".join(lines), rest), choices=choices)


def _line(ticket: Ticket, situation: Situation, book: Book) -> str:
    time = waited(ticket, situation.now, situation.rules)
    parts = [
        book.phrase("staff_urgent") if ticket.urgent else "",
        book.phrase("staff_application") if ticket.kind is TicketKind.EMPLOYER else "",
        state_text(ticket, book),
        "" if time is None else book.phrase("staff_waited", duration=duration_text(time, book)),
        quoted(ticket.question, LONGEST_SUBJECT),
    ]
    return book.phrase("staff_queue_line", number=ticket.number, what=" ".join(part for part in parts if part))
