"""What the Slack channel needs of the desk to be a staff room."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.ports import Wording
from handlers.ticket import Action, Event, Ticket

# Events that hold what the participant wrote.
WROTE = frozenset({Action.OPENED, Action.SAID, Action.EDITED})
MOST_SHOWN = 5


@dataclass(frozen=True)
class Found:
    """An entry of the base: its id, its title, and what it answers now."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Told:
    """A ticket and all that happened to it, oldest first."""

    ticket: Ticket
    events: Sequence[Event] = field(repr=False)


@dataclass(frozen=True)
class SlackStaff:
    """The staff room's channel id, and what its forms ask the desk for.

    `is_member` knows staff by their Slack id; `ticket` finds one by its number; `search` finds entries for words,
    the best first, `entry` one by its id.
    """

    room: str
    is_member: Callable[[str], bool]
    ticket: Callable[[int], Awaitable[Told | None]]
    search: Callable[[str], Awaitable[Sequence[Found]]]
    entry: Callable[[str], Awaitable[Found | None]]
    wording: Wording


def asked_in(told: Told) -> str:
    """What the participant wrote lately, oldest first; the question where nothing else is known."""
    wrote = [event.text for event in told.events if event.action in WROTE and event.text]
    return "\n".join(wrote[-MOST_SHOWN:]) or told.ticket.question
