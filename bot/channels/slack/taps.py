"""What people tap in Slack, and what they order by /desk."""

import re

from bot.channels.base import cleaned
from bot.channels.slack.fields import Body, Said, direct, id_from, plain_words, text_from, within
from handlers.command import COMMANDS
from handlers.message import Command, Content, Tap, Text

COMMAND = "/desk"
LARGEST_ID = 2**31 - 1
LONGEST_VALUE_BYTES = 64
# What may stand behind /desk, beside the names of the commands themselves.
ALIASES = {
    "": "menu",
    "メニュー": "menu",
    "質問": "ask",
    "日程": "seminars",
    "次": "next",
    "カレンダー": "calendar",
    "お知らせ": "subscribe",
    "停止": "unsubscribe",
    "連携": "link",
    "状況": "status",
    "担当者": "human",
    "ヘルプ": "help",
}
# What members of staff may order beside, with their names for it.
STAFF_COMMANDS = {"queue": "queue", "mine": "mine", "一覧": "queue", "自分": "mine"}
_VALUE = re.compile(r"([0-9]{1,10}):(.+)", re.DOTALL)


def said_by_command(body: Body, is_staff: bool) -> Said | None:
    """What was ordered: a command we know, or a question. Some commands are known to staff only."""
    if body["command"] != COMMAND:
        return None
    person = id_from(body["user_id"])
    return Said(person, person, _ordered(plain_words(text_from(body.get("text", ""))).strip(), is_staff))


def _ordered(text: str, is_staff: bool) -> Content:
    first, *rest = text.split(maxsplit=1) or [""]
    if is_staff and first.lower() in STAFF_COMMANDS:
        return Command(STAFF_COMMANDS[first.lower()], "".join(rest))
    name = ALIASES.get(first, first.lower())
    return Command(name, "".join(rest)) if name in COMMANDS else Text(text)


def said_by_tap(body: Body) -> Said | None:
    """The choice behind a tapped button; what is done inside of a form is none."""
    if (body.get("view") or {}).get("type") == "modal":
        return None
    action, person = body["actions"][0], id_from(body["user"]["id"])
    tap = _tap(action)
    return None if tap is None else Said(_tapped_at(body, action, person), person, tap)


def _tap(action: Body) -> Tap | None:
    """A button's value: the delivery that offered it (0: none), a colon, and what was chosen."""
    found = _VALUE.fullmatch(text_from(action.get("value", "")))
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
    channel = id_from(container.get("channel_id") or body["channel"]["id"])
    thread = container.get("thread_ts") or message.get("thread_ts")
    if channel.startswith("D"):
        return direct(person, channel, thread)
    return within(channel, thread or container.get("message_ts") or message["ts"])
