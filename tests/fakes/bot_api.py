"""A small honest Bot API server on 127.0.0.1, in a thread or as a process.

In a test:

    with running_bot_api() as api:                  # api.url is the api_base, api.world is Telegram
        api.world.say("こんにちは")
        posts = await api.posted(chat=101, count=1)

As a process, `python -m tests.fakes.bot_api PORT`: POST /control/{trouble,troubles,rates}, or
/control/ and one of ACTIONS, with the arguments as JSON; GET /control/{posts,calls,state,arrivals}.
"""

import asyncio
import contextlib
import dataclasses
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.fakes.arrivals import Arrival
from tests.fakes.telegram_methods import METHODS, TICK_SECONDS
from tests.fakes.telegram_params import ApiError, value
from tests.fakes.telegram_world import Call, Post, Rate, Trouble, World

LONGEST_BACKOFF_SECONDS = 1.0
ACTIONS = ("say", "edit", "tap", "show", "push", "add_chat", "add_chats", "add_forum")


@dataclasses.dataclass
class BotEndpoint:
    """/bot<token>/<method>"""

    world: World

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, at = Request(scope, receive), time.monotonic()
        try:
            call = Call(request.path_params["method"], await _params(request), at)
            self.world.calls.append(call)
            response = await self._answer(request.path_params["token"], call)
        except (asyncio.CancelledError, ClientDisconnect):
            # The server goes down, or the client is dead: the connection is broken already.
            return
        if response is None:
            await _drop(receive)
            return
        call.answered = time.monotonic()
        await response(scope, receive, send)

    async def _answer(self, token: str, call: Call) -> Response | None:
        if token != self.world.token:
            return _failure(ApiError(401, "Unauthorized"))
        if call.method not in METHODS:
            return _failure(ApiError(404, "Not Found"))
        trouble = self.world.trouble_for(call.method, value(call.params, "chat_id"))
        call.trouble = trouble.kind if trouble else ""
        if trouble is not None and trouble.kind in ("refuse", "fail", "drop_before"):
            return _turned_away(trouble)
        try:
            result = await METHODS[call.method](self.world, call.params)
        except ApiError as error:
            return _failure(error)
        call.done = True
        return await _accepted(result, trouble)


async def _params(request: Request) -> Mapping[str, Any]:
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        return {**request.query_params, **json.loads(body or b"{}")}
    return {**request.query_params, **dict(parse_qsl(body.decode(), keep_blank_values=True))}


def _failure(error: ApiError) -> Response:
    content = {"ok": False, "error_code": error.code, "description": error.description}
    return JSONResponse(content | ({"parameters": error.parameters} if error.parameters else {}), error.code)


def _turned_away(trouble: Trouble) -> Response | None:
    if trouble.kind == "drop_before":
        return None
    if trouble.kind == "fail":
        return Response("<html>Bad Gateway</html>", trouble.code, trouble.headers, "text/html")
    answer = _failure(ApiError(trouble.code, trouble.description, trouble.parameters))
    answer.headers.update(trouble.headers)
    return answer


async def _accepted(result: Any, trouble: Trouble | None) -> Response | None:
    if trouble is not None:
        await asyncio.sleep(trouble.seconds)
        if trouble.kind == "drop_after":
            return None
        if trouble.kind == "garble":
            return Response(f"ok {json.dumps(result, ensure_ascii=False)}")
    # Not JSONResponse: what was pushed may hold halves of characters and other things that it refuses.
    return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")


async def _drop(receive: Receive) -> None:
    """Break the connection. The transport stands behind the server's own `receive`."""
    receive.__self__.transport.abort()  # type: ignore[attr-defined]
    while (await receive())["type"] != "http.disconnect":
        pass


