"""Charts as numbers: where bars and lines stand in a drawing of fixed size. The template draws them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.rehearsal.season import Day

WIDTH, HEIGHT = 900, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 118, 14, 30
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
MOST_TICKS = 5
# Labels at the ends of lines stand at least so far apart.
LINE_HEIGHT = 16
# At least so many pixels for each month's name.
MONTH_WIDTH = 34

Counts = Callable[[Day], Mapping[str, int]]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A part of a day's bar; `kind` says of which."""

    kind: str
    day: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line through all days, and where its name stands."""

    kind: str
    points: str
    label_at: float
    last: int


@dataclass(frozen=True)
class Chart:
    """A drawing: its axes, and bars or lines."""

    months: Sequence[Tick]
    counts: Sequence[Tick]
    bars: Sequence[Bar] = ()
    lines: Sequence[Line] = ()


def stacked(days: Sequence[Day], counts: Counts, kinds: Sequence[str]) -> Chart:
    """A bar for each day, one part on the other."""
    highest = max((sum(counts(day).values()) for day in days), default=0)
    scale = _scale(highest)
    bars = [bar for n, day in enumerate(days) for bar in _bars(n, day, counts(day), kinds, scale, len(days))]
    return Chart(_months(days), scale.ticks, bars=bars)


def lined(days: Sequence[Day], counts: Counts, kinds: Sequence[str]) -> Chart:
    """A line for each kind; it changes at each day's end."""
    highest = max((count for day in days for count in counts(day).values()), default=0)
    scale = _scale(highest)
    ends = {kind: scale.y(counts(days[-1]).get(kind, 0)) for kind in kinds} if days else {}
    labels = _apart(ends)
    lines = [_line(kind, [counts(day).get(kind, 0) for day in days], scale, labels[kind]) for kind in ends]
    return Chart(_months(days), scale.ticks, lines=lines)


@dataclass(frozen=True)
class _Scale:
    top: int
    step: int

    def y(self, count: float) -> float:
        return TOP + PLOT_HEIGHT * (1 - count / self.top)

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(self.y(count), str(count)) for count in range(0, self.top + 1, self.step)]


def _scale(highest: int) -> _Scale:
    step = next((step for step in STEPS if highest <= step * MOST_TICKS), STEPS[-1])
    return _Scale(max(step * math.ceil(highest / step), step), step)


def _x(index: float, days: int) -> float:
    return LEFT + PLOT_WIDTH * index / max(days, 1)


def _bars(index: int, day: Day, counts: Mapping[str, int], kinds: Sequence[str], scale: _Scale, days: int) -> list[Bar]:
    width = PLOT_WIDTH / max(days, 1)
    bars, below = [], 0
    for kind in kinds:
        if count := counts.get(kind, 0):
            top = scale.y(below + count)
            height = scale.y(below) - top
            bars.append(Bar(kind, day.day, count, _x(index, days), top, max(width - 0.4, 0.6), height))
            below += count
    return bars


def _line(kind: str, counts: Sequence[int], scale: _Scale, label_at: float) -> Line:
    points = " ".join(f"{_x(n + 1, len(counts)):.1f},{scale.y(count):.1f}" for n, count in enumerate(counts))
    return Line(kind, points, label_at, counts[-1])


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """Where labels stand so that none covers another: as near to their lines as may be, from below upwards."""
    placed: dict[str, float] = {}
    lowest = float(HEIGHT - BOTTOM)
    for kind, y in sorted(ends.items(), key=lambda end: -end[1]):
        placed[kind] = min(y, lowest)
        lowest = placed[kind] - LINE_HEIGHT
    return placed


def _months(days: Sequence[Day]) -> list[Tick]:
    starts = [(n, day.day) for n, day in enumerate(days) if n == 0 or day.day.day == 1]
    ticks: list[Tick] = []
    for index, day in reversed(starts):
        at = _x(index, len(days))
        if not ticks or ticks[-1].at - at >= MONTH_WIDTH:
            ticks.append(Tick(at, f"{day.month}月" if day.day == 1 else f"{day.month}/{day.day}"))
    return ticks[::-1]
