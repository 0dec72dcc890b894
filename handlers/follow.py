"""Messages of somebody who has an open ticket."""

from handlers.effects import Effect
from handlers.message import Content
from handlers.situation import Situation
from knowledge.book import Book


def follow_up(content: Content, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a message that belongs to an open ticket; None where it does not."""
    return None
