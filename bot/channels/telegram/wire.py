"""Telegram's updates as parcels: a pure translator."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import telegram
from telegram import CallbackQuery, MessageEntity, Update
from telegram.constants import ChatType
from telegram.constants import MessageEntityType as Entity

from bot.channels.base import Parcel, cleaned
from bot.channels.telegram.narrow import QUOTED, kind_of, narrowed
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text

NAME = "telegram"
LARGEST_ID = 2**52
LONGEST_DELIVERY_ID = 9

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})

# The kind of words that a member of staff forwards or quotes. Being no text of theirs, they are never sent.
OF_OTHERS = "other"


@dataclass(frozen=True)
class BotIdentity:
    """Who we are on Telegram; `username` without the @. In the chat `room`, that of staff, all is said to us."""

    id: int
    username: str
    room: str | None = None


def update_id_of(raw: object) -> int | None:
    """The number of an update, by which it is confirmed; None where it has no usable one."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) and _is_id(number) and number > 0 else None


def query_id_of(raw: Mapping[str, Any]) -> str | None:
    """The id by which a tap is answered; None for everything but taps."""
    query = raw.get("callback_query")
    number = query.get("id") if isinstance(query, Mapping) else None
    return number if isinstance(number, str) and number.isascii() else None


def parcel_from(raw: Mapping[str, Any], bot: BotIdentity, at: datetime) -> Parcel | None:
    """An update as a parcel, whatever is in it; None where it has no number and so cannot be confirmed."""
    number = update_id_of(raw)
    if number is None:
        return None
    parcel = Parcel(NAME, f"{bot.id}:{number}", at)
    try:
        parcel = replace(parcel, raw=json.dumps(raw))
        return replace(parcel, message=_message(raw, bot, parcel))
    except Exception as error:
        return replace(parcel, error=type(error).__name__)


def _message(raw: Mapping[str, Any], bot: BotIdentity, parcel: Parcel) -> Message | None:
    update = Update.de_json(narrowed(raw), None)
    if update.callback_query is not None:
        return _tapped(update.callback_query, parcel)
    if update.edited_message is not None:
        return _said(update.edited_message, _edited, bot, parcel)
    if update.message is not None:
        return _said(update.message, partial(_written, kind_of(raw["message"])), bot, parcel)
    return None


Reading = Callable[[telegram.Message, BotIdentity], Content | None]


def _said(message: telegram.Message, read: Reading, bot: BotIdentity, parcel: Parcel) -> Message | None:
    sender = message.from_user
    if sender is None or sender.is_bot or sender.id == bot.id or message.sender_chat is not None:
        return None
    content = read(message, bot)
    if content is None:
        return None
    address, person, ref = _address(message), _id(sender.id), _id(message.message_id)
    return Message(NAME, address, person, parcel.key, parcel.at, content, ref, _answers(message))


def _tapped(query: CallbackQuery, parcel: Parcel) -> Message | None:
    """The buttons of a post that is no longer to be had lead nowhere."""
    delivery, _, value = (query.data or "").partition(":")
    post = query.message
    if not isinstance(post, telegram.Message) or not post.is_accessible or not _is_delivery_id(delivery) or not value:
        return None
    address, person = _address(post), _id(query.from_user.id)
    return Message(NAME, address, person, parcel.key, parcel.at, Tap(cleaned(value), int(delivery)))


def _is_delivery_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_DELIVERY_ID


def _written(kind: str | None, message: telegram.Message, bot: BotIdentity) -> Content | None:
    if message.text is None:
        return Media(kind, _words(message, bot)) if kind and _is_for_us(message, bot) else None
    if _is_in_room(message, bot) and _is_of_others(message, bot):
        return Media(OF_OTHERS, _words(message, bot))
    command = _command(message.text, message.entities)
    if command is None:
        return Text(_words(message, bot)) if _is_for_us(message, bot) else None
    (name, _, target), rest = command[0].partition("@"), command[1]
    if target.lower() not in ("", bot.username.lower()) or message.chat.type not in {*GROUPS, ChatType.PRIVATE}:
        return None
    return Command(cleaned(name.lower()), cleaned(rest))


