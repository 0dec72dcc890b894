"""What a person did, as one frozen value whatever the channel. No `repr` shows what was written."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Text:
    """Words a person wrote. `text` is raw: it is data, never markup."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Edit:
    """A message that was written anew; the message's `ref` says which one."""

    new_text: str = field(repr=False)


@dataclass(frozen=True)
class Tap:
    """A choice a person tapped: its `value`, and the delivery id of the reply that offered it."""

    value: str
    reply: int | None = None


@dataclass(frozen=True)
class Command:
    """A command by its `name` without the slash, and what stood behind it."""

    name: str
    rest: str = field(default="", repr=False)


@dataclass(frozen=True)
class Media:
    """Something that is not text, by its kind (photo, voice, sticker, location, contact, file), with its caption."""

    kind: str
    caption: str = field(default="", repr=False)


@dataclass(frozen=True)
class Act:
    """What a member of staff does to a ticket, from a form of their own: see `handlers.staff` for the names.

    `target` is what it is done to or with: a delivery, a member's name, a canned reply, a step. `confirmed`
    answers "are you sure".
    """

    act: str
    ticket: int
    words: str = field(default="", repr=False)
    target: str = ""
    confirmed: bool = False


Content = Text | Edit | Tap | Command | Media | Act


@dataclass(frozen=True)
class Message:
    """One message.

    `key` is the platform's own id of the event, unique within `channel`; `at` is UTC. `ref` is the
    platform's id of what was written, within `address`: an edit has that of its original. `answers` is the
    platform's id of the message that this one was written as a reply to, where the platform has such.
    """

    channel: str
    address: str
    person: str
    key: str
    at: datetime
    content: Content
    ref: str | None = None
    answers: str | None = None
