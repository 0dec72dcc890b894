"""How Slack hands over what happens: over HTTP with signatures, or in envelopes over a socket, again where it must."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.fakes.slack_world import Body, World

# As Slack does it: at once, after a minute, after five minutes.
SLACKS_RETRIES = (0.0, 60.0, 300.0)


@dataclass
class Handed:
    """One thing that happened, and how each try to hand it over ended: 200, another status, or 0 for no answer."""

    kind: str
    body: Body
    statuses: list[int] = field(default_factory=list)
    answer: Any = None
    is_over: bool = False

    @property
    def id(self) -> str:
        """What repeats of it carry again."""
        return str(self.body.get("event_id") or self.body.get("trigger_id"))


def signed(secret: str, payload: bytes, at: float) -> dict[str, str]:
    """The headers of a request of Slack's."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + payload, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def encoded(handed: Handed) -> tuple[bytes, str]:
    """A body as it goes over HTTP, with its content type."""
    match handed.kind:
        case "events_api":
            return json.dumps(handed.body).encode(), "application/json"
        case "interactive":
            return urlencode({"payload": json.dumps(handed.body)}).encode(), "application/x-www-form-urlencoded"
        case _:
            return urlencode(handed.body).encode(), "application/x-www-form-urlencoded"


class Delivery:
    """Hands things over, each by a task of its own. Only events come again; taps and commands fail before the person.

    `url` is where they go over HTTP; without it they go over an open socket. `patience` is Slack's 3 s.
    """

    def __init__(self, world: World, retries: Sequence[float], patience: float) -> None:
        self.world = world
        self.url: str | None = None
        self.retries = retries
        self.patience = patience
        self.clock_ahead = 0.0
        self.sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, handed: Handed) -> None:
        """Hand it over, from within the server's loop."""
        task = asyncio.create_task(self._hand_over(handed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def acknowledged(self, frame: Body) -> None:
        """An answer came over a socket."""
        waiting = self._waiting.get(str(frame.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload"))

    async def _hand_over(self, handed: Handed) -> None:
        pauses = [*self.retries, 0.0] if handed.kind == "events_api" else [0.0]
        for number, pause in enumerate(pauses):
            status = await self._try(handed, number)
            with self.world.changed:
                handed.statuses.append(status)
                self.world.changed.notify_all()
            if status == 200:
                break
            await asyncio.sleep(pause)
        with self.world.changed:
            self.world.answered(handed.body, handed.statuses[-1], handed.answer)
            handed.is_over = True
            self.world.changed.notify_all()

    async def _try(self, handed: Handed, number: int) -> int:
        try:
            async with asyncio.timeout(self.patience):
                if self.url is not None:
                    return await self._post(handed, number)
                return await self._send(handed, number)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return 0

    async def _post(self, handed: Handed, number: int) -> int:
        payload, content_type = encoded(handed)
        again = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_error"} if number else {}
        headers = {
            **signed(self.world.signing_secret, payload, time.time() + self.clock_ahead),
            **again,
            "content-type": content_type,
        }
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.post(self.url or "", data=payload, headers=headers) as response:
            text = await response.text()
            handed.answer = json.loads(text) if response.content_type == "application/json" else text
            return response.status

    async def _send(self, handed: Handed, number: int) -> int:
        """Over the latest socket, if there is one; if it breaks, nobody acknowledges."""
        open_sockets = [each for each in self.sockets if not each.closed]
        if not open_sockets:
            return 0
        name = self.world.new_id("envelope-")
        self._waiting[name] = asyncio.get_running_loop().create_future()
        envelope = {
            "envelope_id": name,
            "type": handed.kind,
            "payload": handed.body,
            "accepts_response_payload": True,
            "retry_attempt": number,
        }
        try:
            await open_sockets[-1].send_json(envelope)
            handed.answer = await self._waiting[name]
        finally:
            del self._waiting[name]
        return 200
