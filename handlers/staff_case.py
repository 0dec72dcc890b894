"""What a member of staff does to a ticket, with all that is known of both; and what members are told for themselves."""

from dataclasses import dataclass
from datetime import datetime

from handlers.effects import Choice, Effect, Record, Reply
from handlers.message import Act
from handlers.rules import Rules
from handlers.situation import StaffView
from handlers.ticket import Action, Ticket
from knowledge.book import Book


@dataclass(frozen=True)
class Case:
    """`name` is the member's, `person` their id where they write. `takes_replies` says whether a reply to one of our
    posts is seen as such there; elsewhere words need a prefix. `now` is UTC."""

    act: Act
    name: str
    person: str
    ticket: Ticket
    view: StaffView
    takes_replies: bool
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


def ask_to_confirm(case: Case, text: str, yes_label: str) -> list[Effect]:
    """Asks whether they are sure; their words stand on the reply until they say so."""
    yes = Choice(yes_label, f"staff:send:{case.number}:{case.act.act}")
    no = Choice(case.book.phrase("staff_button_drop"), f"staff:drop:{case.number}")
    return [Reply(text, choices=(yes, no), ticket=case.number, question=case.act.words)]


def to_reopen(ticket: Ticket, book: Book) -> Choice:
    """The choice that opens a closed ticket again."""
    return Choice(book.phrase("staff_button_reopen"), f"staff:reopen:{ticket.number}")
