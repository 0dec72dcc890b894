"""The book that is asked, and the decisions made with it."""

from bot.config import KnowledgeSettings
from bot.errors import ContentBroken
from bot.ports import Decide
from handlers.route import decide
from knowledge.book import Book
from knowledge.build import load_book
from knowledge.load import ContentFaults


def read_book(settings: KnowledgeSettings) -> Book:
    """The content, ready to be asked. Raises ContentBroken."""
    try:
        return load_book(settings.folder, settings.cache)
    except ContentFaults as error:
        raise ContentBroken(error.faults) from None


def decide_by(book: Book) -> Decide:
    """The decisions of the handlers, with this book."""
    return lambda message, situation: decide(message, situation, book)
