"""What is said and kept when a message could not be decided."""

from bot.ports import Words
from handlers.effects import Effect, OpenTicket, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from knowledge.finding import Outcome


def apologise(words: Words, message: Message, situation: Situation) -> list[Effect]:
    """Leave the question to staff and say so."""
    number, question = situation.fresh_ticket, _question(message, situation)
    text = words.phrase("sorry_broken", number=number)
    return [
        OpenTicket(number, question, urgent=False, reason="broken"),
        Reply(text, Outcome.HANDOFF, ticket=number, question=question),
    ]


def _question(message: Message, situation: Situation) -> str:
    if isinstance(message.content, Text):
        return message.content.text
    return situation.offered.question if situation.offered else message.content.value
