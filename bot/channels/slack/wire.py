"""What Slack hands over, as a Parcel: a pure translator."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import Parcel, cleaned
from handlers.command import COMMANDS
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text

CHANNEL = "slack"
COMMAND = "/desk"
LARGEST_ID = 2**31 - 1
LONGEST_VALUE_BYTES = 64
HOME_TAB = "home"
SLACKBOT = "USLACKBOT"
# The subtypes of what a person writes; the others tell of what happened to a channel or a message.
WRITTEN = (None, "file_share", "me_message", "thread_broadcast")

Body = Mapping[str, Any]

# What opens doors for a while is not kept: the old verification token and the urls to answer at.
PRIVATE = frozenset({"token", "response_url", "response_urls"})
# What may stand behind /desk, beside the names of the commands themselves.
ALIASES = {
    "": "menu",
    "メニュー": "menu",
    "質問": "ask",
    "日程": "seminars",
    "次": "next",
    "状況": "status",
    "担当者": "human",
    "ヘルプ": "help",
}
_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_MOMENT = re.compile(r"[0-9]{1,16}\.[0-9]{1,16}")
_ANGLED = re.compile(r"<([^<>]*)>")
_VALUE = re.compile(r"([0-9]{1,10}):(.+)", re.DOTALL)


@dataclass(frozen=True)
class SlackIdentity:
    """Who we are in the workspace: its id, our user's and our bot's."""

    team: str
    user: str
    bot: str | None = None


def parcel_from(body: Body, me: SlackIdentity, at: datetime) -> Parcel:
    """What `body` means to us. Whatever cannot be read becomes a parcel that names the error, never an exception."""
    raw = _raw(body)
    key = _key(body, raw, me, at)
    try:
        return Parcel(CHANNEL, key, at, raw, _message(body, key, me, at))
    except Exception as error:
        return Parcel(CHANNEL, key, at, raw, error=type(error).__name__)


def home_opened_by(body: Body) -> str | None:
    """The user who looks at our Home tab, if that is what happened."""
    event = body.get("event")
    if not isinstance(event, dict) or event.get("type") != "app_home_opened" or event.get("tab") != HOME_TAB:
        return None
    user = event.get("user")
    return user if isinstance(user, str) and _ID.fullmatch(user) else None


def direct_channel(body: Body) -> str | None:
    """The channel of our direct messages with somebody, where an event from there tells it."""
    event = body.get("event")
    channel = event.get("channel") if isinstance(event, dict) else None
    return channel if isinstance(channel, str) and channel.startswith("D") and _ID.fullmatch(channel) else None


def plain_words(marked: str) -> str:
    """Slack's written form as a person reads it: links by their label, people and channels by name, & < > as such."""
    return cleaned(_unescaped(_ANGLED.sub(lambda found: _named(found[1]), marked)))


def _raw(body: Body) -> str:
    return json.dumps({name: value for name, value in body.items() if name not in PRIVATE})


def _key(body: Body, raw: str, me: SlackIdentity, at: datetime) -> str:
    """The id that repeats carry again. Where Slack gives none: events come again, taps and commands do not."""
    team = body.get("team_id") or me.team
    own = body.get("event_id") or body.get("trigger_id")
    if _is_id(team) and _is_id(own):
        return f"{team}:{own}"
    moment = "" if body.get("type") == "event_callback" else at.isoformat()
    return f"{me.team}:{hashlib.sha256((raw + moment).encode()).hexdigest()}"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _id(value: object) -> str:
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise ValueError("not an id")


