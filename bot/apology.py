"""What is said and kept when a message could not be decided."""

from bot.ports import Words
from bot.written import written
from handlers.belonging import put_on, ticket_for
from handlers.effects import Effect, OpenTicket, Reply
from handlers.media import KINDS, OTHER_KIND
from handlers.message import Media, Message, Tap
from handlers.situation import Situation
from knowledge.finding import Outcome


def apologise(words: Words, message: Message, situation: Situation) -> list[Effect]:
    """Leave the question to staff and say so; on the ticket that is open, if any. Staff hear that it failed."""
    if situation.staff is not None and situation.staff.in_room:
        return [Reply(words.phrase("staff_broken"))]
    question = _question(words, message, situation)
    ticket = ticket_for(situation.tickets)
    number = situation.fresh_ticket if ticket is None else ticket.number
    reply = Reply(words.phrase("sorry_broken", number=number), Outcome.HANDOFF, ticket=number, question=question)
    if ticket is None:
        return [OpenTicket(number, question, urgent=False, reason="broken"), reply]
    return [*put_on(ticket, question, situation.now), reply]


def _question(words: Words, message: Message, situation: Situation) -> str:
    match message.content:
        case Tap(value):
            return situation.offered.question if situation.offered else value
        case Media(kind, caption) if not caption.strip():
            return words.phrase("media_question", kind=words.phrase(KINDS.get(kind, OTHER_KIND)))
        case content:
            return written(content)
