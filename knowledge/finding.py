"""What the book found for a question: outcomes, candidates and the reasons."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What a participant gets: the answer, a choice of likely entries, or a handover to staff."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    HANDOFF = "handoff"


@dataclass(frozen=True)
class Turn:
    """An earlier message of the conversation and the ids of the entries that answered it."""

    text: str = field(repr=False)
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """An entry offered under 「もしかして」, with its text rendered at the time of asking."""

    entry: str
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Finding:
    """The judgement on one message.

    `text` is what to show (answers joined, or the sentence of a known gap; empty where nothing
    fits); `title` is that of the first entry; `confidence` is 0..1; `reason` is a short key such as
    "confident", "known gap" or "danger: violence";
    `explanation` holds lines for `ask --explain`.
    """

    outcome: Outcome
    text: str = field(repr=False)
    entries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    urgent: bool = False
    english: bool = False
    title: str = ""
    explanation: tuple[str, ...] = field(default=(), compare=False, repr=False)
