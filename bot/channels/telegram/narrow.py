"""Updates with nothing in them but what we read, so that nothing beside it can make them unreadable."""

import re
from collections.abc import Mapping
from typing import Any

from telegram.constants import ChatType, MessageOriginType, MessageType
from telegram.constants import MessageEntityType as Entity

from bot.channels.divide import units

# A message of one kind may carry the field of another too: animations are documents, venues are locations.
KINDS = {
    "animation": "video",
    "live_photo": "photo",
    "photo": "photo",
    "voice": "voice",
    "video": "video",
    "video_note": "video",
    "audio": "audio",
    "sticker": "sticker",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "document": "file",
    "checklist": "other",
    "dice": "other",
    "game": "other",
    "giveaway": "other",
    "giveaway_winners": "other",
    "invoice": "other",
    "paid_media": "other",
    "poll": "other",
    "story": "other",
}
# The library lists fields that say little by themselves among them (effect_id): they never stand alone.
SERVICES = frozenset({kind.value for kind in MessageType} | {"migrate_from_chat_id"}) - KINDS.keys()

# What stands in these is quoted or shown, not said.
QUOTED = (Entity.BLOCKQUOTE, Entity.EXPANDABLE_BLOCKQUOTE, Entity.PRE, Entity.CODE)
READ_ENTITIES = (Entity.BOT_COMMAND, Entity.MENTION, Entity.TEXT_MENTION, *QUOTED)
COMMAND = re.compile(r"/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{2,32})?(?![\w/<>@])")
MENTION = re.compile(r"(?<![\w@])@[A-Za-z0-9_]{2,32}(?![\w@])")

Raw = Mapping[str, Any]
Narrow = dict[str, Any]


def kind_of(message: Raw) -> str | None:
    """The kind of a message that is not text, by its fields; None for what the platform itself announces."""
    for name, kind in KINDS.items():
        if message.get(name) is not None:
            return kind
    return None if SERVICES & message.keys() else "other"


def narrowed(update: Raw) -> Narrow:
    """The parts of an update that we read. Raises where one that we cannot do without is missing or no object."""
    readers = {"message": _message, "edited_message": _message, "callback_query": _query}
    found = {name: reader(update[name]) for name, reader in readers.items() if update.get(name) is not None}
    return {"update_id": update["update_id"], **found}


def _query(query: Raw) -> Narrow:
    post = query.get("message")
    return {
        **_picked(query, "id", "data"),
        "from": _person(query["from"]),
        "chat_instance": "",
        "message": _post(post) if isinstance(post, Mapping) else None,
    }


def _post(message: Raw) -> Narrow:
    """Where a message stands. Of its date nothing counts but whether it is 0: then it is no longer to be had."""
    return {
        **_picked(message, "message_thread_id", "is_topic_message"),
        "message_id": message.get("message_id"),
        "date": int(message.get("date") != 0),
        "chat": {"id": message["chat"]["id"], "type": message["chat"]["type"]},
    }


def _message(message: Raw) -> Narrow:
    sender, answered = message.get("from"), message.get("reply_to_message")
    post = _post(message)
    return {
        **post,
        **_picked(message, "text", "caption"),
        "from": None if sender is None else _person(sender),
        "entities": _entities(message.get("entities"), message.get("text")),
        "caption_entities": _entities(message.get("caption_entities"), message.get("caption")),
        "sender_chat": {"id": 0, "type": ChatType.CHANNEL} if message.get("sender_chat") else None,
        "reply_to_message": _answered(answered, post) if isinstance(answered, Mapping) else None,
        "forward_origin": _origin() if message.get("forward_origin") is not None else None,
    }


def _answered(message: Raw, answer: Narrow) -> Narrow:
    """A message that was replied to. It lies beside what we were asked: of it nothing has to be sound."""
    sender = message.get("from")
    opened = message.get("forum_topic_created") is not None
    return {
        "message_id": message.get("message_id"),
        "date": 1,
        "chat": answer["chat"],
        "from": _person(sender) if isinstance(sender, Mapping) else None,
        "forum_topic_created": {"name": "", "icon_color": 0} if opened else None,
    }


def _origin() -> Narrow:
    """Where a message was forwarded from: that it was is all we read."""
    return {"type": MessageOriginType.HIDDEN_USER, "date": 1, "sender_user_name": ""}


def _person(person: Raw) -> Narrow:
    return {"id": person.get("id"), "is_bot": person.get("is_bot") or False, "first_name": ""}


def _entities(given: object, text: str | None) -> list[Narrow]:
    """The commands, mentions and quotes marked in a text; found by ourselves where nobody has looked for any."""
    if given is None:
        return _found(text) if text is not None else []
    return [_entity(entity) for entity in given if _is_sound(entity)] if isinstance(given, list) else []


def _is_sound(entity: object) -> bool:
    if not isinstance(entity, Mapping) or entity.get("type") not in READ_ENTITIES:
        return False
    return all(isinstance(entity.get(name), int) and entity[name] >= 0 for name in ("offset", "length"))


def _entity(entity: Raw) -> Narrow:
    user = entity.get("user")
    return _picked(entity, "type", "offset", "length") | {"user": _person(user) if isinstance(user, Mapping) else None}


def _found(text: str) -> list[Narrow]:
    command = COMMAND.match(text)
    found = [(Entity.BOT_COMMAND, command)] if command else []
    found += [(Entity.MENTION, mention) for mention in MENTION.finditer(text)]
    return [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())} for kind, match in found
    ]


def _picked(raw: Raw, *names: str) -> Narrow:
    return {name: raw[name] for name in names if name in raw}
