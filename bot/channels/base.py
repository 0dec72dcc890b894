"""What a channel is, what can become of a reply, and how choices look where nothing can be tapped."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from starlette.routing import BaseRoute

from bot.pacing import Pacing
from handlers.effects import Choice, Reply
from handlers.message import Message, Tap, Text


@dataclass(frozen=True)
class Parcel:
    """One thing that came in: `raw` as the platform gave it (ASCII JSON), and the message it means, if any.

    `key` is the platform's own id, unique within `channel`. `error` names the class of what went wrong where
    `raw` could not be read. Channels that take nothing but messages of our own making leave `raw` empty.
    """

    channel: str
    key: str
    at: datetime
    raw: str = field(default="", repr=False)
    message: Message | None = None
    error: str | None = None


def parcel_of(message: Message) -> Parcel:
    """A message that needs no raw form beside it."""
    return Parcel(message.channel, message.key, message.at, message=message)


RATINGS = (Choice("👍", "rate:up"), Choice("👎", "rate:down"))

Receive = Callable[[Sequence[Parcel]], Awaitable[None]]


class Aim(StrEnum):
    """What is done: a new post, or something to one that was posted before."""

    POST = "post"
    REVISE = "revise"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Outgoing:
    """A reply for an address.

    `id` is the delivery's, by which taps and ratings refer to it. `to` is the platform's id of the message
    that is answered. `since` is when it was first tried, by the machine's clock. Where `aim` is to revise or to
    withdraw, `of` is the delivery that this is done to, and `original` the platform's id of its post. In a staff
    room `root` and `thread` are the platform's ids of the card and of the thread it opened.
    """

    id: int
    address: str
    reply: Reply
    to: str | None = None
    since: datetime | None = None
    aim: Aim = Aim.POST
    of: int | None = None
    original: str | None = None
    root: str | None = None
    thread: str | None = None


@dataclass(frozen=True)
class Sent:
    """The channel has taken it; `ref` is the platform's id of what was posted, `thread` of the thread it opened."""

    ref: str | None = None
    thread: str | None = None


@dataclass(frozen=True)
class NotSent:
    """It surely did not arrive, for a reason that may pass: tried again later."""

    reason: str


@dataclass(frozen=True)
class Throttled:
    """It surely did not arrive: the platform asks to wait so many seconds. Costs no try."""

    seconds: float


@dataclass(frozen=True)
class Refused:
    """It surely did not arrive and never will, for a reason that lies in the message."""

    reason: str


@dataclass(frozen=True)
class Gone:
    """It surely did not arrive: the recipient has blocked us or does not exist any more."""

    reason: str


@dataclass(frozen=True)
class Moved:
    """It surely did not arrive: the place (see `place_of`) is called `place` from now on."""

    place: str


@dataclass(frozen=True)
class Unknown:
    """It may or may not have arrived."""

    reason: str


Outcome = Sent | NotSent | Throttled | Refused | Gone | Moved | Unknown


class NotTold(Exception):
    """The platform did not say whether a reply arrived: ask again (after so many `seconds`, where it named them)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class NeverTold(Exception):
    """The platform will not say whether a reply arrived, however often it is asked."""


class Channel(Protocol):
    """One way in and out. What came in may be acknowledged once `receive` has returned: it is stored then."""

    @property
    def name(self) -> str:
        """The name under which its conversations are kept."""

    @property
    def pacing(self) -> Pacing:
        """How fast the platform lets us send."""

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """What it serves over HTTP; nothing where it fetches its messages itself."""

    async def start(self, receive: Receive) -> None:
        """Check itself and begin to take messages; returns when it does. Raises DeskError where it cannot."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one reply, or do to an earlier one what it says; that may be done twice without harm.

        Refused where the channel cannot do it. Also works where the channel was never started.
        """

    async def arrived(self, outgoing: Outgoing) -> Sent | bool | None:
        """Whether a reply whose outcome is unknown arrived, read back from the platform; Sent where its id is told.

        None where no such platform can be asked: the reply may be sent again. Raises NeverTold where this one
        cannot be found out; NotTold, or anything else, means: ask again later.
        """

    async def stop_taking(self) -> None:
        """Take no more messages. What was taken can still be answered."""

    async def stop(self) -> None:
        """Take and send no more, and give back what is held; also where the start failed."""


def place_of(address: str) -> str:
    """The chat or channel that an address lies in: what stands before the first colon (threads come after it)."""
    return address.partition(":")[0]


def cleaned(text: str) -> str:
    """The text without what no database and no wire can carry: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def choices_of(reply: Reply) -> tuple[Choice, ...]:
    """Everything of a reply that can be tapped, in the order shown."""
    return (*reply.choices, *reply.related)


def as_numbered_text(reply: Reply) -> str:
    """A reply for a channel without buttons: its text, sources, and choices with numbers."""
    sources = [f"({source})" for source in reply.sources]
    numbered = [f"  {n}. {choice.label}" for n, choice in enumerate(choices_of(reply), start=1)]
    return "\n".join([reply.text, *sources, *numbered])


def read_number(text: str, last: Outgoing | None) -> Text | Tap:
    """What was typed, or the choice of the last reply that it numbers."""
    typed = text.strip()
    if last is not None and typed.isdecimal():
        choices = choices_of(last.reply)
        if 1 <= int(typed) <= len(choices):
            return Tap(choices[int(typed) - 1].value, last.id)
    return Text(text)
