"""Ends the desk's process in the middle of its work, for good, as a power cut would."""

import os
import signal
from enum import StrEnum

from sqlalchemy import Engine, event

from bot.rehearsal.world import World

KILLS = "kills"


class Moment(StrEnum):
    """When it ends: a post is about to arrive, has arrived unknown to the desk, nothing is underway, an audience
    is being frozen."""

    BEFORE = "before"
    AFTER = "after"
    BETWEEN = "between"
    FREEZING = "freezing"


MOMENTS = tuple(Moment)


class Fate:
    """Strikes once for every `every` posts, at each kind of moment in turn; never where that is None."""

    def __init__(self, world: World, every: int | None) -> None:
        self._world = world
        self._every = every
        self._kills = int(world.noted(KILLS) or 0)

    def strike(self, moment: Moment) -> None:
        """End the process, if it is time for that."""
        if self._every is None or MOMENTS[self._kills % len(MOMENTS)] is not moment:
            return
        if self._world.count() >= (self._kills + 1) * self._every:
            self._world.note(KILLS, str(self._kills + 1))
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        """Be there when an audience is frozen."""
        if self._every is not None:
            event.listen(engine, "before_cursor_execute", self._look)

    def _look(self, _connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith("INSERT INTO delivery") and "occurrence_id" in statement:
            self.strike(Moment.FREEZING)
