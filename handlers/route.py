"""decide(): from a message to what is to happen. The first match wins."""

from typing import assert_never

from handlers.ask import answer_text
from handlers.effects import Effect
from handlers.message import Message, Tap, Text
from handlers.situation import Situation
from handlers.tap import answer_tap
from knowledge.book import Book


def decide(message: Message, situation: Situation, book: Book) -> list[Effect]:
    """What to do about one message. Pure: the same arguments give the same effects."""
    match message.content:
        case Text(text):
            return answer_text(text, situation, book)
        case Tap():
            return answer_tap(message.content, situation, book)
        case _:
            assert_never(message.content)
