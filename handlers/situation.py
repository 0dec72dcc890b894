"""All that a decision may know beside the message and the book."""

from dataclasses import dataclass, field
from datetime import datetime

from knowledge.finding import Outcome, Turn


@dataclass(frozen=True)
class Offered:
    """What an earlier reply to this person offered, read back from the store by its id."""

    reply: int
    question: str = field(repr=False)
    outcome: Outcome | None
    entries: tuple[str, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Situation:
    """What is known when a message is decided.

    `now` is UTC; `turns` are this person's latest in this conversation, oldest first; `offered` belongs to
    a tap; `before` is what an edited message said last; `open_tickets` are this person's numbers, oldest first;
    `backlog` counts the replies that still wait to be sent in this conversation.
    """

    now: datetime
    turns: tuple[Turn, ...]
    fresh_ticket: int
    offered: Offered | None = None
    before: str | None = field(default=None, repr=False)
    open_tickets: tuple[int, ...] = ()
    backlog: int = 0
