"""Socket Mode: what happens comes over a connection that we open, in envelopes that we answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.outcomes import wait_asked_for

HEARTBEAT_SECONDS = 10.0
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 30.0
MOST_UNDERWAY = 64

# The body of an envelope to what is answered, None where it is not to be acknowledged.
Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class SlackSocket:
    """One connection at a time, opened anew whenever it ends. `client` has a session and carries the app-level token.

    Our own, since the library's keeps trying an address whose ticket has been used up, and takes any number
    of envelopes at a time.
    """

    def __init__(self, client: AsyncWebClient, answer: Answer) -> None:
        self._client = client
        self._answer = answer
        self._underway: set[asyncio.Task[None]] = set()
        self._connection: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect; returns when envelopes can come. Raises what the first connection fails with."""
        connection = await self._connect()
        self._listening = asyncio.create_task(self._listen(connection))

    async def stop(self) -> None:
        """Take no more envelopes; those in hand are answered."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        opened = await self._client.apps_connections_open(app_token=self._client.token or "")
        session = self._client.session
        if session is None:
            raise ConnectionError("closed")
        self._connection = await session.ws_connect(opened["url"], heartbeat=HEARTBEAT_SECONDS)
        return self._connection

    async def _listen(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await self._hear_out(connection)
            log.info("socket ended", channel="slack")
            connection = await self._reconnect()

    async def _reconnect(self) -> aiohttp.ClientWebSocketResponse:
        pause, asked = SHORTEST_PAUSE_SECONDS, None
        while True:
            await asyncio.sleep(pause if asked is None else max(asked, SHORTEST_PAUSE_SECONDS))
            try:
                return await self._connect()
            except Exception as error:
                log.warning("socket not connected", channel="slack", error=type(error).__name__)
                asked = wait_asked_for(error)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _hear_out(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        """Answer envelopes until the connection ends or Slack asks for another."""
        try:
            async for frame in connection:
                envelope = _envelope(frame)
                if envelope.get("type") == "disconnect":
                    return
                if "envelope_id" in envelope:
                    await self._begin(connection, envelope)
        finally:
            await _all_done(self._underway)
            await connection.close()

    async def _begin(self, connection: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        if len(self._underway) >= MOST_UNDERWAY:
            await asyncio.wait(self._underway, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._respond(connection, envelope))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)

    async def _respond(self, connection: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        """Acknowledge an envelope, or leave it to come again."""
        try:
            payload = await self._answer(envelope["payload"])
            if payload is not None:
                told = {"payload": payload} if payload else {}
                await connection.send_json({"envelope_id": envelope["envelope_id"], **told})
        except Exception as error:
            log.warning("not acknowledged", channel="slack", error=type(error).__name__)


def _envelope(frame: aiohttp.WSMessage) -> dict[str, Any]:
    if frame.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = json.loads(frame.data)
    except (ValueError, RecursionError):
        return {}
    return envelope if isinstance(envelope, dict) else {}


async def _all_done(tasks: set[asyncio.Task[None]]) -> None:
    if tasks:
        await asyncio.wait(tasks)
