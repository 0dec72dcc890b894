"""Answers what a person wrote: the answer, a choice of likely ones, or a handover."""

from typing import assert_never

from handlers.belonging import burst_of, put_on, ticket_for
from handlers.effects import Choice, Effect, Remember, Reply
from handlers.escalate import (
    ASKED_FOR_PERSON,
    ASKED_FOR_STAFF,
    hand_over,
    hand_over_danger,
    hand_over_person_wanted,
)
from handlers.onboard_start import ways_to_apply
from handlers.situation import Situation
from handlers.wishes import is_thanks, wants_person
from knowledge.book import Book
from knowledge.finding import Finding, Outcome, Turn

NONE_OF_THESE = "none"


def answer_text(text: str, situation: Situation, book: Book) -> list[Effect]:
    """The effects of a written message."""
    finding = _considered(text, situation, book)
    if finding.urgent:
        return hand_over_danger(text, finding, situation, book)
    if not text.strip():
        return [Reply(book.phrase("empty"))]
    if finding.outcome is not Outcome.ANSWER and is_thanks(text):
        return [Reply(book.phrase("thanks_back"))]
    if finding.reason == "empty" and burst_of(situation) is None:
        return [Reply(book.phrase("empty"))]
    return [*_answer(text, finding, situation, book), Remember(Turn(text, finding.entries))]


def _considered(text: str, situation: Situation, book: Book) -> Finding:
    """What the book finds; small talk does not lean on what came before: 「わかりました」 asks nothing."""
    finding = book.consider(text, situation.turns, situation.now)
    if finding.urgent or finding.outcome is Outcome.ANSWER or not situation.turns:
        return finding
    alone = book.consider(text, (), situation.now)
    is_small_talk = alone.outcome is Outcome.ANSWER and not alone.sources
    return alone if is_small_talk else finding


def _answer(text: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    if finding.reason == ASKED_FOR_PERSON or wants_person(text):
        return hand_over_person_wanted(text, finding, situation, book)
    burst = burst_of(situation)
    if finding.outcome is not Outcome.ANSWER and burst is not None:
        return put_on(burst, text, situation.now)
    return reply_to(text, finding, situation, book)


def reply_to(text: str, finding: Finding, situation: Situation, book: Book) -> list[Effect]:
    """The reply that a finding calls for, with the ticket where it is a handover."""
    match finding.outcome:
        case Outcome.ANSWER:
            return [answer_reply(text, finding, book), *_for_staff_too(text, finding, situation)]
        case Outcome.SUGGEST:
            return [_suggestion(text, finding, book)]
        case Outcome.HANDOFF:
            return hand_over(text, finding, situation, book)
        case _:
            assert_never(finding.outcome)


def _for_staff_too(text: str, finding: Finding, situation: Situation) -> list[Effect]:
    """Staff read it even where the desk knows an answer, which may not be to what is meant: what is written in a burst
    is one question, and who asked for a person was told to write what it is about."""
    ticket = ticket_for(situation.tickets)
    is_awaited = ticket is not None and (ticket.reason == ASKED_FOR_STAFF or burst_of(situation) == ticket)
    return put_on(ticket, text, situation.now) if ticket and is_awaited and finding.sources else []


def answer_reply(text: str, finding: Finding, book: Book) -> Reply:
    """An answer with its sources, related questions and 👍/👎; small talk has none of the three."""
    return Reply(
        text=finding.text,
        outcome=Outcome.ANSWER,
        entries=finding.entries,
        sources=finding.sources,
        choices=ways_to_apply(finding.entries, book),
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
