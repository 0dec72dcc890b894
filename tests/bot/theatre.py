"""A stage for transcripts: participants and staff with the real decisions on a real database, without sockets.

What the desk sends arrives at once. A post that is revised or withdrawn changes where it stands.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

from bot.cards import BookCards
from bot.channels.base import Aim, choices_of, parcel_of
from bot.desk import Decisions, Desk
from bot.house import House, Room
from bot.notifier import Cards, Notifier
from bot.pacing import UNLIMITED
from bot.ports import Decide
from bot.reading import decide_by
from bot.store import outbox
from bot.store.transactions import Store
from bot.tender import Due, Tender
from bot.twins import Twins
from handlers.effects import Choice, Effect, Reply
from handlers.message import Content, Edit, Message, Tap, Text
from handlers.rules import Member, Rules
from handlers.situation import Situation
from knowledge.book import Book
from tests.bot.fakes import FixedClock
from tests.bot.staffing import always

# A channel on which staff can answer a prompt.
CHANNEL, ROOM_PLACE = "telegram", "room"
LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Shown:
    """A post as it stands now: what it says and what it offers to tap."""

    text: str
    buttons: tuple[str, ...] = ()


class Stage(Protocol):
    """Where a transcript is played. People and members go by their names."""

    def say(self, who: str, text: str) -> None:
        """A participant writes."""

    def edit(self, who: str, text: str, to: str) -> None:
        """A participant changes what they wrote."""

    def tap(self, who: str, label: str) -> None:
        """A participant picks what the latest post with this label offers."""

    def heard(self, who: str) -> list[Shown]:
        """All that a participant was told and still sees, oldest first."""

    def room(self, member: str) -> str:
        """The room that a member works in."""

    def write(self, member: str, text: str) -> None:
        """Staff write into the thread of the ticket that was opened last."""

    def press(self, member: str, label: str) -> None:
        """Staff press a button in the room, on the latest post that has it."""

    def fill(self, member: str, label: str, text: str) -> None:
        """Staff press a button that asks for words, and write them."""

    def answer(self, member: str, post: str, text: str) -> None:
        """Staff write as a reply to the latest post in the room that says this."""

    def seen(self, member: str) -> list[Shown]:
        """Everything that stands in the member's room, oldest first."""

    def wait(self, minutes: float) -> None:
        """Time passes."""

    def block(self, who: str) -> None:
        """A participant blocks the desk."""

    def close_tab(self, who: str) -> None:
        """A participant leaves; whatever they do next, they come back for."""

    def forge(self, who: str, act: str) -> None:
        """A participant sends what a staff button on the ticket opened last would send, from where they write."""


@dataclass
class _Post:
    """A post that arrived: the delivery, and how it looks by now (None: withdrawn)."""

    id: int
    address: str
    reply: Reply | None
    thread: str


