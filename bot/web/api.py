"""The JSON API of the chat page."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.base import Receive, parcel_of
from bot.clock import Clock
from bot.errors import Refusal
from bot.pace import Pace
from bot.ports import Words
from bot.store import queries
from bot.store.queries import Spoken
from bot.store.subscriptions import subscription_at
from bot.store.transactions import Store
from bot.waiting import wait_at_most
from bot.web.banner import Banner
from bot.web.bell import Bell
from bot.web.body import read_body
from bot.web.guard import is_same_origin
from bot.web.sessions import Sessions
from bot.web.wire import (
    ChoiceOut,
    MessageIn,
    State,
    Stored,
    conversation_from,
    japan_time,
    message_from,
)
from handlers.notice import SHOW_SUBSCRIPTION
from knowledge.announcement import NoticeTopic
from knowledge.calendar import Calendar

LINES_AT_MOST = 200
LONGEST_WAIT_SECONDS = 25
# A ring may come from another process, which this one does not hear.
LOOK_AGAIN_SECONDS = 3.0

DESK_STATES: dict[str, Literal["before", "open", "closed"]] = {
    "before": "before",
    "running": "open",
    "over": "closed",
}


def as_json(model: BaseModel, status: int = 200) -> Response:
    """A model as a response."""
    return Response(model.model_dump_json(), status, media_type="application/json")


@dataclass(frozen=True)
class Api:
    """The endpoints, and what they work with. `machine` is the clock that `pace` is counted by."""

    store: Store
    receive: Receive
    sessions: Sessions
    words: Words
    bell: Bell
    pace: Pace
    clock: Clock
    machine: Clock
    longest_message: int
    banner: Banner

    async def post_message(self, request: Request) -> Response:
        """Store a message; 202 says that it is."""
        if not is_same_origin(request.headers):
            raise Refusal(403, "forbidden")
        address = await self.sessions.address(request)
        if seconds := self.pace.wait(address, self.machine.now()):
            raise Refusal(429, "too_many", seconds)
        wire = await self._message(request)
        await self.receive([parcel_of(message_from(wire, address, self.clock.now()))])
        self.bell.ring(address)
        return as_json(Stored(), 202)

    async def _message(self, request: Request) -> MessageIn:
        try:
            wire = MessageIn.model_validate_json(await read_body(request))
        except ValidationError:
            raise Refusal(400, "bad_request") from None
        if len(wire.text or "") > self.longest_message:
            raise Refusal(413, "too_long")
        return wire

    async def get_conversation(self, request: Request) -> Response:
        """Lines after `after`; where there are none yet, waits up to `wait` seconds for some."""
        address = await self.sessions.address(request)
        after, wait = _number(request, "after"), _number(request, "wait")
        lines = await self._lines(address, after)
        if not lines and wait:
            lines = await self._wait_for_lines(address, after, min(wait, LONGEST_WAIT_SECONDS))
        return as_json(conversation_from(lines, self._labels(), after, await self._topics(address)))

    def _labels(self) -> dict[str, str]:
        """What stands on the buttons of the page itself, by their values."""
        menu = {choice.value: choice.label for choice in self.words.menu()}
        return {**menu, SHOW_SUBSCRIPTION: self.words.phrase("notice_settings")}

    async def _topics(self, address: str) -> tuple[str, ...]:
        """The names of the topics on which notices arrive."""
        known = await self.store.read(subscription_at, "web", address)
        return tuple(self.words.phrase(f"topic_{topic}") for topic in NoticeTopic if topic in known.topics)

    async def _lines(self, address: str, after: int) -> list[Spoken]:
        return await self.store.read(queries.conversation, "web", address, after, LINES_AT_MOST)

    async def _wait_for_lines(self, address: str, after: int, seconds: int) -> list[Spoken]:
        try:
            async with asyncio.timeout(seconds):
                return await self._next_lines(address, after)
        except TimeoutError:
            return []

    async def _next_lines(self, address: str, after: int) -> list[Spoken]:
        with self.bell.listen(address) as heard:
            while not self.bell.closed:
                heard.clear()
                if lines := await self._lines(address, after):
                    return lines
                await wait_at_most(LOOK_AGAIN_SECONDS, heard)
        return []

    async def get_state(self, _request: Request) -> Response:
        """The desk's time, whether it is staffed, and the menu."""
        now = self.clock.now()
        desk = Calendar(self.words.programme, now).period("desk").state
        menu = tuple(ChoiceOut(label=choice.label, value=choice.value) for choice in self.words.menu())
        return as_json(
            State(
                now=japan_time(now),
                clock_is_set=self.banner.clock_is_set,
                banner=self.banner.at(now),
                desk=DESK_STATES[desk],
                menu=menu,
            )
        )


def _number(request: Request, name: str) -> int:
    """A parameter that counts something; 0 where it is absent. Raises Refusal for anything else."""
    value = request.query_params.get(name, "0")
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise Refusal(400, "bad_request")
    return int(value)
