"""The fake Slack as a process of its own, driven by JSON.

POST /control/deeds {"deed": "says", "arguments": {"user": "U0ALICE", "text": "…"}} → {"id": …}
POST /control/troubles {"kind": "slow", "seconds": 2, …}, or a list of them
POST /control/settings {"url": "http://…/slack/events" | null, "enforces_limits": true, "people": ["U0ALICE", …]}
GET  /control/posts, /control/handed, /control/calls, /control/arrivals
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.fakes.arrivals import Arrival
from tests.fakes.slack_delivery import Delivery, Handed
from tests.fakes.slack_people import People
from tests.fakes.slack_world import Call, Trouble

DEEDS = frozenset(
    {"deletes", "edits", "mentions", "opens_home", "runs", "says", "shares", "taps", "taps_home", "writes"}
)

# How a call is answered that was done.
DONE = frozenset({"ok", "slow", "drop_after", "garbage", "status_after"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """What may be asked of a fake from outside."""

    def __init__(self, people: People, delivery: Delivery) -> None:
        self._people = people
        self._world = people.world
        self._delivery = delivery

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/deeds", self.deed),
            web.post("/control/troubles", self.trouble),
            web.post("/control/settings", self.settings),
            web.get("/control/posts", self.posts),
            web.get("/control/handed", self.handed),
            web.get("/control/calls", self.calls),
            web.get("/control/arrivals", self.arrivals),
        ]

    async def deed(self, request: web.Request) -> web.Response:
        """Let somebody do something."""
        asked = await request.json()
        if asked["deed"] not in DEEDS:
            return web.Response(status=404)
        handed: Handed = getattr(self._people, asked["deed"])(**asked["arguments"])
        return web.json_response({"id": handed.id})

    async def trouble(self, request: web.Request) -> web.Response:
        """Let something go wrong."""
        asked = await request.json()
        with self._world.changed:
            self._world.troubles += [Trouble(**each) for each in (asked if isinstance(asked, list) else [asked])]
        return web.json_response({})

    async def settings(self, request: web.Request) -> web.Response:
        """Where events go to, whether limits are enforced, and who is there."""
        asked = await request.json()
        self._delivery.url = asked.get("url", self._delivery.url)
        self._world.enforces_limits = asked.get("enforces_limits", self._world.enforces_limits)
        for user in asked.get("people", ()):
            self._world.direct(user)
        return web.json_response({})

    async def posts(self, _request: web.Request) -> web.Response:
        """All that the app has posted."""
        return web.json_response([asdict(post) for post in self._people.posts()])

    async def handed(self, _request: web.Request) -> web.Response:
        """All that was handed over, and how each try ended."""
        return web.json_response([_told(each) for each in self._people.handed])

    async def calls(self, _request: web.Request) -> web.Response:
        """All calls of the Web API."""
        return web.json_response([asdict(call) for call in self._world.calls])

    async def arrivals(self, request: web.Request) -> web.Response:
        """All tries to post, but for so many of the first ones."""
        calls = [call for call in self._world.calls if call.method == "chat.postMessage"]
        return web.json_response([asdict(_arrival(call)) for call in calls[int(request.query.get("after", 0)) :]])


def _arrival(call: Call) -> Arrival:
    trouble = "" if call.answer == "ok" else call.answer
    return Arrival(str(call.arguments.get("channel")), call.at, call.answer in DONE, trouble, call.answered)


def _told(handed: Handed) -> dict[str, Any]:
    return {
        "id": handed.id,
        "kind": handed.kind,
        "body": handed.body,
        "statuses": handed.statuses,
        "is_over": handed.is_over,
    }
