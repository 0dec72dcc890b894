"""The Telegram channel: long poll or webhook in, posts out."""

import asyncio
import hashlib
import hmac
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram.constants import UpdateType
from telegram.error import InvalidToken

from bot.channels.base import Outcome, Outgoing, Receive
from bot.channels.telegram.api import open_bot
from bot.channels.telegram.poll import Lead, Poll
from bot.channels.telegram.request import Flooded
from bot.channels.telegram.room import StaffRoom
from bot.channels.telegram.sender import Sender
from bot.channels.telegram.signs import Signs
from bot.channels.telegram.wire import NAME, BotIdentity, parcel_from
from bot.clock import Clock
from bot.config import TelegramSettings
from bot.errors import ChannelNotReady, Refusal
from bot.pacing import Limit, Pacing
from bot.ports import Words
from bot.web.body import LARGEST_EVENT, read_body
from handlers.command import COMMANDS

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATES = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class TelegramChannel:
    """Talks as the bot that `token` belongs to. `lead` says whether this process may fetch updates.

    `room` is the id of the staff's group.
    """

    name = NAME

    def __init__(
        self,
        settings: TelegramSettings,
        token: SecretStr,
        words: Words,
        clock: Clock,
        machine: Clock,
        lead: Lead,
        room: str | None = None,
    ) -> None:
        self._settings = settings
        self._words = words
        self._clock = clock
        self._machine = machine
        self._lead = lead
        self._secret = webhook_secret(token)
        self._bot, self._connections = open_bot(token, settings.api_base)
        self._signs = Signs(self._bot, words, machine, room)
        self._room = StaffRoom(self._bot, room) if room is not None else None
        self._sender = Sender(self._bot, words, self._room, self._signs.hush)
        self._identity: BotIdentity | None = None
        self._polling: asyncio.Task[None] | None = None
        self.pacing = pacing_of(settings)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The webhook, where updates are handed to us."""
        if self._settings.mode != "webhook":
            return ()

        async def take(request: Request) -> Response:
            return Response(status_code=await self._take_in(request, receive))

        return (Route(WEBHOOK_PATH, take, methods=["POST"]),)

    async def start(self, receive: Receive) -> None:
        """Check the token, set the way in and the menu of commands. Raises ChannelNotReady where one fails."""
        menu = [(name, self._words.phrase(f"command_{name}")) for name in COMMANDS]
        await self._connections.initialize()
        try:
            identity = await self._prepare(menu)
        except ChannelNotReady:
            raise
        except Exception as error:
            # Whatever answers may not be a Bot API at all. Not chained: the library's errors may show the token.
            raise not_ready(error) from None
        self._identity = identity
        if self._settings.mode == "poll":
            self._polling = asyncio.create_task(self._poll(identity, receive).run())
        log.info("telegram ready", mode=self._settings.mode)

    def _poll(self, identity: BotIdentity, receive: Receive) -> Poll:
        return Poll(
            self._bot, UPDATES, self._lead, lambda updates: self._take(updates, identity, receive), self._machine
        )

    async def _prepare(self, menu: Sequence[tuple[str, str]]) -> BotIdentity:
        me = await self._bot.get_me()
        if self._settings.mode == "poll":
            await self._bot.delete_webhook(drop_pending_updates=False)
        else:
            await self._set_webhook()
        await self._bot.set_my_commands(menu)
        if self._room is None:
            return BotIdentity(me.id, me.username or "")
        await self._room.check(me)
        return BotIdentity(me.id, me.username or "", self._room.chat)

    async def _set_webhook(self) -> None:
        if self._settings.public_url is None:
            raise ChannelNotReady(
                NAME,
                "webhook で受け取るための公開 URL がありません",
                "config.yaml の channels.telegram.public_url に、https:// で始まる URL を書いてください",
            )
        wanted = f"{self._settings.public_url}{WEBHOOK_PATH}"
        await self._bot.set_webhook(wanted, allowed_updates=UPDATES, secret_token=self._secret.get_secret_value())
        found = (await self._bot.get_webhook_info()).url
        if found != wanted:
            raise ChannelNotReady(
                NAME,
                f"webhook の宛先が {wanted} ではなく {found or '空'} になっています",
                "同じボットをほかのプログラムが使っていないか確かめてください",
            )

    async def _take_in(self, request: Request, receive: Receive) -> int:
        """The HTTP status for a request to the webhook: 200 only once the update is stored."""
        if not self._knows_secret(request):
            return 401
        if self._identity is None:
            return 503
        try:
            update = await read_update(request)
        except Refusal as refusal:
            return refusal.status
        try:
            await self._take([update], self._identity, receive)
        except Exception as error:
            log.warning("update not stored", error=type(error).__name__)
            return 503
        return 200

    def _knows_secret(self, request: Request) -> bool:
        shown = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(shown.encode(), self._secret.get_secret_value().encode())

    async def _take(self, updates: Sequence[Any], bot: BotIdentity, receive: Receive) -> None:
        """Have updates stored, in their order. One without a number cannot be known again, and is left out."""
        read = [(raw, parcel_from(raw, bot, self._clock.now())) for raw in updates]
        taken = [(raw, parcel) for raw, parcel in read if parcel is not None]
        if len(taken) < len(updates):
            log.warning("update without a number", count=len(updates) - len(taken))
        if not taken:
            return
        await receive([parcel for _raw, parcel in taken])
        for raw, parcel in taken:
            self._signs.give(raw, parcel)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Post one reply, or revise or withdraw an earlier one."""
        return await self._sender.send(outgoing)

    async def arrived(self, _outgoing: Outgoing) -> bool | None:
        """Nobody can say: a bot cannot read a chat."""
        return None

    async def stop_taking(self) -> None:
        """Fetch no more; the webhook ends with its server."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)

    async def stop(self) -> None:
        """Fetch no more, drop the signs underway and close the connections."""
        await self.stop_taking()
        await self._signs.stop()
        await self._connections.shutdown()


async def read_update(request: Request) -> Mapping[str, Any]:
    """The update in a request. Raises Refusal where there is none."""
    try:
        update = json.loads(await read_body(request, LARGEST_EVENT))
    except (ValueError, RecursionError, ClientDisconnect):
        raise Refusal(400, "invalid") from None
    if not isinstance(update, dict):
        raise Refusal(400, "invalid")
    return update


def webhook_secret(token: SecretStr) -> SecretStr:
    """The secret that Telegram shows us with each update, derived so that nobody has to keep it."""
    return SecretStr(hmac.new(token.get_secret_value().encode(), b"telegram webhook", hashlib.sha256).hexdigest())


def pacing_of(settings: TelegramSettings) -> Pacing:
    """Telegram's limits on sending: of the bot, of one chat, of one group (their ids are negative)."""
    chat = _limits(settings.chat_per_second, 1)
    group = chat + _limits(settings.group_per_minute, 60)
    overall = _limits(settings.per_second, 1)
    return Pacing(overall, lambda place: group if place.startswith("-") else chat)


def _limits(count: int | None, seconds: float) -> tuple[Limit, ...]:
    return () if count is None else (Limit(count, seconds),)


def not_ready(error: Exception) -> ChannelNotReady:
    """What to tell an operator where the check at the start failed."""
    if isinstance(error, InvalidToken):
        return ChannelNotReady(
            NAME,
            "トークンが受け付けられません",
            "環境変数 TELEGRAM_BOT_TOKEN に、BotFather から受け取ったトークンを入れ直してください"
            "(channels.telegram.api_base を変えた場合は、その値も確かめてください)",
        )
    if isinstance(error, Flooded):
        return ChannelNotReady(
            NAME,
            f"Telegram から {math.ceil(error.seconds)} 秒待つよう求められています",
            "自動でもう一度つなぎますので、そのままお待ちください",
            error.seconds,
        )
    return ChannelNotReady(
        NAME,
        f"Bot API が応えません({type(error).__name__})",
        "ネットワークと config.yaml の channels.telegram.api_base を確かめてください",
    )
