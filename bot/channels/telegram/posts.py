"""Replies as Telegram posts them: a pure translator."""

from dataclasses import dataclass, field

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User
from telegram.constants import MessageEntityType as Entity

from bot.channels.base import RATINGS, Aim, Outgoing, choices_of
from bot.channels.divide import units
from bot.ports import Words
from handlers.effects import Choice

LARGEST_CALLBACK_BYTES = 64
LONGEST_LABEL = 48

# What answering a post in a staff room does, where the words of the answer are what counts.
ASKING = ("reply:", "ask:", "edit:", "reply_all:")


@dataclass(frozen=True)
class Post:
    """A reply as Telegram posts it. `prompt` opens the answer to it for whom it answers or calls itself."""

    chat: int
    text: str = field(repr=False)
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None
    thread: int | None = None
    answers: int | None = None
    prompt: ForceReply | None = None


def heading_of(outgoing: Outgoing) -> str:
    """The name of the topic that a card opens, "" where it is none."""
    marks = outgoing.reply.marks
    is_card = outgoing.aim is Aim.POST and outgoing.root is None and outgoing.thread is None
    return " ".join(marks.heading.split()) if marks is not None and is_card else ""


def post_from(outgoing: Outgoing, words: Words) -> Post:
    """A reply as a post: its sources in italics, one button a row; in groups as an answer to who asked.

    What belongs to a card stands in its topic, and where there is none it answers the card.
    """
    chat, _, topic = outgoing.address.partition(":")
    thread = topic or outgoing.thread
    answers = outgoing.to or (None if thread else outgoing.root)
    listed = [choice for choice in choices_of(outgoing.reply) if not _fits(choice, outgoing)]
    text, entities = _marked(outgoing, words)
    return Post(
        chat=int(chat),
        text="\n".join([text, *(f"・{choice.label}" for choice in listed)]),
        entities=entities,
        keyboard=_keyboard(outgoing),
        thread=int(thread) if thread else None,
        answers=int(answers) if answers is not None and chat.startswith("-") else None,
        prompt=ForceReply(selective=True) if _asks(outgoing) else None,
    )


def _asks(outgoing: Outgoing) -> bool:
    """Telegram asks nobody but whom the post answers or calls."""
    marks = outgoing.reply.marks
    if marks is None or choices_of(outgoing.reply) or not (outgoing.to or marks.calls):
        return False
    return marks.invites.startswith(ASKING)


def _marked(outgoing: Outgoing, words: Words) -> tuple[str, tuple[MessageEntity, ...]]:
    text, entities = outgoing.reply.text, []
    for source in outgoing.reply.sources:
        line = words.phrase("source", source=source)
        entities.append(MessageEntity(Entity.ITALIC, units(text) + 1, units(line)))
        text = f"{text}\n{line}"
    for number, person in enumerate(_called(outgoing)):
        text, name = text + ("、" if number else "\n"), words.phrase("telegram_call")
        entities.append(MessageEntity(Entity.TEXT_MENTION, units(text), units(name), user=person))
        text += name
    return text, tuple(entities)


def _called(outgoing: Outgoing) -> list[User]:
    """Telegram calls whoever has the id, whatever name stands there."""
    marks = outgoing.reply.marks
    return [User(int(person), "", is_bot=False) for person in marks.calls] if marks is not None else []


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
