"""Answers what is not text: its caption as any text, and the rest with a way to staff."""

from dataclasses import replace

from handlers.ask import answer_text
from handlers.effects import Choice, Effect, Record, Reply
from handlers.escalate import ASK_STAFF
from handlers.message import Media
from handlers.situation import Situation
from handlers.ticket import Action
from handlers.wording import joined
from knowledge.book import Book

# The word for each kind, as a key of phrases.yaml.
KINDS = {
    "photo": "media_photo",
    "voice": "media_voice",
    "video": "media_video",
    "audio": "media_audio",
    "sticker": "media_sticker",
    "location": "media_location",
    "contact": "media_contact",
    "file": "media_file",
}
OTHER_KIND = "media_other"


def answer_media(media: Media, situation: Situation, book: Book) -> list[Effect]:
    """The effects of something that cannot be read here. What it says beside may be about anything, danger too."""
    if not media.caption.strip():
        kind = _kind(media, book)
        return [_to_staff(Reply(book.phrase("media_unread", kind=kind)), kind, book)]
    return [_noted(effect, media, book) for effect in answer_text(media.caption, situation, book)]


def media_words(media: Media, book: Book) -> str:
    """What staff read of it: its kind, and what it says beside."""
    shown = book.phrase("media_shown", kind=_kind(media, book))
    return f"{shown} {media.caption}" if media.caption.strip() else shown


def _kind(media: Media, book: Book) -> str:
    return book.phrase(KINDS.get(media.kind, OTHER_KIND))


def _noted(effect: Effect, media: Media, book: Book) -> Effect:
    """An effect of the caption, saying that there was more; what someone in danger reads stays as it is."""
    match effect:
        case Record(action=Action.SAID):
            return replace(effect, text=media_words(media, book))
        case Reply(urgent=False):
            return _noted_reply(effect, _kind(media, book), book)
        case _:
            return effect


def _noted_reply(reply: Reply, kind: str, book: Book) -> Reply:
    noted = replace(reply, text=joined(reply.text, book.phrase("media_unread", kind=kind)))
    reaches_staff = reply.ticket or any(choice.value == ASK_STAFF for choice in reply.choices)
    return noted if reaches_staff else _to_staff(noted, kind, book)


def _to_staff(reply: Reply, kind: str, book: Book) -> Reply:
    choice = Choice(book.phrase("media_to_staff"), ASK_STAFF)
    question = reply.question or book.phrase("media_question", kind=kind)
    return replace(reply, choices=(*reply.choices, choice), question=question)
