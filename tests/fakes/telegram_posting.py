"""The methods by which a bot posts, edits and deletes, with the checks that the platform makes."""

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.fakes.telegram_params import ApiError, Params, bad, value
from tests.fakes.telegram_world import Post, World, units


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


async def edit_message_text(world: World, params: Params) -> Any:
    """Write a post anew. The platform takes no edit that changes nothing, and none of a post that asks for a reply."""
    post = _standing(world, params, "edit")
    if "force_reply" in (value(post.params, "reply_markup") or {}):
        raise bad("message can't be edited")
    edited = replace(post, text=_text(params), buttons=_buttons(params), entities=_entities(params))
    if edited == post:
        raise bad("message is not modified: specified new message content and reply markup are exactly the same")
    world.posts_made[world.posts_made.index(post)] = edited
    return world.shown(edited)


async def delete_message(world: World, params: Params) -> Any:
    world.posts_made.remove(_standing(world, params, "delete"))
    return True


def _standing(world: World, params: Params, what_for: str) -> Post:
    """The post that is meant, where it still stands."""
    chat, message_id = int(value(params, "chat_id")), int(value(params, "message_id"))
    if chat not in world.chats:
        raise bad("chat not found")
    for post in world.posts(chat):
        if post.message_id == message_id:
            return post
    raise bad(f"message to {what_for} not found")


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
    if markup.get("force_reply") is True:
        return ()
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
