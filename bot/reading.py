"""The book that is asked, and the decisions made with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.config import KnowledgeSettings
from bot.errors import ContentBroken
from bot.ports import Canned, Decide
from handlers.effects import Effect
from handlers.history import framed, unframed
from handlers.message import Message
from handlers.route import decide, foresee
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.build import Edition, first_edition, next_edition
from knowledge.load import ContentFaults, load_content
from knowledge.schema import Change


def read_book(settings: KnowledgeSettings) -> Book:
    """The content, ready to be asked. Raises ContentBroken."""
    return read_edition(settings).book


def read_edition(settings: KnowledgeSettings) -> Edition:
    """The same, as it can be brought out anew. Raises ContentBroken."""
    try:
        return first_edition(load_content(settings.folder), settings.folder / "templates", settings.cache)
    except ContentFaults as error:
        raise ContentBroken(error.faults) from None


@dataclass(frozen=True)
class BookWording:
    """How members' words look, by the book as it is at each time."""

    book: Callable[[], Book]

    def framed(self, words: str) -> str:
        """What the participant reads."""
        return framed(words, self.book())

    def unframed(self, text: str) -> str:
        """What the member wrote."""
        return unframed(text, self.book())

    def canned(self) -> Sequence[Canned]:
        """What was written beforehand."""
        return self.book().content.canned


def decide_by(book: Book) -> Decide:
    """The decisions of the handlers, with this book."""
    return lambda message, situation: decide(message, situation, book)


@dataclass(frozen=True)
class ByEdition:
    """The decisions of the handlers, with one edition of the book."""

    edition: Edition

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """What to do about a message."""
        return decide(message, situation, self.edition.book)

    def foresee(self, asked: Sequence[tuple[Message, Situation]]) -> Decide:
        """The same decisions, prepared for some messages at once."""
        return decide_by(foresee(asked, self.edition.book))

    def follow(self, change: Change) -> "ByEdition":
        """The decisions with the next edition."""
        return ByEdition(next_edition(self.edition, change))
