"""The methods by which a bot learns about a group and opens topics in it."""

from typing import Any

from tests.fakes.telegram_params import ApiError, Params, bad, value
from tests.fakes.telegram_world import World


async def get_chat(world: World, params: Params) -> Any:
    return world.chats[_chat(world, params)]


async def get_chat_member(world: World, params: Params) -> Any:
    """What the bot itself is in a chat; of others nobody asks."""
    standing = world.standing.get(_chat(world, params), {"status": "member"})
    if int(value(params, "user_id")) != world.me["id"]:
        raise bad("user not found")
    return {"user": world.me, **standing}


async def create_forum_topic(world: World, params: Params) -> Any:
    chat, name = _chat(world, params), str(params.get("name", ""))
    if not world.chats[chat].get("is_forum"):
        raise bad("the chat is not a forum")
    if not world.standing.get(chat, {}).get("can_manage_topics"):
        raise bad("not enough rights to create a topic")
    if not 1 <= len(name) <= 128:
        raise bad("TOPIC_TITLE_INVALID")
    topic = world.fresh_id()
    world.threads.add((chat, topic))
    world.topics[chat, topic] = name
    return {"message_thread_id": topic, "name": name, "icon_color": 7322096}


def _chat(world: World, params: Params) -> int:
    """The chat that is meant, where the bot may know of it."""
    chat = int(value(params, "chat_id"))
    if chat not in world.chats:
        raise bad("chat not found")
    if world.standing.get(chat, {}).get("status") == "kicked":
        raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
    return chat
