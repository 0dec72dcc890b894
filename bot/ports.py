"""What the bot needs of handlers and the book: decisions, sentences, the menu, the calendar, findings."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from knowledge.finding import Finding, Turn
from knowledge.schema import Change, Programme

Decide = Callable[[Message, Situation], Sequence[Effect]]
# The same decisions, made elsewhere; None where one is to be made here after all.
Beside = Callable[[Message, Situation], Awaitable[Sequence[Effect] | None]]

# How many of the latest turns a decision may know.
TURNS_RECALLED = 6


class Labelled(Protocol):
    """Something to tap."""

    @property
    def label(self) -> str:
        """What is shown."""

    @property
    def value(self) -> str:
        """What comes back."""


class Words(Protocol):
    """The part of the book that channels and pages speak with."""

    def phrase(self, key: str, **values: object) -> str:
        """The sentence for `key`. Raises KeyError for an unknown one."""

    def menu(self) -> Sequence[Labelled]:
        """The main topics, in order."""

    @property
    def programme(self) -> Programme:
        """The calendar as data."""


class Decides(Protocol):
    """Decisions by one edition of the book."""

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """What to do about a message."""

    def foresee(self, asked: Sequence[tuple[Message, Situation]]) -> Decide:
        """The same decisions, which are quicker about these messages."""

    def follow(self, change: Change) -> "Decides":
        """Decisions by the next edition. May raise anything."""


class Considers(Protocol):
    """The part of the book that `ask` shows beside the reply."""

    def consider(self, text: str, turns: tuple[Turn, ...], at: datetime) -> Finding:
        """What the book finds for a question."""


class Canned(Protocol):
    """An answer that was written beforehand."""

    @property
    def id(self) -> str:
        """By which it is chosen."""

    @property
    def title(self) -> str:
        """What it is about."""

    @property
    def text(self) -> str:
        """What it says."""


class Wording(Protocol):
    """How members' words look to participants, for those who write them."""

    def framed(self, words: str) -> str:
        """What the participant reads."""

    def unframed(self, text: str) -> str:
        """What the member wrote."""

    def canned(self) -> Sequence[Canned]:
        """What was written beforehand."""