async def deliver_to_webhook(world: World) -> None:
    """Hand updates to the webhook, oldest first, each until it is taken. Never returns."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        failures = 0
        while True:
            if not (world.webhook and world.updates):
                await asyncio.sleep(TICK_SECONDS)
                continue
            update = world.updates[0]
            if await _taken(client, world.webhook, update):
                world.updates.remove(update)
                failures = 0
                continue
            failures += 1
            await asyncio.sleep(min(0.05 * 2**failures, LONGEST_BACKOFF_SECONDS))


async def _taken(client: httpx.AsyncClient, webhook: Mapping[str, Any], update: Mapping[str, Any]) -> bool:
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"], "Content-Type": "application/json"}
    try:
        answer = await client.post(webhook["url"], content=json.dumps(update), headers=headers)
    except httpx.HTTPError:
        return False
    return answer.is_success


@dataclasses.dataclass
class Control:
    """What a test in another process steers and sees."""

    world: World

    async def act(self, request: Request) -> Response:
        given = json.loads(await request.body() or b"{}")
        actions = {name: getattr(self.world, name) for name in ACTIONS}
        actions |= {"trouble": self._trouble, "troubles": self._troubles, "rates": self._rates}
        return JSONResponse({"result": actions[request.path_params["action"]](**given)})

    def _trouble(self, **given: Any) -> None:
        self.world.troubles.append(Trouble(**given))

    def _troubles(self, troubles: list[Mapping[str, Any]]) -> None:
        self.world.troubles[:] = [Trouble(**given) for given in troubles]

    def _rates(self, rates: list[Mapping[str, Any]]) -> None:
        self.world.rates = [Rate(**rate) for rate in rates]

    async def posts(self, request: Request) -> Response:
        chat = request.query_params.get("chat")
        return JSONResponse([dataclasses.asdict(post) for post in self.world.posts(int(chat) if chat else None)])

    async def calls(self, _request: Request) -> Response:
        return JSONResponse([dataclasses.asdict(call) for call in self.world.calls])

    async def arrivals(self, request: Request) -> Response:
        calls = self.world.called("sendMessage")[int(request.query_params.get("after", 0)) :]
        return JSONResponse([dataclasses.asdict(_arrival(call)) for call in calls])

    async def state(self, _request: Request) -> Response:
        world = self.world
        return JSONResponse(
            {
                "unconfirmed": len(world.updates),
                "posts": len(world.posts_made),
                "violations": world.violations,
                "webhook": world.webhook.get("url", ""),
                "commands": world.commands,
            }
        )


def _arrival(call: Call) -> Arrival:
    return Arrival(str(call.params["chat_id"]), call.at, call.done, call.trouble, call.answered)


def application(world: World) -> Starlette:
    control = Control(world)
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", BotEndpoint(world)),
            Route("/control/posts", control.posts),
            Route("/control/calls", control.calls),
            Route("/control/state", control.state),
            Route("/control/arrivals", control.arrivals),
            Route("/control/{action}", control.act, methods=["POST"]),
        ]
    )


@dataclasses.dataclass
class BotApi:
    """The server; it can be stopped and started again on the same port, as after an outage."""

    world: World
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port), backlog=2048)
        # asyncio does so only for sockets of its own making; else the second part of an answer may wait for 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listening.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(self.world),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                timeout_keep_alive=75,
            )
        )
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(listening)), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    async def _serve(self, listening: socket.socket) -> None:
        assert self._server is not None
        delivering = asyncio.create_task(deliver_to_webhook(self.world))
        await self._server.serve([listening])
        delivering.cancel()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
        await asyncio.gather(delivering, return_exceptions=True)

    def stop(self) -> None:
        """Refuse connections, and break those that are open."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
        self._server = None

    def wait(self) -> None:
        """Until it is stopped."""
        if self._thread is not None:
            self._thread.join()

    async def posted(self, chat: int | None, count: int, seconds: float = 10.0) -> list[Post]:
        """What the bot posted, once there are so many; raises TimeoutError else."""
        async with asyncio.timeout(seconds):
            while len(self.world.posts(chat)) < count:
                await asyncio.sleep(TICK_SECONDS)
        return self.world.posts(chat)


@contextlib.contextmanager
def running_bot_api(world: World | None = None) -> Iterator[BotApi]:
    api = BotApi(world or World())
    api.start()
    try:
        yield api
    finally:
        api.stop()


if __name__ == "__main__":
    alone = BotApi(World(), int(sys.argv[1]))
    alone.start()
    print(alone.url, flush=True)
    alone.wait()
