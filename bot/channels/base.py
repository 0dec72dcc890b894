"""What a channel is, what can become of a reply, and how choices look where nothing can be tapped."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from handlers.effects import Choice, Reply
from handlers.message import Message, Tap, Text

Receive = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True)
class Outgoing:
    """A reply for an address; `id` is the delivery's, by which taps and ratings refer to it."""

    id: int
    address: str
    reply: Reply


@dataclass(frozen=True)
class Sent:
    """The channel has taken it."""


@dataclass(frozen=True)
class NotSent:
    """It surely did not arrive; `after` is how many seconds the channel asks us to wait."""

    reason: str
    after: float | None = None


@dataclass(frozen=True)
class Unknown:
    """It may or may not have arrived."""

    reason: str


Outcome = Sent | NotSent | Unknown


class Channel(Protocol):
    """One way in and out. A message may be acknowledged once `receive` has returned: it is stored then."""

    @property
    def name(self) -> str:
        """The name under which its conversations are kept."""

    async def start(self, receive: Receive) -> None:
        """Begin to take messages; returns when it does."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Hand over one reply."""

    async def stop(self) -> None:
        """Take no more messages."""


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
