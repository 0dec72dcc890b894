"""All that a decision may know beside the message and the book."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.finding import Outcome, Turn


@dataclass(frozen=True)
class Offered:
    """What an earlier reply of this conversation offered, read back from the store by its id."""

    reply: int
    question: str
    outcome: Outcome | None
    entries: tuple[str, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Situation:
    """`now` is UTC; `turns` are this conversation's latest, oldest first; `offered` belongs to a tap."""

    now: datetime
    turns: tuple[Turn, ...]
    fresh_ticket: int
    offered: Offered | None = None
