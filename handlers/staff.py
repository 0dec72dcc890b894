"""Answers what staff do in their rooms and in the console."""

from handlers.effects import Effect
from handlers.message import Command, Content, Message
from handlers.situation import Situation
from knowledge.book import Book

PREFIX = "staff:"


def is_for_staff(content: Content) -> bool:
    """Whether a member means the desk's other side by it, wherever they write."""
    return isinstance(content, Command) and content.name in ("queue", "mine")


def answer_staff(message: Message, situation: Situation, book: Book) -> list[Effect]:
    """The effects of what is written in a staff room or the console."""
    return []


def ticket_of_tap(value: str) -> int | None:
    """The ticket that a staff button is about: `staff:<act>:<number>` or `staff:<act>:<number>:<target>`."""
    parts = value.split(":", 3)
    is_ours = value.startswith(PREFIX) and len(parts) >= 3 and parts[2].isascii() and parts[2].isdecimal()
    return int(parts[2]) if is_ours and len(parts[2]) <= 9 else None
