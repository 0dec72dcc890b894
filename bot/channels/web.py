"""The web channel: a server for the site, and a bell that wakes the pages when a reply is there."""

import asyncio
import socket
from collections.abc import Callable

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.channels.base import Outcome, Outgoing, Receive, Sent
from bot.config import WebSettings
from bot.errors import PortTaken
from bot.web.bell import Bell

LAST_REQUESTS_SECONDS = 3

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class WebChannel:
    """Serves what `site` builds. Pages read their conversation from the store, so sending is ringing."""

    name = "web"

    def __init__(self, settings: WebSettings, site: Callable[[Receive], ASGIApp], bell: Bell) -> None:
        self._settings = settings
        self._site = site
        self._bell = bell
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port = settings.port

    async def start(self, receive: Receive) -> None:
        """Serve. Raises PortTaken where the address cannot be used."""
        listening = self._listen()
        self.port = listening.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._site(receive),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
            )
        )
        self._serving = asyncio.create_task(self._server.serve([listening]))
        while not (self._server.started or self._serving.done()):
            await asyncio.sleep(0.01)
        log.info("serving", url=f"http://{self._settings.host}:{self.port}")

    def _listen(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((host, port), family=family, backlog=2048)
        except OSError as error:
            raise PortTaken(host, port, error.strerror or type(error).__name__) from None

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Wake the pages of the address."""
        self._bell.ring(outgoing.address)
        return Sent()

    async def stop(self) -> None:
        """Let waiting pages go at once and others finish."""
        self._bell.close()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
