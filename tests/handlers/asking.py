"""What a person does and the desk decides, written short."""

from collections.abc import Iterable
from typing import TypeVar

from handlers.effects import Effect, Reply
from handlers.message import Message, Tap, Text
from handlers.route import decide
from handlers.situation import Offered, Situation
from knowledge.book import Book
from knowledge.finding import Turn
from tests.moments import at

NOW = "2022-07-04 09:00"
TICKET = 7

E = TypeVar("E", bound=Effect)


def write(book: Book, text: str, turns: Iterable[Turn] = (), when: str = NOW) -> list[Effect]:
    """The effects of a written message, at a moment in Japan time."""
    return _decide(book, Text(text), Situation(at(when), tuple(turns), TICKET))


def tap(book: Book, value: str, offered: Offered | None = None, when: str = NOW) -> list[Effect]:
    """The effects of a tap on what an earlier reply offered."""
    reply = offered.reply if offered else None
    return _decide(book, Tap(value, reply), Situation(at(when), (), TICKET, offered))


def _decide(book: Book, content: Text | Tap, situation: Situation) -> list[Effect]:
    return decide(Message("web", "a", "p", "k", situation.now, content), situation, book)


def only(kind: type[E], effects: Iterable[Effect]) -> E:
    """The one effect of a kind."""
    [found] = [effect for effect in effects if isinstance(effect, kind)]
    return found


def reply(effects: Iterable[Effect]) -> Reply:
    return only(Reply, effects)
