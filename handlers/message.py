"""What a person did, as one frozen value whatever the channel."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Text:
    """Words a person wrote. `text` is raw: it is data, never markup."""

    text: str


@dataclass(frozen=True)
class Tap:
    """A choice a person tapped: its `value`, and the delivery id of the reply that offered it."""

    value: str
    reply: int | None = None


@dataclass(frozen=True)
class Message:
    """One message. `key` is the platform's own id, unique within `channel`; `at` is UTC."""

    channel: str
    address: str
    person: str
    key: str
    at: datetime
    content: Text | Tap
