"""Faults of the content that its form alone does not show, each a sentence with file and entry."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from itertools import chain
from pathlib import Path

from knowledge.hours import BusinessHours
from knowledge.lint import announcements, answers, entries, notices, numbers, patterns, programme
from knowledge.lint.phrases import find_phrase_faults
from knowledge.lint.placed import placed
from knowledge.load import Content
from knowledge.quiet import Quiet

__all__ = ["find_entry_faults", "find_faults", "find_phrase_faults"]

_OF_ENTRIES: tuple[Callable[[Content], Iterable[str]], ...] = (
    entries.ids_used_twice,
    entries.phrasings_claimed_twice,
    entries.unknown_related,
    entries.unknown_menu,
    entries.unknown_sessions,
    entries.answers_without_source,
    entries.never_shown,
    entries.hand_typed_dates,
)
_CHECKS = (
    *_OF_ENTRIES,
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
    announcements.without_source,
    announcements.unknown_entries,
    announcements.unknown_sessions,
    announcements.hand_typed_dates,
)
_NIGHT = Quiet(dt.time(21), dt.time(8))


def find_faults(
    content: Content, templates: Path, hours: BusinessHours = BusinessHours(), quiet: Quiet = _NIGHT
) -> list[str]:
    """All faults at once, in Japanese; `templates` is the folder of the macros that answers use.

    Answers are rendered at every moment of the season that can make a difference to one, and notices for when they
    go by business hours, unless the programme lacks a name without which nothing can be rendered.
    """
    faults = list(chain.from_iterable(check(content) for check in _CHECKS))
    if not any(programme.missing_names(content)):
        faults += answers.unfit_answers(placed(content), content.programme, templates)
        faults += announcements.untimely(content, hours, quiet)
        faults += notices.unfit_notices(content, hours, templates)
    return faults


def find_entry_faults(content: Content, names: Collection[str], templates: Path) -> list[str]:
    """The faults of the entries with these ids within content that is right without them, in Japanese."""
    found = chain.from_iterable(check(content) for check in _OF_ENTRIES)
    own = [here for here in placed(content) if here.entry.id in names]
    faults = [fault for fault in found if any(f"[{name}]" in fault for name in names)]
    return faults + answers.unfit_answers(own, content.programme, templates)
