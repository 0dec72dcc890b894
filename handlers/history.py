"""What a ticket's history tells: which answers stand, and what the participant said last."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.ticket import Action, Event
from handlers.wishes import is_thanks
from handlers.wording import joined
from knowledge.book import Book
from knowledge.schema import CannedKind

ANSWERS = frozenset({Action.REPLIED, Action.ASKED_BACK})
_OF_PARTICIPANT = frozenset({Action.OPENED, Action.SAID, Action.EDITED})


def standing_answers(events: Sequence[Event]) -> tuple[Event, ...]:
    """Staff's answers, oldest first, each with the text it was revised to last; none that was withdrawn."""
    standing: dict[int, Event] = {}
    for event in events:
        if event.line is None:
            continue
        if event.action in ANSWERS:
            standing[event.line] = event
        elif event.action is Action.REVISED and event.line in standing:
            standing[event.line] = replace(standing[event.line], text=event.text)
        elif event.action is Action.WITHDRAWN:
            standing.pop(event.line, None)
    return tuple(standing.values())


def answers_since_said(events: Sequence[Event]) -> tuple[Event, ...]:
    """Answers that stand to what the participant said last."""
    said = max((event.id for event in events if _is_to_be_answered(event)), default=0)
    return tuple(answer for answer in standing_answers(events) if answer.id > said)


def _is_to_be_answered(event: Event) -> bool:
    """Thanks alone are not, so that an answer stands to what was said before them."""
    return event.action in _OF_PARTICIPANT and not is_thanks(event.text)


def is_hold(answer: Event, book: Book) -> bool:
    """Whether an answer only asks for patience: it stands among those written beforehand, as such."""
    holds = {one.text for one in book.content.canned if one.kind is CannedKind.HOLD}
    return unframed(answer.text, book) in holds


def answer_of_delivery(events: Sequence[Event], delivery: str) -> Event | None:
    """The answer that stands and is this delivery; None where there is no such here."""
    return next((answer for answer in standing_answers(events) if str(answer.line) == delivery), None)


def framed(words: str, book: Book) -> str:
    """What a member wrote, as the participant reads it."""
    return book.phrase("staff_answer", words=words)


def unframed(text: str, book: Book) -> str:
    """What a member wrote, from what the participant reads."""
    begins, _, ends = framed("\x00", book).partition("\x00")
    return text.removesuffix(_takeover(book)).removeprefix(begins).removesuffix(ends)


def tells_takeover(text: str, book: Book) -> bool:
    """Whether an answer also told the participant that a person talks to them from now on."""
    return text.endswith(_takeover(book))


def _takeover(book: Book) -> str:
    return joined("\x00", book.phrase("taken_over")).removeprefix("\x00")