def _moment(value: object) -> str:
    """Slack's id of a message within its channel."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return value
    raise ValueError("not a moment")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("not a text")


@dataclass(frozen=True)
class _Said:
    """Where, by whom and as what something was said."""

    address: str
    person: str
    content: Content
    ref: str | None = None


def _message(body: Body, key: str, me: SlackIdentity, at: datetime) -> Message | None:
    said = _said(body, me)
    if said is None:
        return None
    return Message(CHANNEL, said.address, said.person, key, at, said.content, said.ref)


def _said(body: Body, me: SlackIdentity) -> _Said | None:
    if "command" in body:
        return _of_command(body)
    match body.get("type"):
        case "event_callback":
            return _of_event(body["event"], me)
        case "block_actions":
            return _of_actions(body)
        case _:
            return None


def _of_event(event: Body, me: SlackIdentity) -> _Said | None:
    match event.get("type"):
        case "message":
            return _of_direct_message(event, me) if _is_direct(event) else None
        case "app_mention":
            return None if _is_direct(event) or _is_of_bot(event, me) else _of_mention(event, me)
        case _:
            return None


def _is_direct(event: Body) -> bool:
    return bool(event.get("channel_type") == "im" or _id(event["channel"]).startswith("D"))


def _is_of_person(message: Body, me: SlackIdentity) -> bool:
    return message.get("subtype") in WRITTEN and not _is_of_bot(message, me)


def _is_of_bot(event: Body, me: SlackIdentity) -> bool:
    return bool(event.get("bot_id")) or event.get("user") in (me.user, SLACKBOT)


def _of_direct_message(event: Body, me: SlackIdentity) -> _Said | None:
    if event.get("subtype") == "message_changed":
        return _of_edit(event, me)
    if not _is_of_person(event, me):
        return None
    person = _id(event["user"])
    return _Said(
        _direct(person, event["channel"], event.get("thread_ts")), person, _content(event, me), _moment(event["ts"])
    )


def _of_edit(event: Body, me: SlackIdentity) -> _Said | None:
    """Slack also tells of changes that nobody made, such as a link that got a preview."""
    now, before = event["message"], event.get("previous_message") or {}
    if not _is_of_person(now, me) or now.get("text") == before.get("text"):
        return None
    person = _id(now["user"])
    return _Said(
        _direct(person, event["channel"], now.get("thread_ts")), person, Edit(_words(now, me)), _moment(now["ts"])
    )


def _of_mention(event: Body, me: SlackIdentity) -> _Said:
    ref = _moment(event["ts"])
    address = _within(_id(event["channel"]), event.get("thread_ts") or ref)
    content = Edit(_words(event, me)) if event.get("edited") else _content(event, me)
    return _Said(address, _id(event["user"]), content, ref)


def _direct(person: str, channel: object, thread: object) -> str:
    """The address of direct messages with a person, which lies in one place with what goes to the person alone."""
    return _within(f"{person}:{_id(channel)}", thread)


def _within(place: str, thread: object) -> str:
    return f"{place}:{_moment(thread)}" if thread else place


def _content(event: Body, me: SlackIdentity) -> Content:
    words = _words(event, me)
    files = event.get("files")
    return Media(_kind(files[0]), words) if files else Text(words)


def _words(event: Body, me: SlackIdentity) -> str:
    """The text without the mention of us."""
    marked = re.sub(rf"<@{re.escape(me.user)}(\|[^<>]*)?>", "", _text(event.get("text") or ""))
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


def _of_command(body: Body) -> _Said | None:
    if body["command"] != COMMAND:
        return None
    person = _id(body["user_id"])
    return _Said(person, person, _ordered(plain_words(_text(body.get("text", "")))))


def _ordered(text: str) -> Content:
    """A command we know, or a question."""
    first, *rest = text.strip().split(maxsplit=1) or [""]
    name = ALIASES.get(first, first.lower())
    return Command(name, "".join(rest)) if name in COMMANDS else Text(text.strip())


def _of_actions(body: Body) -> _Said | None:
    action, person = body["actions"][0], _id(body["user"]["id"])
    tap = _tap(action)
    return None if tap is None else _Said(_tapped_at(body, action, person), person, tap)


def _tap(action: Body) -> Tap | None:
    """A button's value: the delivery that offered it (0: none), a colon, and what was chosen."""
    found = _VALUE.fullmatch(_text(action.get("value", "")))
    if found is None or len(cleaned(found[2]).encode()) > LONGEST_VALUE_BYTES or int(found[1]) > LARGEST_ID:
        return None
    return Tap(cleaned(found[2]), int(found[1]) or None)


def _tapped_at(body: Body, action: Body, person: str) -> str:
    """The address of the conversation that a tapped button stands in.

    What we wrote to a person by their id alone stands in their direct messages: the block knows.
    """
    container, message = body.get("container") or {}, body.get("message") or {}
    if container.get("type") == "view" or "view" in body or action.get("block_id", "").startswith(f"{person}/"):
        return person
    channel = _id(container.get("channel_id") or body["channel"]["id"])
    thread = container.get("thread_ts") or message.get("thread_ts")
    if channel.startswith("D"):
        return _direct(person, channel, thread)
    return _within(channel, thread or container.get("message_ts") or message["ts"])


def _named(inner: str) -> str:
    """What stands between angles: a person, a channel, a call to many, or a link."""
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@" | "#":
            return target[0] + label if label else target
        case "!":
            return label or f"@{target[1:]}"
        case _:
            return label or target


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
