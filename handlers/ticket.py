"""The ticket: an open question, its states, and what may become of it. All pure.

    new → claimed → waiting (for the participant) → closed → new again, reopened by a later message

A ticket is changed by making a new value from it. The store writes it only where `version` is still the one
that was read, so that two people who act at once never undo each other.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class TicketState(StrEnum):
    """Who has to act: staff at large, the one who claimed it, the participant, nobody."""

    NEW = "new"
    CLAIMED = "claimed"
    WAITING = "waiting"
    CLOSED = "closed"


class TicketKind(StrEnum):
    """A question, or a business that wants to become a partner employer (協力事業所)."""

    QUESTION = "question"
    EMPLOYER = "employer"


class Resolution(StrEnum):
    """Why a ticket was closed."""

    ANSWERED = "answered"
    CANCELLED = "cancelled"
    NOT_OURS = "not_ours"
    EXPIRED = "expired"


class Satisfaction(StrEnum):
    """What a participant thought of how a ticket went."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


# What staff do for a business that wants to become a partner, in this order.
CHECKLIST = ("contact", "visit", "design", "acceptance")


@dataclass(frozen=True)
class Ticket:
    """An open question. Moments are UTC, by the desk's clock.

    `number` is the id of the message that opened it. `owner` is the name of the member who has it in hand.
    `taken_over` says that a person talks to the participant, so that the bot is silent. `asked_at` is since when
    the participant waits for staff (None: they do not), `last_at` when they last wrote; `reminders` counts those
    sent since `asked_at`; `apologised` whether "sorry for the wait" was said since. `done` are the steps of
    CHECKLIST behind us. `same_as` is the number of the oldest open ticket that asks the same.
    """

    number: int
    channel: str
    person: str
    question: str = field(repr=False)
    urgent: bool
    reason: str
    opened_at: datetime
    kind: TicketKind = TicketKind.QUESTION
    state: TicketState = TicketState.NEW
    version: int = 1
    owner: str | None = None
    taken_over: bool = False
    asked_at: datetime | None = None
    last_at: datetime | None = None
    reminders: int = 0
    apologised: bool = False
    waiting_since: datetime | None = None
    closed_at: datetime | None = None
    resolution: Resolution | None = None
    reopened: int = 0
    satisfaction: Satisfaction | None = None
    comment: str = field(default="", repr=False)
    done: tuple[str, ...] = ()
    same_as: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not TicketState.CLOSED


def claim(ticket: Ticket, name: str) -> Ticket:
    """Somebody has it in hand from now on; the bot is silent."""
    state = TicketState.CLAIMED if ticket.state is TicketState.NEW else ticket.state
    return replace(ticket, state=state, owner=name, taken_over=True)


def release(ticket: Ticket) -> Ticket:
    """Nobody has it in hand: the next one may claim it."""
    return replace(ticket, state=TicketState.NEW, owner=None)


def reply(ticket: Ticket, name: str) -> Ticket:
    """Staff answered: whoever does has it in hand, and the participant waits no longer."""
    return replace(_answered(claim(ticket, ticket.owner or name)), state=TicketState.CLAIMED, waiting_since=None)


def ask_back(ticket: Ticket, name: str, now: datetime) -> Ticket:
    """Staff asked something: it is the participant's turn."""
    return wait(reply(ticket, name), now)


def wait(ticket: Ticket, now: datetime) -> Ticket:
    """It is the participant's turn; it closes by itself when they do not write."""
    return replace(_answered(ticket), state=TicketState.WAITING, waiting_since=now)


def add(ticket: Ticket, now: datetime) -> Ticket:
    """The participant wrote something that belongs to it: it is staff's turn."""
    state = TicketState.CLAIMED if ticket.owner else TicketState.NEW
    return replace(ticket, state=state, waiting_since=None, last_at=now, asked_at=ticket.asked_at or now)


def alarm(ticket: Ticket, now: datetime) -> Ticket:
    """The participant may be in danger: staff are called as for a new ticket."""
    return replace(add(ticket, now), urgent=True, asked_at=now, reminders=0, apologised=False)


def note_thanks(ticket: Ticket, now: datetime) -> Ticket:
    """The participant said thanks and nothing else: it is nobody's turn because of that."""
    return replace(ticket, last_at=now)


def close(ticket: Ticket, resolution: Resolution, now: datetime) -> Ticket:
    """It is done with, and the bot may speak again."""
    closed = replace(_answered(ticket), state=TicketState.CLOSED, taken_over=False, waiting_since=None)
    return replace(closed, closed_at=now, resolution=resolution)


def reopen(ticket: Ticket, now: datetime) -> Ticket:
    """The participant came back to it. Whoever had it is no longer sure to be there, so anybody may claim it."""
    fresh = replace(ticket, state=TicketState.NEW, owner=None, closed_at=None, resolution=None, satisfaction=None)
    return replace(fresh, asked_at=now, last_at=now, reminders=0, apologised=False, reopened=ticket.reopened + 1)


def _answered(ticket: Ticket) -> Ticket:
    return replace(ticket, asked_at=None, reminders=0, apologised=False)


class Action(StrEnum):
    """What happened to a ticket: its history, and the audit log of staff."""

    OPENED = "opened"
    SAID = "said"
    EDITED = "edited"
    CLAIMED = "claimed"
    RELEASED = "released"
    HANDED = "handed"
    REPLIED = "replied"
    ASKED_BACK = "asked_back"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    NOTED = "noted"
    WAITING = "waiting"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    BOT_WANTED = "bot_wanted"
    RATED = "rated"
    COMMENTED = "commented"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    APOLOGISED = "apologised"
    EXPIRED = "expired"
    STEP_DONE = "step_done"
    GROUPED = "grouped"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    DRAFT_DROPPED = "draft_dropped"
    REFUSED = "refused"


@dataclass(frozen=True)
class Event:
    """One thing that happened to a ticket.

    `actor` is a member's name, "" for the participant and the desk itself. `line` is the message or the reply it
    is about: a participant's message (SAID, EDITED), or the delivery of an answer (REPLIED, ASKED_BACK, …).
    """

    id: int
    ticket: int
    at: datetime
    action: Action
    actor: str
    text: str = field(default="", repr=False)
    line: int | None = None
    channel: str = ""
