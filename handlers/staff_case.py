"""What a member of staff does to a ticket, with all that is known of both; and what members are told for themselves."""

from dataclasses import dataclass
from datetime import datetime

from handlers.effects import Choice, Effect, Record, Reply
from handlers.message import Act
from handlers.rules import Rules
from handlers.situation import StaffView
from handlers.ticket import Action, Ticket
from handlers.wording import joined
from knowledge.book import Book

# In characters: the most that can be sent at all (see `handlers.staff`), so that nothing fit is lost.
LONGEST_QUOTE = 3000


@dataclass(frozen=True)
class Case:
    """`name` is the member's, `person` their id where they write. `takes_replies` says whether a reply to one of our
    posts is seen as such there; elsewhere words need a prefix. `answers` says that this is written as such a reply.
    `asked_by` is the delivery that asked whether they are sure, where this is what they say to it. `now` is UTC."""

    act: Act
    name: str
    person: str
    ticket: Ticket
    view: StaffView
    takes_replies: bool
    answers: bool
    asked_by: int | None
    now: datetime
    rules: Rules
    book: Book

    @property
    def number(self) -> int:
        return self.ticket.number


def tell(case: Case, text: str, *choices: Choice) -> list[Effect]:
    """A word to the member who wrote, where they wrote."""
    return [Reply(text, choices=choices, ticket=case.number)]


def refuse(case: Case, text: str, *choices: Choice) -> list[Effect]:
    """Says why it is not done, and notes that it was tried."""
    return [*tell(case, text, *choices), Record(case.number, Action.REFUSED, case.name, case.act.act)]


def refuse_words(case: Case, text: str, *choices: Choice) -> list[Effect]:
    """Says why nothing was sent, with the words that were to be, so that they need not be written again."""
    return refuse(case, with_words(text, case.act.words, case.book), *choices)


def with_words(text: str, words: str, book: Book) -> str:
    """A word to a member with their own behind it."""
    return joined(text, book.phrase("staff_your_words", words=words[:LONGEST_QUOTE])) if words else text


def wrote_more(ticket: Ticket) -> bool:
    """Whether the participant wrote anything after the question."""
    return ticket.last_at is not None and ticket.last_at != ticket.opened_at


def ask_to_confirm(case: Case, text: str, yes_label: str) -> list[Effect]:
    """Asks whether they are sure; their words stand on the reply until they say so."""
    yes = Choice(yes_label, f"staff:send:{case.number}:{case.act.act}")
    no = Choice(case.book.phrase("staff_button_drop"), f"staff:drop:{case.number}")
    return [Reply(text, choices=(yes, no), ticket=case.number, question=case.act.words)]


def to_reopen(ticket: Ticket, book: Book) -> Choice:
    """The choice that opens a closed ticket again."""
    return Choice(book.phrase("staff_button_reopen"), f"staff:reopen:{ticket.number}")
