"""Answers what is not text: its caption as any text, and the rest with a way to staff."""

from dataclasses import replace

from handlers.ask import answer_text
from handlers.effects import Choice, Effect, Reply
from handlers.message import Media
from handlers.situation import Situation
from handlers.tap import ASK_STAFF
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
    kind = book.phrase(KINDS.get(media.kind, OTHER_KIND))
    if not media.caption.strip():
        return [_to_staff(Reply(book.phrase("media_unread", kind=kind)), kind, book)]
    effects = answer_text(media.caption, situation, book)
    return [_noted(effect, kind, book) if isinstance(effect, Reply) else effect for effect in effects]


def _noted(reply: Reply, kind: str, book: Book) -> Reply:
    """The answer to a caption, saying that the rest was not read; what someone in danger reads stays as it is."""
    if reply.urgent:
        return reply
    noted = replace(reply, text=f"{reply.text}\n\n{book.phrase('media_unread', kind=kind)}")
    return noted if reply.ticket else _to_staff(noted, kind, book)


def _to_staff(reply: Reply, kind: str, book: Book) -> Reply:
    choice = Choice(book.phrase("media_to_staff"), ASK_STAFF)
    question = reply.question or book.phrase("media_question", kind=kind)
    return replace(reply, choices=(*reply.choices, choice), question=question)
