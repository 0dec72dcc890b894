"""decide(): from a message to what is to happen. The first match wins."""

from typing import assert_never

from handlers.ask import answer_text
from handlers.command import answer_command, as_meant
from handlers.effects import Effect, Reply
from handlers.media import answer_media
from handlers.message import Command, Edit, Media, Message, Tap, Text
from handlers.situation import Situation
from handlers.tap import answer_tap
from knowledge.book import Book

# With so many replies waiting, further ones would be read long after they were asked for.
LONGEST_BACKLOG = 20


def decide(message: Message, situation: Situation, book: Book) -> list[Effect]:
    """What to do about one message. Pure: the same arguments give the same effects."""
    effects = _answer(message, situation, book)
    if situation.backlog < LONGEST_BACKLOG or any(isinstance(e, Reply) and e.urgent for e in effects):
        return effects
    # Said once, where the backlog reaches its bound; someone in danger is answered all the same.
    return [Reply(book.phrase("too_many_waiting"))] if situation.backlog == LONGEST_BACKLOG else []


def _answer(message: Message, situation: Situation, book: Book) -> list[Effect]:
    match as_meant(message.content):
        case Text(text):
            return answer_text(text, situation, book)
        case Edit(new_text):
            # Platforms also report edits that leave the words as they were.
            return [] if new_text == situation.before else answer_text(new_text, situation, book)
        case Tap() as tap:
            return answer_tap(tap, situation, book)
        case Command() as command:
            return answer_command(command, situation, book)
        case Media() as media:
            return answer_media(media, situation, book)
        case content:
            assert_never(content)
