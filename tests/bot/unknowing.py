"""A book that knows no answer: with the real sentences and the real calendar, ready in no time."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from handlers.effects import Effect
from handlers.message import Message
from handlers.route import decide
from handlers.situation import Situation
from knowledge.calendar import Calendar
from knowledge.finding import Finding, Outcome, Turn
from knowledge.hours import BusinessHours
from knowledge.likeness import Profile
from knowledge.load import load_content
from knowledge.plan import Planned
from knowledge.schema import Entry, Programme

CONTENT = Path(__file__).parents[2] / "knowledge"


class UnknowingBook:
    """Hands every question over to staff."""

    def __init__(self) -> None:
        self.content = load_content(CONTENT)
        self.phrases = self.content.phrases
        self.programme: Programme = self.content.programme

    def phrase(self, key: str, **values: object) -> str:
        return self.phrases.say(key, False, **values)

    def menu(self) -> Sequence[Entry]:
        return ()

    def calendar(self, at: datetime) -> Calendar:
        return Calendar(self.programme, at)

    def entry(self, _entry_id: str) -> Entry | None:
        return None

    def plan(self, _hours: BusinessHours) -> tuple[Planned, ...]:
        """Nothing is announced but what staff write."""
        return ()

    def consider(self, _text: str, _turns: Sequence[Turn], _at: datetime) -> Finding:
        return Finding(Outcome.HANDOFF, "", reason="unknown")

    def profile(self, _text: str, _at: datetime) -> Profile:
        """Nothing is like anything else."""
        return Profile(np.zeros((1, 1), np.float32), {}, {})

    def decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        """The real decisions."""
        return decide(message, situation, self)  # type: ignore[arg-type]
