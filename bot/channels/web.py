"""The web channel: the site, and a bell that wakes its pages when a reply is there."""

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from bot.channels.base import Outcome, Outgoing, Receive, Sent
from bot.pacing import UNLIMITED
from bot.web.bell import Bell


class WebChannel:
    """Serves what `site` builds. Pages read their conversation from the store, so sending is ringing."""

    name = "web"
    pacing = UNLIMITED

    def __init__(self, site: Callable[[Receive], ASGIApp], bell: Bell) -> None:
        self._site = site
        self._bell = bell

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """All of the site."""
        return [Mount("/", self._site(receive))]

    async def start(self, receive: Receive) -> None:
        """Pages come by themselves."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Wake the pages of the address."""
        self._bell.ring(outgoing.address)
        return Sent()

    async def arrived(self, _outgoing: Outgoing) -> bool:
        """The page reads what is in the store."""
        return True

    async def stop_taking(self) -> None:
        """Let waiting pages go at once."""
        self._bell.close()

    async def stop(self) -> None:
        """Let waiting pages go at once."""
        self._bell.close()
