"""A notice as each channel will show it, through the channels' own translators: pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.base import Outgoing, choices_of
from bot.channels.slack.blocks import blocks_of
from bot.ports import Words
from bot.posts import posts_of
from handlers.effects import Reply

# An id as long as they get: buttons hold it, and have little room.
LONGEST_ID = 999_999_999
SOMEBODY = "1"

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Seen:
    """One post as it is seen: its text, and its buttons row by row."""

    text: str = field(repr=False)
    rows: Rows = ()


@dataclass(frozen=True)
class Preview:
    """A notice on one channel."""

    channel: str
    posts: tuple[Seen, ...]


def previews(reply: Reply, words: Words) -> tuple[Preview, ...]:
    """A notice on every channel."""
    looks: dict[str, Callable[[Outgoing, Words], Seen]] = {"web": _on_web, "telegram": _on_telegram, "slack": _on_slack}
    return tuple(
        Preview(channel, tuple(look(Outgoing(LONGEST_ID, SOMEBODY, part), words) for part in posts_of(channel, reply)))
        for channel, look in looks.items()
    )


def _on_web(outgoing: Outgoing, _words: Words) -> Seen:
    return Seen(outgoing.reply.text, tuple((choice.label,) for choice in choices_of(outgoing.reply)))


def _on_telegram(outgoing: Outgoing, words: Words) -> Seen:
    # The library of a channel that may not be in use is loaded when somebody looks.
    from bot.channels.telegram.posts import post_from

    post = post_from(outgoing, words)
    keyboard = post.keyboard.inline_keyboard if post.keyboard is not None else ()
    return Seen(post.text, tuple(tuple(button.text for button in row) for row in keyboard))


def _on_slack(outgoing: Outgoing, words: Words) -> Seen:
    blocks = blocks_of(outgoing, words, is_for_staff=False)
    return Seen("\n".join(_texts(blocks)), tuple(_rows(blocks)))


def _texts(blocks: Sequence[dict[str, Any]]) -> Iterable[str]:
    return (str(block["text"]["text"]) for block in blocks if block["type"] == "section")


def _rows(blocks: Sequence[dict[str, Any]]) -> Iterable[tuple[str, ...]]:
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return (tuple(str(button["text"]["text"]) for button in row) for row in rows)
