"""One question outside of any channel: decided just as the chat would, with nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.base import cleaned
from bot.clock import milliseconds
from bot.ports import TURNS_RECALLED, Considers, Decide
from handlers.effects import Effect, Remember, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from knowledge.finding import Finding, Outcome, Suggestion, Turn

SOME_TICKET = 1
NO_REPLY = Reply("", Outcome.HANDOFF)


@dataclass(frozen=True)
class Asked:
    """The reply to a question, what was found for it, and how many milliseconds deciding took."""

    reply: Reply
    finding: Finding
    ms: float

    @property
    def outcome(self) -> Outcome:
        """Service messages such as thanks count as answers."""
        return self.reply.outcome or Outcome.ANSWER

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What was offered, where something was."""
        return self.finding.suggestions if self.outcome == Outcome.SUGGEST else ()


def ask(decide: Decide, book: Considers, text: str, earlier: Sequence[str], at: datetime) -> Asked:
    """Ask at `at` (aware), after the person said `earlier`, oldest first."""
    turns = _turns(decide, [cleaned(said) for said in earlier], at)
    question = cleaned(text)
    begun = milliseconds()
    effects = _decide(decide, question, turns, at)
    ms = round(milliseconds() - begun, 2)
    return Asked(_reply(effects), book.consider(question, turns, at), ms)


def _turns(decide: Decide, earlier: Sequence[str], at: datetime) -> tuple[Turn, ...]:
    turns: tuple[Turn, ...] = ()
    for said in earlier:
        effects = _decide(decide, said, turns, at)
        remembered = tuple(effect.turn for effect in effects if isinstance(effect, Remember))
        turns = (*turns, *remembered)[-TURNS_RECALLED:]
    return turns


def _decide(decide: Decide, text: str, turns: tuple[Turn, ...], at: datetime) -> Sequence[Effect]:
    message = Message("ask", "ask", "ask", "ask", at, Text(text))
    return decide(message, Situation(at, turns, SOME_TICKET))


def _reply(effects: Sequence[Effect]) -> Reply:
    replies = [effect for effect in effects if isinstance(effect, Reply)]
    judged = [reply for reply in replies if reply.outcome is not None]
    return next(iter([*judged, *replies]), NO_REPLY)