@dataclass
class PlainStage:
    """All on one channel that is no platform's, in one staff room."""

    store: Store
    twins: Twins
    decide: Decide
    cards: Cards
    due: Due
    rules: Rules
    clock: FixedClock
    blocked: set[str] = field(default_factory=set)
    posts: list[_Post] = field(default_factory=list)
    written: dict[tuple[str, str], str] = field(default_factory=dict)
    keys: "count[int]" = field(default_factory=count)

    def say(self, who: str, text: str) -> None:
        ref = str(next(self.keys))
        self.written[who, text] = ref
        self._do(Message(CHANNEL, who, who, f"k{ref}", self.clock.now(), Text(text), ref))

    def edit(self, who: str, text: str, to: str) -> None:
        ref = self.written[who, text]
        self.written[who, to] = ref
        self._do(Message(CHANNEL, who, who, self._key(), self.clock.now(), Edit(to), ref))

    def tap(self, who: str, label: str) -> None:
        self._tap(who, who, label)

    def heard(self, who: str) -> list[Shown]:
        return [_shown(post.reply) for post in self.posts if post.address == who and post.reply is not None]

    def write(self, member: str, text: str) -> None:
        [thread, *_] = [post.thread for post in reversed(self.posts) if post.thread]
        self._in_room(member, Text(text), f"{ROOM_PLACE}:{thread}")

    def press(self, member: str, label: str) -> None:
        self._tap(ROOM_PLACE, member, label)

    def room(self, member: str) -> str:
        return ROOM_PLACE

    def fill(self, member: str, label: str, text: str) -> None:
        self.press(member, label)
        self._in_room(member, Text(text), ROOM_PLACE, answers=f"r{self.posts[-1].id}")

    def answer(self, member: str, post: str, text: str) -> None:
        found = (one for one in reversed(self.posts) if _place(one.address) == ROOM_PLACE and one.reply)
        [ref, *_] = [one.id for one in found if one.reply and post in one.reply.text]
        self._in_room(member, Text(text), ROOM_PLACE, answers=f"r{ref}")

    def seen(self, member: str) -> list[Shown]:
        return [_shown(post.reply) for post in self.posts if _place(post.address) == ROOM_PLACE and post.reply]

    def wait(self, minutes: float) -> None:
        self.clock.move(minutes * 60)
        asyncio.run(Tender(self.store, self.due, self.clock, _nothing).tend())
        self._settle()

    def block(self, who: str) -> None:
        self.blocked.add(who)

    def close_tab(self, who: str) -> None:
        """Nobody holds a place open here: what is sent is kept."""

    def forge(self, who: str, act: str) -> None:
        number = max(post.reply.ticket for post in self.posts if post.reply and post.reply.ticket)
        tap = Tap(f"staff:{act}:{number}")
        self._do(Message(CHANNEL, who, who, self._key(), self.clock.now(), tap))

    def _tap(self, address: str, who: str, label: str) -> None:
        post, choice = next(
            (post, choice)
            for post in reversed(self.posts)
            if _place(post.address) == address and post.reply is not None
            for choice in _choices(post.reply)
            if choice.label == label
        )
        self._do(Message(CHANNEL, post.address, who, self._key(), self.clock.now(), Tap(choice.value, post.id)))

    def _in_room(self, member: str, content: Content, address: str, answers: str | None = None) -> None:
        self._do(Message(CHANNEL, address, member, self._key(), self.clock.now(), content, self._key(), answers))

    def _key(self) -> str:
        return f"k{next(self.keys)}"

    def _do(self, message: Message) -> None:
        self.take(message)
        self._settle()

    def take(self, *messages: Message) -> None:
        """Take and decide messages; what follows from them is not delivered yet."""
        asyncio.run(self._receive(messages))

    async def _receive(self, messages: Sequence[Message]) -> None:
        desk = Desk(
            self.store,
            Decisions(self.decide, _broken),
            self.clock,
            self.clock,
            [CHANNEL],
            _nothing,
            "me",
            10.0,
            self.house,
        )
        await desk.receive([parcel_of(message) for message in messages])
        await desk.finish()

    @property
    def house(self) -> House:
        members = {(CHANNEL, member.name): member for member in self.rules.team}
        return House(self.rules, members, (Room(CHANNEL, ROOM_PLACE, leads=("lead",)),))

    def _settle(self) -> None:
        """Everything arrives, and staff are shown all there is, until there is nothing new."""
        asyncio.run(self.twins.group())
        while self._deliver() | self._notify():
            pass

    def _notify(self) -> bool:
        told: list[bool] = []
        notifier = Notifier(self.store, self.cards, self.house.rooms, self.clock, always, lambda: told.append(True))
        asyncio.run(notifier.show_all())
        return bool(told)

    def _deliver(self) -> bool:
        now = self.clock.now()
        found = asyncio.run(self.store.write(outbox.claim, CHANNEL, UNLIMITED, 8, now, now + LEASE)).claimed
        for claimed in found:
            self._arrive(claimed, now)
        return bool(found)

    def _arrive(self, claimed: outbox.Claimed, now: datetime) -> None:
        if _place(claimed.address) in self.blocked:
            asyncio.run(self.store.write(outbox.recipient_gone, claimed, UNLIMITED, now, "blocked"))
            return
        if not claimed.is_there:
            asyncio.run(self.store.write(outbox.fail, claimed, UNLIMITED, now, "never_sent"))
            return
        self._post(claimed)
        ref = f"r{claimed.id}"
        asyncio.run(self.store.write(outbox.sent, claimed, UNLIMITED, now, now, ref, ref))

    def _post(self, claimed: outbox.Claimed) -> None:
        if claimed.aim is Aim.POST:
            thread = f"r{claimed.id}" if claimed.reply.marks and claimed.reply.marks.heading else ""
            self.posts.append(_Post(claimed.id, claimed.address, claimed.reply, thread))
            return
        for post in self.posts:
            if post.id == claimed.of:
                post.reply = None if claimed.aim is Aim.WITHDRAW else claimed.reply


def _choices(reply: Reply) -> tuple[Choice, ...]:
    ratings = (Choice("👍", "rate:up"), Choice("👎", "rate:down")) if reply.rateable else ()
    return (*choices_of(reply), *ratings)


def _shown(reply: Reply) -> Shown:
    return Shown(reply.text, tuple(choice.label for choice in _choices(reply)))


def _place(address: str) -> str:
    return address.partition(":")[0]


def _nothing() -> None:
    """Everything is looked at anyway."""


def _broken(message: Message, _situation: Situation) -> list[Effect]:
    raise AssertionError(f"could not decide {message.key}")


TEAM = tuple(Member(name) for name in ("佐藤", "鈴木"))


def plain_stage(store: Store, book: Book, rules: Rules, clock: FixedClock) -> PlainStage:
    """A stage with two members, and the decisions of this book."""
    cards = BookCards(lambda: book, rules, clock)
    twins = Twins(store, lambda: book, clock, _nothing)
    return PlainStage(store, twins, decide_by(book), cards, cards.due, replace(rules, team=TEAM), clock)
