"""What a person does and the desk decides, written short."""

from collections.abc import Iterable
from typing import Any, TypeVar

from handlers.effects import Effect, Record, Reply, SaveTicket
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from handlers.route import decide
from handlers.rules import Rules
from handlers.situation import Offered, Situation
from handlers.ticket import Ticket
from knowledge.book import Book
from knowledge.finding import Turn
from tests.moments import at

NOW = "2022-07-04 09:00"
TICKET = 7

E = TypeVar("E", bound=Effect)


def write(book: Book, text: str, turns: Iterable[Turn] = (), when: str = NOW) -> list[Effect]:
    """The effects of a written message, at a moment in Japan time."""
    return decided(book, Text(text), Situation(at(when), tuple(turns), TICKET))


def tap(book: Book, value: str, offered: Offered | None = None, when: str = NOW) -> list[Effect]:
    """The effects of a tap on what an earlier reply offered."""
    reply = offered.reply if offered else None
    return decided(book, Tap(value, reply), Situation(at(when), (), TICKET, offered))


def command(book: Book, name: str, rest: str = "", turns: Iterable[Turn] = (), when: str = NOW) -> list[Effect]:
    """The effects of a command from a person without open questions."""
    return decided(book, Command(name, rest), Situation(at(when), tuple(turns), TICKET))


def edit(book: Book, new_text: str, before: str | None) -> list[Effect]:
    """The effects of writing a message anew."""
    return decided(book, Edit(new_text), Situation(at(NOW), (), TICKET, before=before))


def send(book: Book, kind: str, caption: str = "") -> list[Effect]:
    """The effects of something that is not text."""
    return decided(book, Media(kind, caption), Situation(at(NOW), (), TICKET))


def decided(book: Book, content: Content, situation: Situation) -> list[Effect]:
    """The effects of any content in any situation."""
    return decide(Message("web", "a", "p", "k", situation.now, content), situation, book)


def opened(number: int, question: str = "質問", when: str = NOW, person: str = "p") -> Ticket:
    """A ticket as it was opened on the web."""
    moment = at(when)
    return Ticket(number, "web", person, question, False, "gap", moment, asked_at=moment, last_at=moment)


def having(*tickets: Ticket, when: str = NOW, rules: Rules = Rules(), **known: Any) -> Situation:
    """The situation of a person with these tickets; `known` is what else there is to know."""
    return Situation(at(when), fresh_ticket=TICKET, tickets=tickets, rules=rules, **{"turns": (), **known})


def recorded(effects: Iterable[Effect]) -> list[Record]:
    """What is noted in histories, in order."""
    return [effect for effect in effects if isinstance(effect, Record)]


def saved(effects: Iterable[Effect]) -> Ticket:
    """The one ticket that is written anew, as it is then."""
    return only(SaveTicket, effects).ticket


def only(kind: type[E], effects: Iterable[Effect]) -> E:
    """The one effect of a kind."""
    [found] = [effect for effect in effects if isinstance(effect, kind)]
    return found


def reply(effects: Iterable[Effect]) -> Reply:
    return only(Reply, effects)
