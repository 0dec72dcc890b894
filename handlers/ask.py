"""Answers what a person wrote: the answer, a choice of likely ones, or a handover."""

from typing import assert_never

from handlers.effects import Choice, Effect, Remember, Reply
from handlers.escalate import hand_over, hand_over_danger
from handlers.situation import Situation
from knowledge.book import Book
from knowledge.finding import Finding, Outcome, Turn

NONE_OF_THESE = "none"


def answer_text(text: str, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a written message."""
    finding = book.consider(text, situation.turns, situation.now)
    if finding.reason == "empty":
        return [Reply(book.phrase("empty"))]
    if finding.urgent:
        return hand_over_danger(text, finding, situation, book)
    return [*reply_to(text, finding, situation, book), Remember(Turn(text, finding.entries))]


def reply_to(text: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """The reply that a finding calls for, with the ticket where it is a handover."""
    match finding.outcome:
        case Outcome.ANSWER:
            return [answer_reply(text, finding, book)]
        case Outcome.SUGGEST:
            return [_suggestion(text, finding, book)]
        case Outcome.HANDOFF:
            return hand_over(text, finding, situation, book)
        case _:
            assert_never(finding.outcome)


def answer_reply(text: str, finding: Finding, book: Book) -> Reply:
    """An answer with its sources, related questions and 👍/👎; small talk has none of the three."""
    return Reply(
        text=finding.text,
        outcome=Outcome.ANSWER,
        entries=finding.entries,
        sources=finding.sources,
        related=entry_choices(finding.related, book),
        rateable=bool(finding.sources),
        question=text,
    )


def entry_choices(entry_ids: tuple[str, ...], book: Book) -> tuple[Choice, ...]:
    """Entries as things to tap, each with its title."""
    entries = [book.entry(entry_id) for entry_id in entry_ids]
    return tuple(Choice(entry.title, f"entry:{entry.id}") for entry in entries if entry)


def _suggestion(text: str, finding: Finding, book: Book) -> Reply:
    offered = tuple(Choice(s.title, f"entry:{s.entry}") for s in finding.suggestions)
    none = Choice(book.phrases.say("none_of_these", finding.english), NONE_OF_THESE)
    return Reply(
        text=book.phrases.say("suggest", finding.english),
        outcome=Outcome.SUGGEST,
        choices=(*offered, none),
        question=text,
    )
