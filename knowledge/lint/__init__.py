"""Faults of the content that its form alone does not show, each a sentence with file and entry."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from knowledge.lint import answers, entries, numbers, patterns, programme
from knowledge.lint.phrases import find_phrase_faults
from knowledge.load import Content

__all__ = ["find_faults", "find_phrase_faults"]

_CHECKS: tuple[Callable[[Content], Iterable[str]], ...] = (
    entries.ids_used_twice,
    entries.phrasings_claimed_twice,
    entries.unknown_related,
    entries.unknown_menu,
    entries.unknown_sessions,
    entries.answers_without_source,
    entries.never_shown,
    entries.hand_typed_dates,
    patterns.broken_patterns,
    numbers.unknown_numbers,
    programme.missing_names,
    programme.unknown_forms,
    programme.windows_closing_too_late,
    programme.windows_closing_before_they_open,
    programme.windows_shown_otherwise,
    programme.periods_ending_before_they_begin,
    programme.hours_ending_before_they_begin,
    programme.sessions_out_of_order,
)


def find_faults(content: Content, templates: Path) -> list[str]:
    """All faults at once, in Japanese; `templates` is the folder of the macros that answers use.

    Answers are rendered at every moment of the season that can make a difference to one, unless the
    programme lacks a name without which nothing can be rendered.
    """
    faults = list(chain.from_iterable(check(content) for check in _CHECKS))
    if not any(programme.missing_names(content)):
        faults += answers.unfit_answers(content, templates)
    return faults
