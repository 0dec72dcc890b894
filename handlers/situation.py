"""All that a decision may know beside the message and the book."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.intake import Intake
from handlers.rules import Member, Rules
from handlers.subscription import NOTHING_SUBSCRIBED, Subscription
from handlers.ticket import Event, Ticket
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
class StaffView:
    """What is known beside when somebody writes in a staff room or console, or a member writes anywhere.

    `member` is who writes, None for a stranger. `in_room` says that it is a staff room or the console, where
    nobody is a participant; `is_private` that nobody else reads what is said there. `ticket` is the one it is
    about, with its `events`, oldest first. `queue` are all open tickets, the most urgent first. `invites` is what the
    post does that the message answers (see StaffMarks). `noted` is the delivery that an edited or repeated message of
    theirs had become, if any.
    """

    member: Member | None
    in_room: bool
    ticket: Ticket | None = None
    events: tuple[Event, ...] = ()
    queue: tuple[Ticket, ...] = ()
    invites: str = ""
    noted: int | None = None
    is_private: bool = False


@dataclass(frozen=True)
class Situation:
    """What is known when a message is decided.

    `now` is UTC; `turns` are this person's latest in this conversation, oldest first; `offered` belongs to
    a tap; `before` is what an edited message said last, and `before_on` the ticket it is on; `tickets` are this
    person's here, oldest first: open ones, and those closed so lately that they can be reopened; `backlog` counts
    the replies that still wait to be sent in this conversation. `intake` is an application underway. `staff` is
    None for participants.
    """

    now: datetime
    turns: tuple[Turn, ...]
    fresh_ticket: int
    offered: Offered | None = None
    before: str | None = field(default=None, repr=False)
    before_on: int | None = None
    tickets: tuple[Ticket, ...] = ()
    backlog: int = 0
    intake: Intake | None = None
    staff: StaffView | None = None
    rules: Rules = Rules()
    subscription: Subscription = NOTHING_SUBSCRIBED
