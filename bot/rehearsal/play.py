"""The play: goes from moment to moment, and lets everybody do what they do there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.clock import JAPAN
from bot.rehearsal.deeds import Span
from bot.rehearsal.fate import Moment
from bot.rehearsal.settling import Settling
from bot.rehearsal.stage import Stage


class Actor(Protocol):
    """Somebody, or something, that acts by itself in the course of time."""

    async def next(self) -> datetime | None:
        """When they act next, as things stand; None: no more."""

    async def act(self) -> None:
        """Do what is due now."""


async def play(
    stage: Stage, settling: Settling, actors: Sequence[Actor], span: Span, passed: Callable[[datetime], None]
) -> None:
    """Play a span to its end, from where it stands. Of those who act at the same moment the first in line goes first.

    `passed` is called with the first moment of each month that anything happens in.
    """
    while (found := await _first(actors)) is not None and found[0] < span.ends:
        moment, actor = found
        stage.fate.strike(Moment.BETWEEN)
        before = stage.clock.now()
        stage.clock.move_to(moment)
        stage.note_time()
        if _month(moment) != _month(before):
            passed(moment)
        await actor.act()
        await settling.settle()


async def _first(actors: Sequence[Actor]) -> tuple[datetime, Actor] | None:
    moments = [(moment, actor) for actor in actors if (moment := await actor.next()) is not None]
    return min(moments, key=lambda one: one[0], default=None)


def _month(moment: datetime) -> tuple[int, int]:
    local = moment.astimezone(JAPAN)
    return local.year, local.month
