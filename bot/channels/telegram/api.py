"""The Bot API as we call it, and what its answers mean for a send."""

from collections.abc import Mapping
from typing import Any

import aiohttp
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

from bot.channels.base import Gone, Moved, NotSent, Outcome, Refused, Throttled, Unknown
from bot.channels.telegram.request import NEVER_SENT, Flooded, Requests

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


class QuietBot(Bot):
    """The library's bot, but for its `repr`, which shows the token."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def open_bot(token: SecretStr, api_base: str) -> tuple[Bot, Requests]:
    """A bot, and the connections it holds, to be shut down by the caller."""
    requests = Requests()
    bot = QuietBot(
        token.get_secret_value(),
        base_url=f"{api_base}/bot",
        base_file_url=f"{api_base}/file/bot",
        request=requests,
        get_updates_request=requests,
    )
    return bot, requests


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
    return Unknown("dropped" if isinstance(error.__cause__, aiohttp.ClientError) else "server error")
