"""The methods of the Bot API that bots like ours call."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.fakes.telegram_groups import create_forum_topic, get_chat, get_chat_member
from tests.fakes.telegram_params import ApiError, Params, bad, value
from tests.fakes.telegram_posting import delete_message, edit_message_text, send_message
from tests.fakes.telegram_world import World, units

TICK_SECONDS = 0.005


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
    "editMessageText": edit_message_text,
    "deleteMessage": delete_message,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "createForumTopic": create_forum_topic,
}
