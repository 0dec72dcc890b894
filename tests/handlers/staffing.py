"""What a member of staff does in the room and the desk decides, written short."""

from dataclasses import replace
from typing import Any

from handlers.effects import Choice, Effect, Record, Reply
from handlers.history import framed
from handlers.message import Content, Message
from handlers.route import decide
from handlers.rules import Member, Role, Rules
from handlers.situation import Offered, Situation, StaffView
from handlers.ticket import Action, Event, Resolution, Ticket, TicketKind, claim, close
from handlers.ticket import reply as replied
from knowledge.book import Book
from tests.handlers.asking import opened
from tests.moments import at

NOW = "2022-07-04 09:30"
SATO, SUZUKI, TANAKA = "佐藤", "鈴木", "田中"
RULES = Rules(team=(Member(SATO), Member(SUZUKI, (Role.STAFF, Role.LEAD)), Member(TANAKA, (Role.CURATOR,))))
QUESTION = "車椅子で参加できますか"

NEW = opened(12, QUESTION)
MINE = claim(NEW, SATO)
ANSWERED = replied(MINE, SATO)
HERS = claim(NEW, SUZUKI)
CLOSED = close(MINE, Resolution.ANSWERED, at("2022-07-04 09:20"))
EMPLOYER = replace(NEW, kind=TicketKind.EMPLOYER, question="名前: 〇〇食堂", reason="employer application")
OPENED = Event(1, 12, at("2022-07-04 09:00"), Action.OPENED, "", QUESTION, 12)


# What a member is told whose note looks as if it was to be sent.
ONLY_NOTED = (
    "メモとして残しました。参加者には届いていません。"
    "届けるには「返信:」、聞き返すには「聞き返し:」で書き始めた新しいメッセージにしてください。"
)


def event(number: int, action: Action, actor: str = "", text: str = "", **other: Any) -> Event:
    """Something that happened to ticket 12; `when` is in Japan time."""
    when = at(other.pop("when", "2022-07-04 09:10"))
    return Event(number, 12, when, action, actor, text, **other)


def answered(book: Book, number: int, line: int, words: str = "はい", actor: str = SATO, **other: Any) -> Event:
    """An answer that went to the participant as delivery `line`."""
    return event(number, Action.REPLIED, actor, framed(words, book), line=line, **other)


def room(ticket: Ticket | None = NEW, *events: Event, **other: Any) -> Situation:
    """The situation of a member (佐藤) who writes in the staff room about a ticket.

    `other` replaces parts of the view (member, queue, invites, noted, in_room, is_private) or of the situation.
    """
    named = ("queue", "invites", "noted", "in_room", "is_private")
    of_view = {name: other.pop(name) for name in named if name in other}
    member = other.pop("member", Member(SATO))
    view = StaffView(member, in_room=of_view.pop("in_room", True), ticket=ticket, events=(OPENED, *events))
    situation = Situation(at(other.pop("when", NOW)), (), 99, staff=replace(view, **of_view), rules=RULES)
    return replace(situation, **other)


def offered_by(reply: Reply) -> Offered:
    """What a reply offers, as the store gives it back at a tap."""
    return Offered(77, reply.question, None, (), tuple(choice.value for choice in reply.choices))


def done(
    book: Book, content: Content, situation: Situation, channel: str = "telegram", answers: str | None = None
) -> list[Effect]:
    """The effects of what somebody does in the staff room; `answers` is the post that it replies to, if any."""
    return decide(Message(channel, "-100", "u1", "k", situation.now, content, answers=answers), situation, book)


def refusal(act: str, text: str, *choices: Choice) -> list[Reply | Record]:
    """What a member is told, and what is noted."""
    return [Reply(text, choices=choices, ticket=12), Record(12, Action.REFUSED, SATO, act)]
