"""The one HTTP server of a process: the site, and what platforms post to us."""

import asyncio
import os
import socket
from collections.abc import Sequence

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.config import WebSettings
from bot.errors import PortTaken

LAST_REQUESTS_SECONDS = 3

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Server:
    """Serves routes on one address. `port` is the one that is really listened on (0 until then, if any is taken)."""

    def __init__(self, settings: WebSettings, routes: Sequence[BaseRoute]) -> None:
        self._settings = settings
        self._routes = routes
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self.port = settings.port

    async def start(self) -> None:
        """Serve. Raises PortTaken where the address cannot be used."""
        listening = self._listen()
        self.port = listening.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=self._routes),
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
            listening = socket.create_server((host, port), family=family, backlog=2048)
        except OSError as error:
            raise PortTaken(host, port, _reason(error)) from None
        # asyncio does so only for sockets of its own making; else the second part of an answer may wait for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening

    async def stop(self) -> None:
        """Let requests that are underway finish."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving


def _reason(error: OSError) -> str:
    """Why, in the system's words: Python adds the address to them, which the sentence names anyway."""
    if error.errno is None or error.errno <= 0:
        return error.strerror or type(error).__name__
    return os.strerror(error.errno)
