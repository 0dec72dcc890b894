"""A channel of the rehearsal: whatever is sent arrives in the world at once."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.channels.base import Gone, Outcome, Outgoing, Receive, Sent, place_of
from bot.clock import Clock
from bot.pacing import UNLIMITED
from bot.rehearsal.fate import Fate, Moment
from bot.rehearsal.world import World

# As the real one of that name, Telegram cannot be read back.
NEVER_READ_BACK = frozenset({"telegram"})
BLOCKED = "blocked"


class StageChannel:
    """Goes by the name of a real channel. Nothing comes in by it: the play hands messages to the desk."""

    pacing = UNLIMITED

    def __init__(self, name: str, world: World, clock: Clock, fate: Fate) -> None:
        self.name = name
        self._world = world
        self._clock = clock
        self._fate = fate

    def routes(self, _receive: Receive) -> Sequence[BaseRoute]:
        """Serves nothing."""
        return ()

    async def start(self, _receive: Receive) -> None:
        """Is there from the beginning."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """It arrives, unless the recipient has blocked us."""
        self._fate.strike(Moment.BEFORE)
        if self._world.is_blocked(self.name, place_of(outgoing.address)):
            return Gone(BLOCKED)
        ref = self._world.take(self._clock.now(), self.name, outgoing)
        self._fate.strike(Moment.AFTER)
        return Sent(ref, ref)

    async def arrived(self, outgoing: Outgoing) -> Sent | bool | None:
        """What the world says, where the platform can be asked."""
        if self.name in NEVER_READ_BACK:
            return None
        ref = self._world.ref(self.name, outgoing.id)
        return False if ref is None else Sent(ref, ref)

    async def stop_taking(self) -> None:
        """Takes nothing anyway."""

    async def stop(self) -> None:
        """Has nothing to give back."""
