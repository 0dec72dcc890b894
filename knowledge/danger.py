"""Recognises a person in danger. Such a message never gets an answer from the base."""

import re

from knowledge.schema import Danger


class DangerWatch:
    """Looks for what people in danger say, in the text and in what it sounds like."""

    def __init__(self, danger: Danger) -> None:
        self._kinds = [(k.id, _compiled(k.patterns), _compiled(k.not_patterns)) for k in danger.kinds]

    def look(self, *readings: str) -> str | None:
        """The kind of danger that one of the readings of a message tells of, or None."""
        for kind, speaks, general in self._kinds:
            for text in readings:
                if _matches(speaks, text) and not _matches(general, text):
                    return kind
        return None


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
