"""What is said and kept when a message could not be decided."""

from bot.ports import Words
from bot.written import written
from handlers.effects import Effect, OpenTicket, Reply
from handlers.media import KINDS, OTHER_KIND
from handlers.message import Media, Message, Tap
from handlers.situation import Situation
from knowledge.finding import Outcome


def apologise(words: Words, message: Message, situation: Situation) -> list[Effect]:
    """Leave the question to staff and say so."""
    number, question = situation.fresh_ticket, _question(words, message, situation)
    text = words.phrase("sorry_broken", number=number)
    return [
        OpenTicket(number, question, urgent=False, reason="broken"),
        Reply(text, Outcome.HANDOFF, ticket=number, question=question),
    ]


def _question(words: Words, message: Message, situation: Situation) -> str:
    match message.content:
        case Tap(value):
            return situation.offered.question if situation.offered else value
        case Media(kind, caption) if not caption.strip():
            return words.phrase("media_question", kind=words.phrase(KINDS.get(kind, OTHER_KIND)))
        case content:
            return written(content)
