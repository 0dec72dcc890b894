"""What is to happen after a message: a closed union of frozen dataclasses."""

from dataclasses import dataclass, field

from knowledge.finding import Outcome, Turn


@dataclass(frozen=True)
class Choice:
    """Something to tap: `label` is shown, `value` comes back in a Tap (at most 64 bytes)."""

    label: str
    value: str


@dataclass(frozen=True)
class Reply:
    """A message to the conversation. `outcome` is None for service messages such as thanks."""

    text: str = field(repr=False)
    outcome: Outcome | None = None
    entries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    related: tuple[Choice, ...] = ()
    rateable: bool = False
    urgent: bool = False
    ticket: int | None = None
    question: str = field(default="", repr=False)


@dataclass(frozen=True)
class OpenTicket:
    """Put a question on the list of open questions under `number`; `reason` names the judgement."""

    number: int
    question: str = field(repr=False)
    urgent: bool
    reason: str


@dataclass(frozen=True)
class Remember:
    """Keep this turn, so that follow-ups can lean on it."""

    turn: Turn


@dataclass(frozen=True)
class Rate:
    """A participant's 👍 or 👎 on the reply with this delivery id; the last one counts."""

    reply: int
    helpful: bool


Effect = Reply | OpenTicket | Remember | Rate
