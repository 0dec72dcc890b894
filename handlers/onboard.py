"""The application of a partner employer (協力事業所), asked field by field."""

from handlers.effects import Effect
from handlers.message import Content
from handlers.situation import Situation
from knowledge.book import Book


def answer_intake(content: Content, situation: Situation, book: Book) -> list[Effect] | None:
    """The effects of a message that belongs to an application; None where it does not."""
    return None
