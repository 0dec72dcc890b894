"""The console of the staff as a channel: pages of the same server."""

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.channels.base import Outcome, Outgoing, Receive, Sent
from bot.house import CONSOLE
from bot.pacing import UNLIMITED


class StaffChannel:
    """Serves what `site` builds, under /staff. Pages read what a member is told from the store: nothing is sent."""

    name = CONSOLE
    pacing = UNLIMITED

    def __init__(self, site: Callable[[Receive], ASGIApp]) -> None:
        self._site = site

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """All of the console."""
        site = self._site(receive)
        return [Route("/staff", site), Route("/staff/{rest:path}", site)]

    async def start(self, receive: Receive) -> None:
        """Pages come by themselves."""

    async def send(self, _outgoing: Outgoing) -> Outcome:
        """It is in the store, where the page looks."""
        return Sent()

    async def arrived(self, _outgoing: Outgoing) -> bool:
        """The page reads what is in the store."""
        return True

    async def stop_taking(self) -> None:
        """The server takes no more."""

    async def stop(self) -> None:
        """Holds nothing."""
