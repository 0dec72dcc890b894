"""Recognises a person in danger. Such a message never gets an answer from the base."""

import re

from knowledge.schema import Danger


class DangerWatch:
    """Looks for what people in danger say, in the text and in what it sounds like."""

    def __init__(self, danger: Danger) -> None:
        self._kinds = [(k.id, _any(k.patterns), _any(k.not_patterns)) for k in danger.kinds]

    def look(self, *readings: str) -> str | None:
        """The kind of danger that one of the readings of a message tells of, or None."""
        for kind, speaks, general in self._kinds:
            for text in readings:
                if speaks and speaks.search(text) and not (general and general.search(text)):
                    return kind
        return None


def _any(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE) if patterns else None
