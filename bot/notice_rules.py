"""When notices may go, and what is done about those in doubt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from knowledge.quiet import Quiet


class Going(StrEnum):
    """Which notices may go at a moment."""

    ALL = "all"
    URGENT = "urgent"
    NONE = "none"


@dataclass(frozen=True)
class Passage:
    """Which notices may go now, and what time it is at the desk."""

    going: Going
    at: datetime


@dataclass(frozen=True)
class NoticeRules:
    """Notices go within the desk's `period` (when it opens, when it closes), in quiet hours only urgent ones.

    `unknown` says what is done about one of which nobody knows whether it arrived, and nobody can be asked: it is
    held for staff, or sent again.
    """

    quiet: Quiet
    period: Callable[[], tuple[datetime, datetime]]
    unknown: Literal["hold", "resend"]

    def passage(self, at: datetime) -> Passage:
        """What may go at `at`, the desk's time."""
        opens, closes = self.period()
        if not opens <= at < closes:
            return Passage(Going.NONE, at)
        return Passage(Going.URGENT if self.quiet.holds(at) else Going.ALL, at)
