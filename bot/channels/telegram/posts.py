"""Replies as Telegram posts them: a pure translator."""

from dataclasses import dataclass, field

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageEntityType as Entity

from bot.channels.base import RATINGS, Outgoing, choices_of
from bot.channels.divide import units
from bot.ports import Words
from handlers.effects import Choice

LARGEST_CALLBACK_BYTES = 64
LONGEST_LABEL = 48


@dataclass(frozen=True)
class Post:
    """A reply as Telegram posts it."""

    chat: int
    text: str = field(repr=False)
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None
    thread: int | None = None
    answers: int | None = None


def post_from(outgoing: Outgoing, words: Words) -> Post:
    """A reply as a post: its sources in italics, one button a row; in groups as an answer to who asked."""
    chat, _, thread = outgoing.address.partition(":")
    listed = [choice for choice in choices_of(outgoing.reply) if not _fits(choice, outgoing)]
    text, entities = _marked(outgoing, words)
    return Post(
        chat=int(chat),
        text="\n".join([text, *(f"・{choice.label}" for choice in listed)]),
        entities=entities,
        keyboard=_keyboard(outgoing),
        thread=int(thread) if thread else None,
        answers=int(outgoing.to) if outgoing.to is not None and chat.startswith("-") else None,
    )


def _marked(outgoing: Outgoing, words: Words) -> tuple[str, tuple[MessageEntity, ...]]:
    text, entities = outgoing.reply.text, []
    for source in outgoing.reply.sources:
        line = words.phrase("source", source=source)
        entities.append(MessageEntity(Entity.ITALIC, units(text) + 1, units(line)))
        text = f"{text}\n{line}"
    return text, tuple(entities)


def _keyboard(outgoing: Outgoing) -> InlineKeyboardMarkup | None:
    rows = [[_button(choice, outgoing)] for choice in choices_of(outgoing.reply) if _fits(choice, outgoing)]
    if outgoing.reply.rateable:
        rows.append([_button(choice, outgoing) for choice in RATINGS])
    return InlineKeyboardMarkup(rows) if rows else None


def _button(choice: Choice, outgoing: Outgoing) -> InlineKeyboardButton:
    label = choice.label
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    return InlineKeyboardButton(short, callback_data=_callback(choice, outgoing))


def _callback(choice: Choice, outgoing: Outgoing) -> str:
    return f"{outgoing.id}:{choice.value}"


def _fits(choice: Choice, outgoing: Outgoing) -> bool:
    return len(_callback(choice, outgoing).encode()) <= LARGEST_CALLBACK_BYTES
