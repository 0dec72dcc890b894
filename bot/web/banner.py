"""The line at the top of each page that says what time the desk lives in."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import JAPAN
from bot.ports import Words
from knowledge.calendar import day_text


@dataclass(frozen=True)
class Banner:
    """Shown only where the desk's clock is set to another time than the real one."""

    words: Words
    clock_is_set: bool

    def at(self, now: datetime) -> str | None:
        """The banner's sentence, or None where there is none."""
        if not self.clock_is_set:
            return None
        day = now.astimezone(JAPAN).date()
        return self.words.phrase("banner_clock", now=f"{day.year}年{day_text(day)}")
