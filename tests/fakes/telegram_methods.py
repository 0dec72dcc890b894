"""The methods of the Bot API that bots like ours call, with the checks that the platform makes."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_world import Post, World, units

TICK_SECONDS = 0.005
Params = Mapping[str, Any]


@dataclass
class ApiError(Exception):
    """An answer other than ok."""

    code: int
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def value(params: Params, name: str) -> Any:
    """A parameter that may have come as JSON inside of a form."""
    given = params.get(name)
    return json.loads(given) if isinstance(given, str) and given else given


async def get_me(world: World, _params: Params) -> Any:
    return world.me


async def get_updates(world: World, params: Params) -> Any:
    """The updates from `offset` on; all before it are confirmed. A second poll ends the first."""
    if world.webhook:
        raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
    world.polls += 1
    mine = world.polls
    _allow(world, params)
    offset = int(value(params, "offset") or 0)
    world.updates[:] = [update for update in world.updates if update.get("update_id", offset) >= offset]
    limit = min(100, int(value(params, "limit") or 100))
    ends = time.monotonic() + float(value(params, "timeout") or 0)
    while not world.updates and time.monotonic() < ends:
        await asyncio.sleep(TICK_SECONDS)
        if world.polls != mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
    return world.updates[:limit]


def _allow(world: World, params: Params) -> None:
    if (allowed := value(params, "allowed_updates")) is not None:
        world.allowed = tuple(allowed)


async def set_webhook(world: World, params: Params) -> Any:
    _allow(world, params)
    world.webhook = {"url": params["url"], "secret": params.get("secret_token", "")} if params.get("url") else {}
    return True


async def delete_webhook(world: World, params: Params) -> Any:
    world.webhook = {}
    if value(params, "drop_pending_updates"):
        world.updates.clear()
    return True


async def get_webhook_info(world: World, _params: Params) -> Any:
    pending = {"has_custom_certificate": False, "pending_update_count": len(world.updates)}
    url = world.webhook_seen or world.webhook.get("url", "")
    return pending | {"url": url, "allowed_updates": list(world.allowed)}


async def set_my_commands(world: World, params: Params) -> Any:
    world.commands[:] = value(params, "commands")
    return True


async def send_chat_action(world: World, params: Params) -> Any:
    if int(value(params, "chat_id")) not in world.chats:
        raise bad("chat not found")
    return True


async def answer_callback_query(_world: World, params: Params) -> Any:
    if units(params.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    return True


async def send_message(world: World, params: Params) -> Any:
    """Post a text, if the chat is known and everything about it is sound."""
    post = _post(world, params)
    if (rate := world.breaks_rate(post.chat)) is not None:
        world.violations += 1
        wait = math.ceil(rate.seconds)
        raise ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
    world.posts_made.append(post)
    world.written.add((post.chat, post.message_id))
    return world.shown(post)


def _post(world: World, params: Params) -> Post:
    chat = int(value(params, "chat_id"))
    if chat not in world.chats:
        raise bad("chat not found")
    return Post(
        world.fresh_id(),
        chat,
        _text(params),
        time.monotonic(),
        _buttons(params),
        _entities(params),
        _thread(world, chat, params),
        _reply_to(world, chat, params),
        dict(params),
    )


def _text(params: Params) -> str:
    text = str(params.get("text", ""))
    if not text.strip():
        raise bad("message text is empty")
    if units(text) > 4096:
        raise bad("message is too long")
    return text


def _entities(params: Params) -> tuple[Mapping[str, Any], ...]:
    entities = tuple(value(params, "entities") or ())
    end = units(str(params["text"]))
    if any(entity["offset"] < 0 or entity["offset"] + entity["length"] > end for entity in entities):
        raise bad("ENTITY_BOUNDS_INVALID")
    return entities


def _buttons(params: Params) -> tuple[tuple[tuple[str, str], ...], ...]:
    markup = value(params, "reply_markup") or {"inline_keyboard": []}
    if not isinstance(markup.get("inline_keyboard"), list):
        raise bad("object expected as reply markup")
    return tuple(tuple(_button(button) for button in row) for row in markup["inline_keyboard"])


def _button(button: Mapping[str, Any]) -> tuple[str, str]:
    if not button.get("text"):
        raise bad("inline keyboard button text is empty")
    data = str(button.get("callback_data", ""))
    if not 1 <= len(data.encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    return str(button["text"]), data


def _thread(world: World, chat: int, params: Params) -> int | None:
    thread = value(params, "message_thread_id")
    if thread is None:
        return None
    if (chat, int(thread)) not in world.threads:
        raise bad("message thread not found")
    return int(thread)


def _reply_to(world: World, chat: int, params: Params) -> int | None:
    wanted = value(params, "reply_parameters")
    if not wanted:
        return None
    if (chat, wanted["message_id"]) in world.written:
        return int(wanted["message_id"])
    if not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return None


METHODS: Mapping[str, Callable[[World, Params], Awaitable[Any]]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "setMyCommands": set_my_commands,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "sendMessage": send_message,
}
