"""A desk among people who act at the same time, platforms in any weather, and time that passes in leaps."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import func, select

from bot.cards import BookCards
from bot.channels.base import parcel_of
from bot.desk import Decisions, Desk
from bot.house import House, Room
from bot.notifier import Notifier
from bot.store import inbox
from bot.store.desk_models import Ticket as TicketRow
from bot.store.models import Delivery, Inbound, InboundState
from bot.store.notices import Changed
from bot.store.transactions import Store
from bot.tender import Tender
from bot.twins import Twins
from handlers.effects import Effect, Reply
from handlers.message import Content, Message, Text
from handlers.route import LONGEST_BACKLOG, decide
from handlers.rules import Member, Rules
from handlers.situation import Situation
from handlers.ticket import Event, Ticket
from knowledge.book import Book
from tests.bot.fakes import FixedClock
from tests.bot.staffing import always, nobody
from tests.bot.weather import CHANNELS, Platforms, Weather

PEOPLE = (("web", "hanako"), ("telegram", "taro"), ("slack", "D0JIRO"))
TEAM = tuple(Member(name) for name in ("佐藤", "鈴木"))
ROOMS = (Room("telegram", "-100", leads=("lead",)), Room("slack", "C0STAFF"))
RULES = Rules(team=TEAM)
HOUSE = House(RULES, {(c, m.name): m for c in CHANNELS for m in TEAM}, ROOMS)
HOLD = 10.0

TO_BOT = "ボットに戻して"
TEXTS = (
    "駅から会場まで犬を連れて歩けますか",
    "うちの庭の柿の木を切ってもいいですか",
    "参加費はいくらですか",
    "ありがとうございました",
    "担当者と話したい",
    "コメント：よかったです",
    "いまどうなっていますか",
    "土曜日も開いていますか",
    TO_BOT,
    "もう死にたいです",
)
WAITS = (0.1, 5.0, 70.0, 600.0, 60.0 * 24 * 8)

T = TypeVar("T")
Deed = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class WatchedCards:
    """The real ones; `thought` is called while one is made."""

    real: BookCards
    thought: Callable[[], None]

    def card(self, changed: Changed) -> Reply:
        """The post that shows a ticket."""
        self.thought()
        return self.real.card(changed)

    def post(self, event: Event, ticket: Ticket) -> Reply | None:
        """What is said in its thread."""
        return self.real.post(event, ticket)

    def answer(self, event: Event, state: str, error: str | None) -> Reply:
        """An answer to the participant."""
        return self.real.answer(event, state, error)


@dataclass
class Bustle:
    """One desk on one database.

    `refused` are messages that were rightly not answered, `broken` those that failed, `unshown` the tickets that were
    closed before staff were shown them. `meanwhile` is done while the desk is thinking the next time.
    """

    store: Store
    book: Book
    loop: asyncio.AbstractEventLoop
    clock: FixedClock
    machine: FixedClock
    platforms: Platforms
    keys: "count[int]" = field(default_factory=count)
    unshown: set[int] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    meanwhile: Deed | None = None

    @property
    def cards(self) -> BookCards:
        """How staff see tickets now."""
        return BookCards(lambda: self.book, RULES, self.clock)

    async def wait(self, which: int) -> None:
        """Time passes, and the desk looks what is due."""
        seconds = pick(WAITS, which) * 60
        self.clock.move(seconds)
        self.machine.move(seconds)
        await self._sweep()
        await Tender(self.store, self._due, self.clock, nobody).tend()

    async def group(self) -> None:
        """It is looked for questions that are the same."""
        await Twins(self.store, lambda: self.book, self.clock, nobody).group()

    async def notify(self) -> None:
        """Staff are shown what is new."""
        self.unshown |= set(await self.store.read(_closed_before_shown))
        cards = WatchedCards(self.cards, self._interrupted)
        notifier = Notifier(self.store, cards, ROOMS, self.clock, always, nobody)
        await notifier.show_all()

    async def deliver(self) -> None:
        """What may go is sent."""
        await self.platforms.deliver()

    async def die_before_deciding(self, who: int, text: int) -> None:
        """A message is stored by a desk that dies then."""
        channel, person = pick(PEOPLE, who)
        message = self.message(channel, person, person, Text(pick(TEXTS, text)), self.key())
        now = self.machine.now()
        await self.store.write(inbox.keep_all, [parcel_of(message)], "dead", now, now + timedelta(seconds=HOLD))

    def suffer(self, weather: Weather) -> None:
        """The next post has this weather."""
        self.platforms.coming.append(weather)

    async def calm_down(self) -> None:
        """Everything that is underway comes to its end, without any time passing at the desk."""
        self.platforms.coming.clear()
        await self._finish_meanwhile()
        before = -1
        while before != (before := await self.store.read(_stirrings)):
            self.machine.move(600)
            await self._sweep()
            await self.notify()
            await self.deliver()

    async def _finish_meanwhile(self) -> None:
        deed, self.meanwhile = self.meanwhile, None
        if deed is not None:
            await deed()

    async def _sweep(self) -> None:
        desk = self._desk("new")
        await desk.sweep()
        await desk.finish()

    async def do(
        self,
        channel: str,
        address: str,
        person: str,
        content: Content,
        ref: str | None = None,
        answers: str | None = None,
    ) -> None:
        """Somebody does something, and the desk decides it."""
        message = self.message(channel, address, person, content, ref, answers)
        desk = self._desk("me" if self.meanwhile else "other")
        await desk.receive([parcel_of(message)])
        await desk.finish()

    def message(
        self,
        channel: str,
        address: str,
        person: str,
        content: Content,
        ref: str | None = None,
        answers: str | None = None,
    ) -> Message:
        """What somebody does."""
        return Message(channel, address, person, self.key(), self.clock.now(), content, ref, answers)

    def _desk(self, holder: str) -> Desk:
        """A new one each time, as after a restart."""
        decisions = Decisions(self._decide, self._fail)
        return Desk(self.store, decisions, self.clock, self.machine, CHANNELS, nobody, holder, HOLD, HOUSE)

    def _decide(self, message: Message, situation: Situation) -> Sequence[Effect]:
        self._interrupted()
        if situation.backlog >= LONGEST_BACKLOG:
            self.refused.add(message.key)
        return decide(message, situation, self.book)

    def _fail(self, message: Message, _situation: Situation) -> Sequence[Effect]:
        self.broken.append(message.key)
        return ()

    def _due(self, ticket: Ticket, now: datetime) -> Sequence[Effect]:
        self._interrupted()
        return self.cards.due(ticket, now)

    def _interrupted(self) -> None:
        """Others act while one is thinking."""
        deed, self.meanwhile = self.meanwhile, None
        if deed is not None:
            asyncio.run_coroutine_threadsafe(deed(), self.loop).result(30)

    def key(self) -> str:
        """A platform's id that was never used."""
        return f"k{next(self.keys)}"


def _closed_before_shown(session: Any) -> Iterable[int]:
    """Tickets of which rooms never had a card, and have no need of one any more."""
    never = select(TicketRow.number).where(TicketRow.state == "closed", TicketRow.shown == 0)
    return session.scalars(never).all()  # type: ignore[no-any-return]


def _stirrings(session: Any) -> int:
    """A number that grows with all that happens."""
    tries = session.scalar(select(func.sum(Delivery.tries + Delivery.doubts))) or 0
    deliveries = session.scalar(select(func.count()).select_from(Delivery)) or 0
    done = session.scalar(select(func.count()).where(Inbound.state == InboundState.DONE)) or 0
    return int(tries) + int(deliveries) + int(done)


def pick(among: Sequence[T], number: int) -> T:
    """One of them, whatever the number."""
    return among[number % len(among)]
