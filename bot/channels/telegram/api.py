"""The Bot API as we call it, and what its answers mean for a send."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import SecretStr
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.channels.base import Gone, Moved, NotSent, Outcome, Refused, Throttled, Unknown

CONNECTIONS = 20
CONNECT_SECONDS = 5.0
WRITE_SECONDS = 5.0
READ_SECONDS = 15.0
WAIT_WITHOUT_NUMBER_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 10**7
TOLD_APART_BY_THE_LIBRARY = frozenset({400, 401, 403, 404, 409})

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
GONE = {
    "chat not found": "chat not found",
    "user not found": "user not found",
    "peer_id_invalid": "user not found",
    "chat_write_forbidden": "no rights",
    "not enough rights to send": "no rights",
    "message thread not found": "thread not found",
    "topic_deleted": "thread not found",
}
REFUSED = {
    "message is too long": "too long",
    "message text is empty": "empty",
    "button_data_invalid": "buttons",
    "topic_closed": "thread closed",
    "message to edit not found": "not found",
    "message can't be edited": "not editable",
    "message can't be deleted": "not deletable",
}
# What is done to a post may be done twice: the second time it is as it was to be.
DONE_ALREADY = ("message is not modified", "message to delete not found")


class Flooded(TelegramError):
    """Telegram asks to wait so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("flooded")
        self.seconds = seconds


class QuietRequest(HTTPXRequest):
    """The library's client; it tells apart what the library blurs, and never logs what a server answered."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Raises BadRequest for refusals that the library takes for outages."""
        status, payload = await super().do_request(*args, **kwargs)
        if 400 <= status < 500 and status not in TOLD_APART_BY_THE_LIBRARY:
            raise BadRequest(f"status {status}")
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as JSON. The library's own puts the whole answer into the log where it cannot read it."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise TelegramError("unreadable") from None
        if not isinstance(answer, dict):
            raise TelegramError("unreadable")
        return answer


class QuietBot(Bot):
    """The library's bot, but for its `repr`, which shows the token."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


async def heed(response: httpx.Response) -> None:
    """Raises Flooded where asked to wait. Hooked into the client, as the library hands no headers on."""
    if response.status_code == 429:
        raise Flooded(_asked_wait(await response.aread(), response.headers.get("Retry-After")))


def _asked_wait(payload: bytes, header: str | None) -> float:
    """Seconds, as the body says, or else the header."""
    try:
        said = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError, RecursionError):
        said = header
    try:
        seconds = float(said)
    except (ValueError, TypeError, OverflowError):
        return WAIT_WITHOUT_NUMBER_SECONDS
    return seconds if 0 <= seconds <= LONGEST_WAIT_SECONDS else WAIT_WITHOUT_NUMBER_SECONDS


def open_bot(token: SecretStr, api_base: str) -> tuple[Bot, HTTPXRequest]:
    """A bot, and the connections it holds, to be shut down by the caller."""
    request = QuietRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=CONNECT_SECONDS,
        write_timeout=WRITE_SECONDS,
        read_timeout=READ_SECONDS,
        httpx_kwargs={"event_hooks": {"response": [heed]}},
    )
    bot = QuietBot(
        token.get_secret_value(),
        base_url=f"{api_base}/bot",
        base_file_url=f"{api_base}/file/bot",
        request=request,
        get_updates_request=request,
    )
    return bot, request


async def ask(bot: Bot, method: str, **params: object) -> Mapping[str, Any]:
    """What a method answers, unread: the library would refuse a chat for any part that it does not know, such as
    what is pinned there. Raises TelegramError."""
    answer = await bot._post(method, params)
    if not isinstance(answer, Mapping):
        raise TelegramError("unreadable")
    return answer


def is_done_already(error: Exception) -> bool:
    """Whether a post was as it was to be: it says that very thing, or it is not there any more."""
    return isinstance(error, BadRequest) and any(part in error.message.lower() for part in DONE_ALREADY)


def outcome_of(error: Exception) -> Outcome:
    """What became of a send that raised. No reason quotes the server, who may quote the message."""
    match error:
        case Flooded():
            return Throttled(error.seconds)
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case InvalidToken():
            return NotSent("token")
        case Conflict():
            return NotSent("conflict")
        case Forbidden() | BadRequest():
            return _refusal(error)
        case NetworkError():
            return _interruption(error)
        case _:
            return Unknown("unreadable")


def _refusal(error: TelegramError) -> Outcome:
    if isinstance(error.__cause__, TelegramError):
        # The answer was not the Bot API's but that of something between: it says nothing about the recipient.
        return NotSent("turned away")
    if isinstance(error, Forbidden):
        return Gone("blocked")
    said = error.message.lower()
    for part, reason in GONE.items():
        if part in said:
            return Gone(reason)
    return Refused(next((reason for part, reason in REFUSED.items() if part in said), "bad request"))


def _interruption(error: NetworkError) -> Outcome:
    if isinstance(error.__cause__, NEVER_SENT):
        return NotSent("unreachable")
    if isinstance(error, TimedOut):
        return Unknown("timeout")
    return Unknown("dropped" if isinstance(error.__cause__, httpx.HTTPError) else "server error")
