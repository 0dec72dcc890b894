"""What of Slack's bodies is read by all: ids that are ids, words as a person reads them, addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.base import cleaned
from handlers.message import Content

CHANNEL = "slack"

Body = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_MOMENT = re.compile(r"[0-9]{1,16}\.[0-9]{1,16}")
_ANGLED = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class SlackIdentity:
    """Who we are in the workspace: its id, our user's and our bot's."""

    team: str
    user: str
    bot: str | None = None


@dataclass(frozen=True)
class Said:
    """Where, by whom and as what something was said; `ref` is Slack's id of it."""

    address: str
    person: str
    content: Content
    ref: str | None = None


def is_id(value: object) -> bool:
    """Whether a value can be an id of Slack's."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def id_from(value: object) -> str:
    """An id. Raises ValueError where it is none."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise ValueError("not an id")


def moment_from(value: object) -> str:
    """Slack's id of a message within its channel. Raises ValueError where it is none."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return value
    raise ValueError("not a moment")


def text_from(value: object) -> str:
    """A text. Raises TypeError where it is none."""
    if isinstance(value, str):
        return value
    raise TypeError("not a text")


def direct(person: str, channel: object, thread: object) -> str:
    """The address of direct messages with a person, which lies in one place with what goes to the person alone."""
    return within(f"{person}:{id_from(channel)}", thread)


def within(place: str, thread: object) -> str:
    """The address of a place, or of a thread in it."""
    return f"{place}:{moment_from(thread)}" if thread else place


def plain_words(marked: str) -> str:
    """Slack's written form as a person reads it: links by their label, people and channels by name, & < > as such."""
    return cleaned(_unescaped(_ANGLED.sub(lambda found: _named(found[1]), marked)))


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
