"""What is to happen after a message: a closed union of frozen dataclasses."""

from dataclasses import dataclass, field

from handlers.intake import Intake
from handlers.ticket import Action, Ticket, TicketKind
from knowledge.announcement import NoticeTopic
from knowledge.finding import Outcome, Turn


@dataclass(frozen=True)
class Choice:
    """Something to tap: `label` is shown, `value` comes back in a Tap (at most 64 bytes)."""

    label: str
    value: str


@dataclass(frozen=True)
class StaffMarks:
    """What a post in a staff room has beside its text.

    `heading` names the thread that a card opens. `invites` is what answering this very post does, in the form of
    a staff action ("reply:12"); "" where that is a note. `loud` rings at any hour. `calls` are the platform's ids
    of members to be called.
    """

    heading: str = field(default="", repr=False)
    invites: str = ""
    loud: bool = False
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """A message to the conversation. `outcome` is None for service messages such as thanks.

    `by` is "staff" where a person wrote it, "notice" where nobody asked for it. `marks` are those
    of posts in staff rooms.
    """

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
    by: str = ""
    marks: StaffMarks | None = None


@dataclass(frozen=True)
class OpenTicket:
    """Put a question on the list of open questions under `number`; `reason` names the judgement."""

    number: int
    question: str = field(repr=False)
    urgent: bool
    reason: str
    kind: TicketKind = TicketKind.QUESTION


@dataclass(frozen=True)
class SaveTicket:
    """Write a ticket as it is now. Where somebody else changed it meanwhile, the message is decided anew."""

    ticket: Ticket


@dataclass(frozen=True)
class Record:
    """Note in a ticket's history what happened; staff see it in every room."""

    ticket: int
    action: Action
    actor: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answer:
    """Write to the participant of a ticket, on the channel where they asked.

    `action` notes it in the history under `actor`, with what becomes of its delivery; None where it is no
    member's answer but the desk's own word.
    """

    ticket: int
    reply: Reply
    action: Action | None = None
    actor: str = ""


@dataclass(frozen=True)
class Revise:
    """Change an answer to a participant that was sent before, or withdraw it (`reply` is None)."""

    ticket: int
    delivery: int
    reply: Reply | None
    actor: str


@dataclass(frozen=True)
class DraftEntry:
    """Keep a question and its answer as a draft of an entry, for a curator."""

    ticket: int
    question: str = field(repr=False)
    answer: str = field(repr=False)
    actor: str


@dataclass(frozen=True)
class SaveIntake:
    """Keep how far a person's application as a partner employer has come; None: it was sent, and its form is over."""

    intake: Intake | None


@dataclass(frozen=True)
class DropIntake:
    """Delete a person's application, and every message in which they wrote it."""


@dataclass(frozen=True)
class Remember:
    """Keep this turn, so that follow-ups can lean on it."""

    turn: Turn


@dataclass(frozen=True)
class Rate:
    """A participant's 👍 or 👎 on the reply with this delivery id; the last one counts."""

    reply: int
    helpful: bool


@dataclass(frozen=True)
class SetSubscription:
    """From now on, subscribe to a topic or not; what is on its way to somebody who no longer wants it is stopped."""

    topic: NoticeTopic
    wanted: bool


@dataclass(frozen=True)
class GiveCode:
    """Keep a one-time code by which another conversation can join this one's subscription."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class LinkMailbox:
    """Join the subscription for which a one-time code was given out; the code is used up.

    Where it is no longer good, the message is decided anew.
    """

    code: str = field(repr=False)


@dataclass(frozen=True)
class UnlinkMailbox:
    """Leave the subscription that this conversation shares with others; it has none of its own then."""


@dataclass(frozen=True)
class PreferMailbox:
    """Let notices arrive in this one of the linked conversations."""

    conversation: int


Effect = (
    Reply
    | OpenTicket
    | SaveTicket
    | Record
    | Answer
    | Revise
    | DraftEntry
    | SaveIntake
    | DropIntake
    | Remember
    | Rate
    | SetSubscription
    | GiveCode
    | LinkMailbox
    | UnlinkMailbox
    | PreferMailbox
)