def _edited(message: telegram.Message, bot: BotIdentity) -> Content | None:
    """A command that was written anew is not carried out again."""
    if message.text is None and message.caption is None:
        return None
    if _command(message.text or "", message.entities) is not None or not _is_for_us(message, bot):
        return None
    return Edit(_words(message, bot))


def _command(text: str, entities: tuple[MessageEntity, ...]) -> tuple[str, str] | None:
    """The command that a text starts with, without its slash, and what follows it."""
    for entity in entities:
        if entity.type == Entity.BOT_COMMAND and entity.offset == 0:
            _before, marked, after = _around(entity, text)
            return marked[1:], after.strip()
    return None


def _is_for_us(message: telegram.Message, bot: BotIdentity) -> bool:
    """In a group we are silent unless mentioned or replied to; staff among themselves always mean us."""
    if message.chat.type == ChatType.PRIVATE or _is_in_room(message, bot):
        return True
    if message.chat.type not in GROUPS:
        return False
    return _is_reply_to(message, bot) or bool(_mentions(message, bot))


def _is_in_room(message: telegram.Message, bot: BotIdentity) -> bool:
    return _id(message.chat.id) == bot.room


def _is_of_others(message: telegram.Message, bot: BotIdentity) -> bool:
    """Whether a text was forwarded, or begins in a quote or in code."""
    if message.forward_origin is not None:
        return True
    return any(entity.type in QUOTED and not _said_before(entity, message, bot) for entity in message.entities)


def _said_before(entity: MessageEntity, message: telegram.Message, bot: BotIdentity) -> str:
    """What stands before an entity, without mentions of us."""
    text = _text_of(message)
    before, _marked, _after = _around(entity, text)
    for mention in _mentions(message, bot):
        before = before.replace(_around(mention, text)[1], "")
    return before.strip()


def _is_reply_to(message: telegram.Message, bot: BotIdentity) -> bool:
    answered = _answered(message)
    return answered is not None and answered.from_user is not None and answered.from_user.id == bot.id


def _answered(message: telegram.Message) -> telegram.Message | None:
    """What a message replies to. Everything in a topic replies to the note that opened it: that one does not count."""
    answered = message.reply_to_message
    return None if answered is None or answered.forum_topic_created is not None else answered


def _answers(message: telegram.Message) -> str | None:
    answered = _answered(message)
    return _id(answered.message_id) if answered is not None and _is_id(answered.message_id) else None


def _mentions(message: telegram.Message, bot: BotIdentity) -> list[MessageEntity]:
    text = _text_of(message)
    return [entity for entity in message.entities or message.caption_entities if _is_mention(entity, text, bot)]


def _is_mention(entity: MessageEntity, text: str, bot: BotIdentity) -> bool:
    if entity.type == Entity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    return entity.type == Entity.MENTION and _around(entity, text)[1].lower() == f"@{bot.username}".lower()


def _words(message: telegram.Message, bot: BotIdentity) -> str:
    """What was written, without mentions of us."""
    text = _text_of(message)
    for entity in sorted(_mentions(message, bot), key=lambda mention: mention.offset, reverse=True):
        before, _marked, after = _around(entity, text)
        text = (before + after.lstrip(" ")).strip()
    return cleaned(text)


def _text_of(message: telegram.Message) -> str:
    return (message.caption or "") if message.text is None else message.text


def _around(entity: MessageEntity, text: str) -> tuple[str, str, str]:
    """A text before, in and after an entity, whose place is counted in UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    begin, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
    before, marked, after = (
        part.decode("utf-16-le", "surrogatepass") for part in (units[:begin], units[begin:end], units[end:])
    )
    return before, marked, after


def _address(message: telegram.Message) -> str:
    chat = _id(message.chat.id)
    return f"{chat}:{_id(message.message_thread_id)}" if message.is_topic_message else chat


def _is_id(value: object) -> bool:
    """Telegram promises integers of at most 52 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_ID


def _id(value: object) -> str:
    if not _is_id(value):
        raise TypeError("not an id")
    return str(value)
