"""A fake Slack: a small server on 127.0.0.1 that knows nothing of the desk.

`running_slack()` runs it in a thread; `python -m tests.fakes.slack_api PORT [PAUSE …]` as a process that is driven
by JSON over /control (see `slack_control.py`); the pauses are those before an event comes again, in seconds.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from tests.fakes.slack_control import Control
from tests.fakes.slack_delivery import Delivery, Handed
from tests.fakes.slack_methods import METHODS, read_arguments
from tests.fakes.slack_people import People
from tests.fakes.slack_world import ApiError, Body, Call, Trouble, World

QUICK_RETRIES = (0.0, 0.05, 0.2, 0.5)
START_SECONDS = 10.0
NEVER_ANSWERED = frozenset({"drop_before", "drop_after"})

# What is told of a post that was made, changed or deleted.
ECHOED: dict[str, Callable[[Body], Body]] = {
    "chat.postMessage": lambda done: done["message"],
    "chat.update": lambda done: {"subtype": "message_changed", "message": done["message"], "ts": done["ts"]},
    "chat.delete": lambda done: {"subtype": "message_deleted", "deleted_ts": done["ts"], "ts": done["ts"]},
}

Result = TypeVar("Result")


class SlackServer:
    """The Web API and the sockets, served from one event loop."""

    def __init__(self, world: World, delivery: Delivery, control: Control) -> None:
        self.world = world
        self.delivery = delivery
        self._control = control
        self.port = 0
        self._tickets: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        """Serve; a second start takes the same port again."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link", self._link)
        app.router.add_routes(self._control.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections from now on, and break those that are open."""
        await self.break_sockets()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def break_sockets(self) -> None:
        for socket in self.delivery.sockets:
            await socket.close()
        self.delivery.sockets.clear()

    async def ask_to_reconnect(self) -> None:
        """What Slack sends before it closes a socket."""
        for socket in self.delivery.sockets:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        self.delivery.sockets.clear()

    async def send_frame(self, frame: str) -> None:
        for socket in self.delivery.sockets:
            await socket.send_str(frame)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        at, method = time.monotonic(), request.match_info["method"]
        arguments = read_arguments(request.content_type, await request.text(), dict(request.query))
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        trouble = self.world.trouble(method, arguments.get("channel"))
        response, answer = await self._answered(request, method, token, arguments, trouble, at)
        answered = None if answer in NEVER_ANSWERED else time.monotonic()
        self.world.note(Call(method, at, arguments, answer, answered))
        return response

    async def _answered(
        self, request: web.Request, method: str, token: str, arguments: Body, trouble: Trouble | None, at: float
    ) -> tuple[web.StreamResponse, str]:
        kind = trouble.kind if trouble else ""
        match trouble:
            case Trouble("throttle", seconds=seconds):
                return _throttled(f"{seconds:g}"), kind
            case Trouble("error", error=error):
                return web.json_response({"ok": False, "error": error}), error
            case Trouble("status", status=status):
                return web.Response(status=status, text="upstream"), kind
            case Trouble("drop_before"):
                return _dropped(request), kind
        if method == "chat.postMessage" and self._is_too_fast(arguments, at):
            return _throttled("1"), "throttle"
        answer = self._done(method, token, arguments)
        match trouble:
            case Trouble("drop_after"):
                return _dropped(request), kind
            case Trouble("garbage"):
                return web.Response(text="<html>", content_type="application/json"), kind
            case Trouble("status_after", status=status):
                return web.Response(status=status, text="upstream"), kind
            case Trouble("slow", seconds=seconds):
                await asyncio.sleep(seconds)
        headers = {"x-oauth-scopes": ",".join(self.world.scopes)}
        return web.json_response(answer, headers=headers), kind or answer.get("error", "ok")

    def _is_too_fast(self, arguments: Body, at: float) -> bool:
        try:
            return self.world.is_too_fast(self.world.place(arguments.get("channel")), at)
        except ApiError:
            return False

    def _done(self, method: str, token: str, arguments: Body) -> Body:
        if method == "apps.connections.open":
            return self._open_connection(token)
        if method not in METHODS:
            return {"ok": False, "error": "unknown_method"}
        if token != self.world.bot_token:
            return {"ok": False, "error": "invalid_auth" if token else "not_authed"}
        try:
            answer = METHODS[method](self.world, arguments)
        except ApiError as error:
            return {"ok": False, "error": str(error)}
        if method in ECHOED:
            self.delivery.begin(echo_of(self.world, method, answer))
        return {"ok": True, **answer}

    def _open_connection(self, token: str) -> Body:
        if token != self.world.app_token:
            return {"ok": False, "error": "invalid_auth"}
        ticket = self.world.new_id("ticket-")
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}

    async def _link(self, request: web.Request) -> web.StreamResponse:
        """A socket; its ticket serves once."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        with self.world.changed:
            self.delivery.sockets.append(socket)
            self.world.changed.notify_all()
        async for frame in socket:
            self.delivery.acknowledged(json.loads(frame.data))
        return socket


def echo_of(world: World, method: str, done: Body) -> Handed:
    """The app hears of its own posts too."""
    channel, ts = done["channel"], done["ts"]
    kinds = {"D": "im", "G": "group"}
    event = {
        **ECHOED[method](done),
        "type": "message",
        "channel": channel,
        "channel_type": kinds.get(channel[0], "channel"),
        "event_ts": ts,
    }
    body = {
        "type": "event_callback",
        "team_id": world.team,
        "api_app_id": world.app,
        "event_id": world.new_id("Ev"),
        "event": event,
    }
    return Handed("events_api", body, is_over=False)


def _throttled(seconds: str) -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": seconds})


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class FakeSlack:
    """A running fake, to be used from any thread: `people` do things, `world` shows what came of it."""

    def __init__(self, world: World, retries: Sequence[float], patience: float) -> None:
        self.world = world
        self._delivery = Delivery(world, retries, patience)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.people = People(world, self._hand_over)
        self._server = SlackServer(world, self._delivery, Control(self.people, self._delivery))

    def _hand_over(self, handed: Handed) -> None:
        self._loop.call_soon_threadsafe(self._delivery.begin, handed)

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def open(self, port: int = 0) -> None:
        self._thread.start()
        self._do(self._server.start(port))

    def close(self) -> None:
        self._do(self._delivery.stop())
        self._do(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/api"

    @property
    def events_url(self) -> str | None:
        """Where events go over HTTP."""
        return self._delivery.url

    def sends_events_to(self, url: str | None) -> None:
        """Over HTTP from now on (None: over sockets)."""
        self._delivery.url = url

    def is_ahead(self, seconds: float) -> None:
        """Sign as if it were so much later."""
        self._delivery.clock_ahead = seconds

    def meets(self, trouble: Trouble) -> None:
        """Let something go wrong."""
        with self.world.changed:
            self.world.troubles.append(trouble)

    def goes_down(self) -> None:
        """Connections are refused until it comes up again."""
        self._do(self._server.stop())

    def comes_up(self) -> None:
        """On the same port."""
        self._do(self._server.start(0))

    def breaks_sockets(self) -> None:
        self._do(self._server.break_sockets())

    def asks_to_reconnect(self) -> None:
        self._do(self._server.ask_to_reconnect())

    def sends_frame(self, frame: str) -> None:
        """A text over all sockets, whatever it is."""
        self._do(self._server.send_frame(frame))

    def waits_for_sockets(self, count: int = 1) -> None:
        """Until so many sockets are open."""
        self.world.wait(lambda: sum(not socket.closed for socket in self._delivery.sockets) >= count)


@contextmanager
def running_slack(
    world: World | None = None, retries: Sequence[float] = QUICK_RETRIES, patience: float = 3.0, port: int = 0
) -> Iterator[FakeSlack]:
    """A fake Slack. `retries` are the pauses before an event comes again; each answer is waited for by `patience`."""
    slack = FakeSlack(world or World(), retries, patience)
    slack.open(port)
    try:
        yield slack
    finally:
        slack.close()


def main(port: int, retries: Sequence[float]) -> None:
    """Serve until the process is ended."""
    with running_slack(retries=retries or QUICK_RETRIES, port=port):
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), [float(pause) for pause in sys.argv[2:]])
