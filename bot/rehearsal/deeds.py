"""What simulated participants do, and when."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.clock import JAPAN
from handlers.message import Command, Text
from handlers.subscription import CODE_SIGNS

# A one-time code as it is told.
CODE_FORM = re.compile(f"[{CODE_SIGNS}]{{4}}-[{CODE_SIGNS}]{{4}}")


@dataclass(frozen=True)
class Picks:
    """They tap something of what the latest post offers; `lot`, from 0 to 1, says what."""

    lot: float


@dataclass(frozen=True)
class Redeems:
    """They write the one-time code that the conversation at another address was told."""

    channel: str
    address: str


@dataclass(frozen=True)
class Blocks:
    """They block the desk."""


Doing = Text | Command | Picks | Redeems | Blocks


@dataclass(frozen=True)
class Mailbox:
    """Where somebody writes from, as `person`."""

    channel: str
    address: str
    person: str


@dataclass(frozen=True)
class Deed:
    """One thing that somebody does at a moment (UTC)."""

    at: datetime
    who: Mailbox
    doing: Doing

    @property
    def key(self) -> str:
        """Tells it from all others: nobody does two things at a time."""
        return f"{self.who.channel}/{self.who.address}/{self.who.person}/{self.at.isoformat()}"


@dataclass(frozen=True)
class Span:
    """The days that are played, both included, in Japan time."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment, in UTC."""
        return moment_of(self.first, time())

    @property
    def ends(self) -> datetime:
        """The first moment after it, in UTC."""
        return moment_of(self.last + timedelta(days=1), time())

    @property
    def days(self) -> tuple[date, ...]:
        """All its days, in order."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def moment_of(day: date, at: time) -> datetime:
    """A time of a day in Japan, in UTC."""
    return datetime.combine(day, at, JAPAN).astimezone(UTC)
