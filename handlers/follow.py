"""Messages of somebody who has a ticket: words for the person who talks to them, edits, and taps on the ticket."""

from collections.abc import Callable
from dataclasses import replace

from handlers.belonging import in_hand, put_on
from handlers.closing import comment_on, rate, reopen_at_a_tap
from handlers.effects import Effect, Record, Reply, SaveTicket
from handlers.escalate import hand_over_danger
from handlers.media import media_words
from handlers.message import Command, Content, Edit, Media, Tap, Text
from handlers.presence import to_cancel
from handlers.situation import Situation
from handlers.status import status_of
from handlers.subscribe import hear_opt_out
from handlers.ticket import Action, Resolution, Ticket, add, close, note_thanks
from handlers.wishes import asks_progress, comment_of, is_thanks, wants_bot, wants_to_cancel
from knowledge.book import Book


def follow_up(content: Content, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a message that belongs to a ticket of theirs; None where it does not."""
    if not situation.tickets and not isinstance(content, Tap):
        return None
    match content:
        case Tap(value):
            return _tapped(value, situation, book)
        case Edit(new_text):
            return _edited(new_text, situation, book)
        case Text(text):
            return _wrote(text, situation, book)
        case Command("ask", rest) if in_hand(situation.tickets):
            return _wrote(rest, situation, book)
        case Media(caption=caption):
            return _said(caption, media_words(content, book), situation, book)
        case _:
            return None


def _wrote(text: str, situation: Situation, book: Book) -> list[Effect] | None:
    if asks_progress(text) and any(ticket.is_open for ticket in situation.tickets):
        return [status_of(situation, book)]
    return _thanked(text, situation) or _said(text, text, situation, book) or _wished(text, situation, book)


def _thanked(text: str, situation: Situation) -> list[Effect] | None:
    """Thanks reach the person who talks to them, who need not answer."""
    ticket = in_hand(situation.tickets)
    if ticket is None or not is_thanks(text):
        return None
    return [SaveTicket(note_thanks(ticket, situation.now)), Record(ticket.number, Action.SAID, text=text)]


def _said(words: str, shown: str, situation: Situation, book: Book) -> list[Effect] | None:
    """What goes to the person who talks to them: `words` they wrote, as staff are `shown` them.

    The bot is silent, except that notices stop at once where they say so.
    """
    ticket = in_hand(situation.tickets)
    if ticket is None or not shown.strip():
        return None
    if danger := _danger(words, situation, book):
        return danger
    if wants_bot(words):
        return _back_to_bot(situation, book)
    return [*put_on(ticket, shown, situation.now), *hear_opt_out(words, situation, book)]


def _wished(text: str, situation: Situation, book: Book) -> list[Effect] | None:
    """Words that are about a ticket and not for it."""
    still_open = [ticket for ticket in situation.tickets if ticket.is_open]
    if wants_to_cancel(text) and len(still_open) == 1:
        return [_offer_to_cancel(still_open[0], book)]
    comment = comment_of(text)
    if comment is None or _is_without_closed(situation):
        return None
    if danger := _danger(comment, situation, book):
        return danger
    return comment_on(comment, situation, book) if comment else [Reply(book.phrase("comment_empty"))]


def _offer_to_cancel(ticket: Ticket, book: Book) -> Reply:
    """Words alone cancel nothing: they may be about a seminar."""
    text = book.phrase("confirm_cancel", number=ticket.number)
    return Reply(text, choices=(to_cancel(ticket.number, book),), ticket=ticket.number)


def _is_without_closed(situation: Situation) -> bool:
    return all(ticket.is_open for ticket in situation.tickets)


def _danger(words: str, situation: Situation, book: Book) -> list[Effect]:
    finding = book.consider(words, situation.turns, situation.now)
    return hand_over_danger(words, finding, situation, book) if finding.urgent else []


def _edited(new_text: str, situation: Situation, book: Book) -> list[Effect] | None:
    """Staff see what was changed into what; it is not answered anew."""
    ticket = _edited_ticket(situation)
    if ticket is None:
        return None
    if new_text == situation.before:
        return []
    if danger := _danger(new_text, situation, book):
        return danger
    return [*_rewritten(ticket, new_text, situation, book), *hear_opt_out(new_text, situation, book)]


def _rewritten(ticket: Ticket, new_text: str, situation: Situation, book: Book) -> list[Effect]:
    """What was changed into what goes on the ticket."""
    if situation.before is None:
        return put_on(ticket, new_text, situation.now)
    is_question = ticket.question == situation.before
    changed = replace(ticket, question=new_text, same_as=None) if is_question else ticket
    text = book.phrase("edited", before=situation.before, after=new_text)
    return [SaveTicket(add(changed, situation.now)), Record(ticket.number, Action.EDITED, text=text)]


def _edited_ticket(situation: Situation) -> Ticket | None:
    """The open ticket that the message is on; any other goes to the person who talks to them."""
    on = (ticket for ticket in situation.tickets if ticket.number == situation.before_on and ticket.is_open)
    return next(on, None) or in_hand(situation.tickets)


def _tapped(value: str, situation: Situation, book: Book) -> list[Effect] | None:
    """A choice about one of their own tickets; the numbers of others' are as good as none."""
    verb, _, rest = value.partition(":")
    deed = _DEEDS.get(verb)
    if deed is None:
        return None
    detail, _, number = rest.rpartition(":")
    own = next((ticket for ticket in situation.tickets if str(ticket.number) == number), None)
    effects = deed(own, detail, situation, book) if own else []
    return effects or [Reply(book.phrase("expired_choice"))]


def _cancel(ticket: Ticket, detail: str, situation: Situation, book: Book) -> list[Effect]:
    if detail or not ticket.is_open:
        return []
    return [
        Reply(book.phrase("cancelled", number=ticket.number)),
        SaveTicket(close(ticket, Resolution.CANCELLED, situation.now)),
        Record(ticket.number, Action.CANCELLED),
    ]


def _bot(ticket: Ticket, detail: str, situation: Situation, book: Book) -> list[Effect]:
    return [] if detail or not ticket.is_open else _back_to_bot(situation, book)


def _back_to_bot(situation: Situation, book: Book) -> list[Effect]:
    """The bot answers again, whoever talked to them. Their tickets stay open."""
    effects: list[Effect] = [Reply(book.phrase("bot_back"))]
    for ticket in situation.tickets:
        if ticket.is_open and ticket.taken_over:
            effects += [SaveTicket(replace(ticket, taken_over=False)), Record(ticket.number, Action.BOT_WANTED)]
    return effects


def _csat(ticket: Ticket, detail: str, _situation: Situation, book: Book) -> list[Effect]:
    return rate(ticket, detail, book)


def _reopen(ticket: Ticket, detail: str, situation: Situation, book: Book) -> list[Effect]:
    return [] if detail else reopen_at_a_tap(ticket, situation, book)


_DEEDS: dict[str, Callable[[Ticket, str, Situation, Book], list[Effect]]] = {
    "cancel": _cancel,
    "bot": _bot,
    "csat": _csat,
    "reopen": _reopen,
}
