"""What people write in Slack: in direct messages, in mentions of us, and in the staff room."""

import re
from collections.abc import Callable, Mapping

from bot.channels.slack.fields import (
    Body,
    Said,
    SlackIdentity,
    direct,
    id_from,
    moment_from,
    plain_words,
    text_from,
    within,
)
from handlers.message import Content, Edit, Media, Text

SLACKBOT = "USLACKBOT"
# The subtypes of what a person writes; the others tell of what happened to a channel or a message.
WRITTEN = (None, "file_share", "me_message", "thread_broadcast")
# What stands in these is quoted or shown, not said.
QUOTED = ("rich_text_quote", "rich_text_preformatted")
# The kind of words that a member of staff hands on or quotes. Being no text of theirs, they are never sent.
OF_OTHERS = "other"


def said_in(event: Body, me: SlackIdentity, room: str | None) -> Said | None:
    """What an event says to us, if anything.

    In the staff room (`room`) that is every message; a mention there comes as a message too, so that one is taken.
    """
    match event.get("type"):
        case "message":
            if is_direct(event):
                return _of_message(event, me, _content)
            return _of_message(event, me, _content_in_room) if _is_in(event, room) else None
        case "app_mention":
            is_heard = is_direct(event) or _is_in(event, room) or _is_of_bot(event, me)
            return None if is_heard else _of_mention(event, me)
        case _:
            return None


def is_direct(event: Body) -> bool:
    """Whether it happened in direct messages."""
    return bool(event.get("channel_type") == "im" or id_from(event["channel"]).startswith("D"))


def _is_in(event: Body, room: str | None) -> bool:
    return room is not None and event.get("channel") == room


def _is_of_person(message: Body, me: SlackIdentity) -> bool:
    return message.get("subtype") in WRITTEN and not _is_of_bot(message, me)


def _is_of_bot(event: Body, me: SlackIdentity) -> bool:
    return bool(event.get("bot_id")) or event.get("user") in (me.user, SLACKBOT)


Reading = Callable[[Body, SlackIdentity], Content]


def _of_message(event: Body, me: SlackIdentity, read: Reading) -> Said | None:
    if event.get("subtype") == "message_changed":
        return _of_edit(event, me)
    if not _is_of_person(event, me):
        return None
    return Said(_address(event, event), id_from(event["user"]), read(event, me), moment_from(event["ts"]))


def _of_edit(event: Body, me: SlackIdentity) -> Said | None:
    """Slack also tells of changes that nobody made, such as a link that got a preview."""
    now, before = event["message"], event.get("previous_message") or {}
    if not _is_of_person(now, me) or now.get("text") == before.get("text"):
        return None
    return Said(_address(event, now), id_from(now["user"]), Edit(_words(now, me)), moment_from(now["ts"]))


def _address(event: Body, message: Body) -> str:
    """A message that a thread hangs on stands where it was written, not in its own thread."""
    channel, thread = event["channel"], message.get("thread_ts")
    thread = None if thread == message["ts"] else thread
    if is_direct(event):
        return direct(id_from(message["user"]), channel, thread)
    return within(id_from(channel), thread)


def _of_mention(event: Body, me: SlackIdentity) -> Said:
    ref = moment_from(event["ts"])
    address = within(id_from(event["channel"]), event.get("thread_ts") or ref)
    content = Edit(_words(event, me)) if event.get("edited") else _content(event, me)
    return Said(address, id_from(event["user"]), content, ref)


def _content(event: Body, me: SlackIdentity) -> Content:
    words = _words(event, me)
    files = event.get("files")
    return Media(_kind(files[0]), words) if files else Text(words)


def _content_in_room(event: Body, me: SlackIdentity) -> Content:
    content = _content(event, me)
    is_of_others = _is_shared(event) or _begins_quoted(event)
    return Media(OF_OTHERS, content.text) if isinstance(content, Text) and is_of_others else content


def _is_shared(event: Body) -> bool:
    """Whether it hands on another message."""
    attached = event.get("attachments")
    shown = [one for one in attached if isinstance(one, Mapping)] if isinstance(attached, list) else []
    return any(one.get("is_share") or one.get("is_msg_unfurl") for one in shown)


def _begins_quoted(event: Body) -> bool:
    match event.get("blocks"):
        case [{"type": "rich_text", "elements": [{"type": kind}, *_]}, *_]:
            return kind in QUOTED
        case _:
            return False


def _words(event: Body, me: SlackIdentity) -> str:
    """The text without the mention of us."""
    marked = re.sub(rf"<@{re.escape(me.user)}(\|[^<>]*)?>", "", text_from(event.get("text") or ""))
    return plain_words(marked).strip()


def _kind(file: Body) -> str:
    if file.get("subtype") == "slack_audio":
        return "voice"
    match str(file.get("mimetype")).partition("/")[0]:
        case "image":
            return "photo"
        case "video" | "audio" as kind:
            return kind
        case _:
            return "file"
