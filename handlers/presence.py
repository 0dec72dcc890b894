"""What a participant is told about staff: when they look at it, that one has it in hand, that it takes long."""

from dataclasses import replace
from datetime import datetime

from handlers.effects import Choice, Reply
from handlers.rules import Rules
from handlers.ticket import Ticket
from handlers.wording import joined
from knowledge.book import Book
from knowledge.calendar import JAPAN, day_text, day_text_english


def when_seen(now: datetime, rules: Rules, book: Book, english: bool = False) -> str:
    """When staff see to a question that reaches them at `now`: no hours where the desk has not opened or ends."""
    desk = book.calendar(now).period("desk")
    if desk.state == "before":
        return book.phrases.say("staff_not_yet", english, shown=desk.shown)
    if desk.state == "over":
        return book.phrases.say("staff_no_more", english, shown=desk.shown)
    if rules.hours.is_open(now):
        return book.phrases.say("staff_in_turn", english)
    opens = rules.hours.next_open(now)
    if book.calendar(opens).period("desk").state == "over":
        return book.phrases.say("staff_at_the_end", english, shown=desk.shown)
    return book.phrases.say("staff_from", english, shown=moment_text(opens, english))


def is_staffed(now: datetime, book: Book) -> bool:
    """Whether the desk has opened and not ended, so that somebody answers at all."""
    return book.calendar(now).period("desk").state == "running"


def danger_seen(now: datetime, rules: Rules, book: Book) -> str:
    """What someone in danger is told of staff who may not look at once; "" while they are there."""
    if not is_staffed(now, book):
        return when_seen(now, rules, book)
    return "" if rules.hours.is_open(now) else book.phrase("danger_off_hours")


def claimed_note(ticket: Ticket, book: Book) -> Reply:
    """A person talks to them from now on; a tap brings the bot back."""
    return Reply(book.phrase("claimed", number=ticket.number), choices=(to_bot(ticket, book),), ticket=ticket.number)


def taking_over(reply: Reply, ticket: Ticket, book: Book) -> Reply:
    """An answer of staff to `ticket` as it was before; the first of a takeover also says what a claim says."""
    if ticket.taken_over:
        return reply
    text = joined(reply.text, book.phrase("taken_over"))
    return replace(reply, text=text, choices=(*reply.choices, to_bot(ticket, book)))


def sorry_note(ticket: Ticket, book: Book, rules: Rules, now: datetime) -> Reply:
    """It takes longer than it should, and when staff look at it next."""
    text = joined(book.phrase("sorry_wait", number=ticket.number), when_seen(now, rules, book))
    return Reply(text, ticket=ticket.number)


def to_bot(ticket: Ticket, book: Book) -> Choice:
    """The choice that brings the bot back."""
    return Choice(book.phrase("to_bot"), f"bot:{ticket.number}")


def to_cancel(number: int, book: Book, english: bool = False) -> Choice:
    """The choice that takes a question back."""
    return Choice(book.phrases.say("cancel", english), f"cancel:{number}")


def moment_text(at: datetime, english: bool = False) -> str:
    """A moment as participants read it: 7月5日(火)9:00."""
    local = at.astimezone(JAPAN)
    clock = f"{local.hour}:{local:%M}"
    return f"{day_text_english(local.date())}, {clock}" if english else f"{day_text(local.date())}{clock}"
