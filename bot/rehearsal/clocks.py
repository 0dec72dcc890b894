"""The two clocks of a rehearsal: both stand still until the play moves them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class PlayClock:
    """The desk's clock: goes from moment to moment, and never back."""

    at: datetime

    def now(self) -> datetime:
        """The present moment of the play, in UTC."""
        return self.at

    def move_to(self, moment: datetime) -> None:
        """Go on to a moment; one that is past already changes nothing."""
        self.at = max(self.at, moment)


@dataclass
class MachineClock:
    """What leases and pauses run on: the desk's clock, ahead by what was waited while that stood still."""

    desk: PlayClock
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The present moment of the machine, in UTC."""
        return self.desk.now() + self.ahead

    def move_to(self, moment: datetime) -> None:
        """Let leases and pauses run on to a moment, at the same moment of the desk."""
        self.ahead = max(self.ahead, moment - self.desk.now())
