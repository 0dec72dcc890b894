"""Faults of answers as they are shown: rendered throughout the season."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.calendar import Asked, Span
from knowledge.lint.dates import contradictions
from knowledge.lint.moments import asked_cases, known_dates, moments, season, telling_moments
from knowledge.lint.placed import Placed
from knowledge.render import Renderer
from knowledge.schema import Programme

_LONGEST = 1_000


@dataclass(frozen=True)
class Shown:
    """A text as it reads at a moment."""

    text: str
    at: dt.datetime
    asked: Asked


def unfit_answers(entries: Iterable[Placed], programme: Programme, templates: Path) -> list[str]:
    """Answers, Japanese and English, that do not render, are too long, or name a wrong date."""
    proof = Proof(programme, Renderer(templates, programme))
    return [fault for here in entries for fault in proof.faults(here)]


class Proof:
    """Reads answers at every moment that can make a difference to them."""

    def __init__(self, programme: Programme, renderer: Renderer) -> None:
        self._programme = programme
        self._renderer = renderer
        self._season = season(programme)
        self._dates = known_dates(programme)
        self._moments = moments(programme)
        self._telling = telling_moments(programme, self._moments)

    def faults(self, here: Placed) -> list[str]:
        """The faults of one entry, each once, with the first moment at which it shows."""
        found: dict[str, dt.datetime] = {}
        for name, template in (("answer", f"{here.entry.answer}\n{here.entry.note}"), ("english", here.entry.english)):
            for what, at in self._read(here, template):
                found.setdefault(f"{name}: {what}", at)
        return [here.fault(f"{what}({at:%Y-%m-%d %H:%M} の表示)") for what, at in found.items()]

    def _read(self, here: Placed, template: str) -> Iterator[tuple[str, dt.datetime]]:
        at = self._moments[0]
        try:
            for at in self._moments_for(template):
                for asked in asked_cases(here.entry.slot, self._programme, at):
                    shown = Shown(self._renderer.render(template, at, asked), at, asked)
                    yield from ((what, at) for what in self._unfit(shown))
        except Exception as error:  # a template can fail in any way that Python can
            yield f"表示できません({type(error).__name__}: {error})。", at

    def _moments_for(self, template: str) -> Sequence[dt.datetime]:
        names = self._renderer.names_in(template)
        if not names:
            return self._moments[:1]
        return self._moments if "today" in names else self._telling

    def _unfit(self, shown: Shown) -> Iterator[str]:
        if len(shown.text) > _LONGEST:
            yield f"{_LONGEST:,}字を超えています。"
        yield from contradictions(shown.text, self._season, self._nameable(shown))

    def _nameable(self, shown: Shown) -> frozenset[dt.date]:
        """The days a text may name: those of the calendar, today, and the days asked for."""
        span = shown.asked.span or Span(dt.date.min, dt.date.min, "")
        return self._dates | {shown.at.date(), span.begins, span.ends}
