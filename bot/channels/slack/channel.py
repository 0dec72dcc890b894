"""The Slack channel: what comes in is stored before it is acknowledged; what goes out can be found again."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import Outcome, Outgoing, Parcel, Receive, Sent, place_of
from bot.channels.slack.addresses import is_person
from bot.channels.slack.blocks import home_view
from bot.channels.slack.check import (
    check_scopes,
    fault_of_room,
    identity_from,
    not_let_in,
    room_not_let_in,
    without_secret,
)
from bot.channels.slack.directs import Directs
from bot.channels.slack.door import SILENT, answer_to, front_door
from bot.channels.slack.fields import CHANNEL, Body, SlackIdentity
from bot.channels.slack.forms import faults_in
from bot.channels.slack.http import body_of, is_signed
from bot.channels.slack.modals import Modals
from bot.channels.slack.sending import Sender
from bot.channels.slack.socket import SlackSocket
from bot.channels.slack.staff import SlackStaff
from bot.channels.slack.wire import direct_channel, home_opened_by, parcel_from
from bot.clock import Clock
from bot.config import SlackSettings
from bot.errors import Refusal
from bot.pacing import Limit, Pacing
from bot.ports import Words
from bot.web.body import LARGEST_EVENT, read_body
from handlers.effects import Reply
from handlers.subscription_card import is_card

EVENTS_PATH = "/slack/events"
CALL_SECONDS = 15.0
CONNECT_SECONDS = 5.0
MOST_HOMES = 8

OwnCard = Callable[[str], Awaitable[Reply]]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SlackSecrets:
    """The bot's token, and one of the two others, by which we know that what comes in is Slack's."""

    bot_token: SecretStr
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None


class SlackChannel:
    """Direct messages, mentions, `/desk`, buttons, the Home tab and the staff room, over HTTP or Socket Mode.

    `staff` is None where staff have no room here; `own_card` gives what a person has subscribed to, for their Home tab;
    `call_seconds`: how long an answer of Slack's is waited for; less than the courier's lease. There is no typing
    indicator: Slack has none for bots of this kind.
    """

    name = CHANNEL

    def __init__(
        self,
        settings: SlackSettings,
        secrets: SlackSecrets,
        words: Words,
        clock: Clock,
        machine: Clock,
        call_seconds: float = CALL_SECONDS,
        staff: SlackStaff | None = None,
        own_card: OwnCard | None = None,
    ) -> None:
        self._settings = settings
        self._secrets = secrets
        self._words = words
        self._clock = clock
        self._machine = machine
        self._timeout = aiohttp.ClientTimeout(total=call_seconds, sock_connect=CONNECT_SECONDS)
        self._client = self._client_with(secrets.bot_token)
        self._socket: SlackSocket | None = None
        self._me: SlackIdentity | None = None
        self._staff = staff
        self._own_card = own_card
        self._directs = Directs()
        self._sender = Sender(self._directs, words, staff.room if staff else None)
        self._modals = Modals(staff, words) if staff else None
        self._homes: set[asyncio.Task[None]] = set()

    @property
    def pacing(self) -> Pacing:
        """So many posts a second into one channel."""
        each = self._settings.channel_per_second
        limits = () if each is None else (Limit(each, 1.0),)
        return Pacing(of_place=lambda _place: limits)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """Where Slack sends events, taps and commands to; nothing in Socket Mode."""
        if self._mode == "socket":
            return ()
        endpoint = partial(self._serve, self._front_door(receive))
        return (Route(EVENTS_PATH, endpoint, methods=["POST"]),)

    async def start(self, receive: Receive) -> None:
        """Check token, scopes and secrets, and connect. Raises ChannelNotReady."""
        secret = self._secrets.app_token if self._mode == "socket" else self._secrets.signing_secret
        if secret is None:
            raise without_secret(self._mode)
        self._me = await self._introduce()
        await self._check_room()
        if self._mode == "socket":
            await self._open_socket(secret, receive)
        log.info("started", channel=self.name, mode=self._mode)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Post a reply, or change or withdraw what was posted."""
        outcome = await self._sender.send(self._connected(self._client), outgoing)
        if isinstance(outcome, Sent) and is_card(outgoing.reply) and is_person(place_of(outgoing.address)):
            # What they changed stands on their Home tab as well.
            self._show_home(place_of(outgoing.address))
        return outcome

    async def arrived(self, outgoing: Outgoing) -> Sent | bool:
        """The post with the delivery's id, False where it is not there. Raises NotTold, or NeverTold where asking again
        is vain."""
        return await self._sender.arrived(self._connected(self._client), outgoing, self._me)

    async def stop_taking(self) -> None:
        """Leave the socket; the endpoint ends with its server."""
        if self._socket is not None:
            await self._socket.stop()

    async def stop(self) -> None:
        """Take no more, and close all connections."""
        await self.stop_taking()
        for home in self._homes:
            home.cancel()
        await asyncio.gather(*self._homes, return_exceptions=True)
        if self._client.session is not None:
            await self._client.session.close()

    @property
    def _mode(self) -> Literal["socket", "http"]:
        if self._settings.mode != "auto":
            return self._settings.mode
        return "http" if self._secrets.app_token is None else "socket"

    def _client_with(self, token: SecretStr) -> AsyncWebClient:
        """A client that never sends twice by itself."""
        base = f"{self._settings.api_base}/"
        return AsyncWebClient(token.get_secret_value(), base, retry_handlers=[], logger=SILENT)

    def _connected(self, client: AsyncWebClient) -> AsyncWebClient:
        """The client with a session, which cannot be opened before there is an event loop."""
        if client.session is None or client.session.closed:
            client.session = aiohttp.ClientSession(timeout=self._timeout)
        return client

    async def _introduce(self) -> SlackIdentity:
        try:
            answer = await self._connected(self._client).auth_test()
        except Exception as error:
            raise not_let_in(error, "SLACK_BOT_TOKEN") from None
        check_scopes(answer.headers)
        return identity_from(answer.data if isinstance(answer.data, dict) else {})

    async def _check_room(self) -> None:
        """Participants are answered also where staff cannot be told; but then somebody has to know."""
        if self._staff is None:
            return
        try:
            answer = await self._connected(self._client).conversations_info(channel=self._staff.room)
            fault = fault_of_room(self._staff.room, answer.data if isinstance(answer.data, dict) else {})
        except Exception as error:
            fault = room_not_let_in(self._staff.room, error)
        if fault is not None:
            log.error("staff room not ready", channel=self.name, why=str(fault))

    async def _open_socket(self, token: SecretStr, receive: Receive) -> None:
        client = self._client_with(token)
        client.session = self._client.session
        socket = SlackSocket(client, partial(self._answer, self._front_door(receive)))
        try:
            await socket.start()
        except Exception as error:
            raise not_let_in(error, "SLACK_APP_TOKEN") from None
        self._socket = socket

    def _front_door(self, receive: Receive) -> AsyncApp:
        return front_door(self._client, partial(self._take, receive))

    async def _serve(self, app: AsyncApp, request: Request) -> Response:
        """One request of Slack's; nothing of it is read before its signature is known to be right."""
        try:
            raw = await read_body(request, LARGEST_EVENT)
        except Refusal as refusal:
            return Response(status_code=refusal.status)
        except ClientDisconnect:
            return Response(status_code=400)
        if not is_signed(request, raw, self._secrets.signing_secret, self._machine.now()):
            return Response(status_code=401)
        body = body_of(request, raw)
        if body is None:
            return Response(status_code=400)
        return to_starlette_response(await answer_to(app, body))

    async def _answer(self, app: AsyncApp, body: dict[str, Any]) -> dict[str, Any] | None:
        """What an envelope is acknowledged with; None where it is not."""
        response = await answer_to(app, body)
        if response.status != 200:
            return None
        return dict(json.loads(response.body)) if response.body else {}

    async def _take(self, receive: Receive, body: dict[str, Any]) -> BoltResponse:
        """Everything that comes in: stored first where it means something, acknowledged then."""
        if self._me is None:
            return BoltResponse(status=503)
        if body.get("type") == "url_verification":
            return BoltResponse(status=200, body={"challenge": str(body.get("challenge"))})
        if faults := faults_in(body, self._words):
            return BoltResponse(status=200, body={"response_action": "errors", "errors": faults})
        parcel = parcel_from(body, self._me, self._clock.now(), self._staff)
        if await self._is_settled_by_form(body, parcel):
            return BoltResponse(status=200)
        if parcel.message and (channel := direct_channel(body)):
            self._directs.learn(parcel.message.person, channel)
        if (parcel.message or parcel.error) and not await self._is_received(receive, parcel):
            return BoltResponse(status=503)
        if user := home_opened_by(body):
            self._show_home(user)
        return BoltResponse(status=200, body=self._told(parcel, body))

    async def _is_settled_by_form(self, body: Body, parcel: Parcel) -> bool:
        """Whether it only opened a form, or was done inside of one: nothing was said by that."""
        if self._modals is None:
            return False
        client = self._connected(self._client)
        return await self._modals.is_refreshed(client, body) or await self._modals.is_opened(
            client, body, parcel.message
        )

    async def _is_received(self, receive: Receive, parcel: Parcel) -> bool:
        try:
            await receive([parcel])
        except Exception as error:
            log.warning("not received", channel=self.name, error=type(error).__name__)
            return False
        return True

    def _told(self, parcel: Parcel, body: Body) -> dict[str, Any] | str:
        """What someone sees at once who used the command where we do not answer."""
        message = parcel.message
        if message is None or "command" not in body or self._directs.is_known(message.person, body.get("channel_id")):
            return ""
        return {"response_type": "ephemeral", "text": self._words.phrase("slack_answered_in_dm")}

    def _show_home(self, user: str) -> None:
        """Beside the acknowledgement; when too many look at once, the tab stays as it was."""
        if len(self._homes) >= MOST_HOMES:
            return
        task = asyncio.create_task(self._publish_home(user))
        self._homes.add(task)
        task.add_done_callback(self._homes.discard)

    async def _publish_home(self, user: str) -> None:
        try:
            card = await self._own_card(user) if self._own_card else None
            view = home_view(self._words, self._clock.now(), card)
            await self._connected(self._client).views_publish(user_id=user, view=view)
        except Exception as error:
            log.warning("home not shown", channel=self.name, error=type(error).__name__)
