"""What a ticket's history tells: which answers stand, and what the participant said last."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.ticket import Action, Event
from knowledge.book import Book

_ANSWERS = frozenset({Action.REPLIED, Action.ASKED_BACK})
_OF_PARTICIPANT = frozenset({Action.OPENED, Action.SAID, Action.EDITED})


def standing_answers(events: Sequence[Event]) -> tuple[Event, ...]:
    """Staff's answers, oldest first, each with the text it was revised to last; none that was withdrawn."""
    standing: dict[int, Event] = {}
    for event in events:
        if event.line is None:
            continue
        if event.action in _ANSWERS:
            standing[event.line] = event
        elif event.action is Action.REVISED and event.line in standing:
            standing[event.line] = replace(standing[event.line], text=event.text)
        elif event.action is Action.WITHDRAWN:
            standing.pop(event.line, None)
    return tuple(standing.values())


def answers_since_said(events: Sequence[Event]) -> tuple[Event, ...]:
    """Answers that stand to what the participant said last."""
    said = max((event.id for event in events if event.action in _OF_PARTICIPANT), default=0)
    return tuple(answer for answer in standing_answers(events) if answer.id > said)


def answer_of_delivery(events: Sequence[Event], delivery: str) -> Event | None:
    """The answer that stands and is this delivery; None where there is no such here."""
    return next((answer for answer in standing_answers(events) if str(answer.line) == delivery), None)


def framed(words: str, book: Book) -> str:
    """What a member wrote, as the participant reads it."""
    return book.phrase("staff_answer", words=words)


def unframed(text: str, book: Book) -> str:
    """What a member wrote, from what the participant reads."""
    begins, _, ends = framed("\x00", book).partition("\x00")
    return text.removeprefix(begins).removesuffix(ends)
