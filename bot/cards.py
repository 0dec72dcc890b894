"""How staff see tickets, and what is due on them: the handlers' words, with the book as it is now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.store.notices import Changed
from handlers.card import answer_post, card_of, post_of
from handlers.effects import Effect, Reply
from handlers.remind import due_effects
from handlers.rules import Rules
from handlers.ticket import Event, Ticket
from knowledge.book import Book


@dataclass(frozen=True)
class BookCards:
    """Says everything in the words of `book()`."""

    book: Callable[[], Book]
    rules: Rules
    clock: Clock

    def card(self, changed: Changed) -> Reply:
        """The post that shows a ticket."""
        return card_of(changed.ticket, changed.twins, self.clock.now(), self.book(), self.rules)

    def post(self, event: Event, ticket: Ticket) -> Reply | None:
        """What is said in its thread; None where the card says enough."""
        return post_of(event, ticket, self.book())

    def answer(self, event: Event, state: str, error: str | None) -> Reply:
        """An answer to the participant, with what became of it."""
        return answer_post(event, state or "sending", error, self.book())

    def due(self, ticket: Ticket, now: datetime) -> Sequence[Effect]:
        """What is due on a ticket at `now`."""
        return due_effects(ticket, now, self.rules, self.book())
