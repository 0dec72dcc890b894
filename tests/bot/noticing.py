"""Members who work on notices, a desk that sends them, and what becomes of it."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session

from bot.announcer import Announcer
from bot.announcing import Announcements
from bot.house import CONSOLE, House
from bot.notice_acts import Act
from bot.notice_steps import Order
from bot.store import notice_lists
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_desk import Written
from bot.store.notice_lists import Dossier
from bot.store.notice_models import MOVED, Occurrence, OccurrenceEvent, Subscription
from bot.store.transactions import Store
from handlers.notice import NoticeAction, OccurrenceState
from handlers.rules import Member, Role
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.quiet import Quiet
from tests.bot.fakes import MONDAY, FixedClock
from tests.bot.kept import Kept
from tests.moments import at

R = TypeVar("R")

SATO = Member("佐藤")
SUZUKI = Member("鈴木", (Role.STAFF, Role.LEAD))
TANAKA = Member("田中", (Role.CURATOR,))
TAKAHASHI = Member("高橋", (Role.LEAD,))
MEMBERS = {
    (CONSOLE, "sato"): SATO,
    ("telegram", "7001"): SATO,
    ("slack", "U0SATO"): SATO,
    (CONSOLE, "suzuki"): SUZUKI,
    (CONSOLE, "tanaka"): TANAKA,
}
QUIET = Quiet(at("2022-07-01 21:00").time(), at("2022-07-01 08:00").time())
TEXT = "会場のご案内です。"
WRITTEN = Written(NoticeTopic.SEMINAR, "会場", TEXT)
LATER = at("2022-07-05 10:00")


def nobody() -> None:
    """Nobody to wake."""


def why(book: Book, reason: str, **values: object) -> str:
    """The pattern of what a member is told."""
    return f"^{book.phrase(f'notice_refused_{reason}', **values)}$"


def run(work: Coroutine[Any, Any, R]) -> R:
    return asyncio.run(work)


@dataclass
class Newsroom:
    """A desk with three members: 佐藤 writes, 鈴木 leads, 田中 curates."""

    store: Store
    book: Book
    needs_second: bool = True
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        house = House(members=MappingProxyType(MEMBERS))
        self.kept = Kept(self.store)
        self.announcements = Announcements(self.store, lambda: self.book, house, QUIET, self.needs_second, self.clock)
        hours = house.rules.hours
        self.announcer = Announcer(self.store, lambda: self.book, hours, QUIET, self.clock, nobody)

    def write(self, written: Written = WRITTEN, key: str = "key-1", by: Member = SATO) -> int:
        return run(self.announcements.write(written, key, by))

    def do(self, number: int, act: Act, by: Member, **other: Any) -> None:
        run(self.announcements.do(number, Order(act, **other), by))

    def approved(self, written: Written = WRITTEN, key: str = "key-1") -> int:
        """A notice that 佐藤 wrote and 鈴木 approved."""
        number = self.write(written, key)
        self.do(number, Act.PROPOSE, SATO)
        self.do(number, Act.APPROVE, SUZUKI)
        return number

    def tick(self, seconds: float = 0) -> None:
        """The desk looks at what is due, so many seconds later."""
        self.clock.move(seconds)
        run(self.announcer.tick())

    def dossier(self, number: int) -> Dossier:
        found = self.kept.do(notice_lists.dossier, number)
        assert found is not None
        return found

    def state(self, number: int) -> OccurrenceState:
        return self.dossier(number).notice.state

    def history(self, number: int) -> list[tuple[str, str, str]]:
        """What happened, by whom, and what they said."""
        return [(one.action.value, one.actor, one.note) for one in self.dossier(number).history]

    def rows(self, table: type[DeclarativeBase]) -> Sequence[Any]:
        return self.kept.do(lambda session: session.scalars(select(table)).all())

    def end(self, number: int, *states: DeliveryState, error: str | None = None) -> None:
        """The deliveries of a notice that are queued end so, in their order, those that are left as the last one."""
        self.kept.do(_end, number, states, error)

    def fates(self, number: int) -> list[str]:
        """The states of the deliveries of a notice, in order of their subscribers."""
        theirs = select(Delivery.state).where(Delivery.occurrence_id == number).order_by(Delivery.subscriber_id)
        return [state.value for state in self.kept.do(lambda session: session.scalars(theirs).all())]

    def forget(self, subscriber: int) -> None:
        """They opt out."""
        self.kept.do(lambda session: session.delete(session.get_one(Subscription, (subscriber, NoticeTopic.SEMINAR))))

    def lose(self, conversation: int) -> None:
        """They cannot be written to any more."""
        self.kept.do(_lose, conversation)

    def correction(self, told: datetime = MONDAY + timedelta(days=9)) -> int:
        """One that the desk proposes, because the second session moved."""
        return self.kept.do(_correct, told)


def _lose(session: Session, conversation: int) -> None:
    session.get_one(Conversation, conversation).gone = "blocked"


def _end(session: Session, number: int, states: Sequence[DeliveryState], error: str | None) -> None:
    theirs = select(Delivery).where(Delivery.occurrence_id == number, Delivery.state == DeliveryState.QUEUED)
    for place, row in enumerate(session.scalars(theirs.order_by(Delivery.subscriber_id)).all()):
        row.state = states[min(place, len(states) - 1)]
        row.error = None if row.state is DeliveryState.SENT else error


def _correct(session: Session, told: datetime) -> int:
    row = Occurrence(
        notice=MOVED,
        key="2@new",
        topic=NoticeTopic.SEMINAR,
        state=OccurrenceState.PROPOSED,
        title="第2回の日程変更",
        text="第2回の日程が変わりました。",
        session=2,
        told=told,
        made_at=MONDAY,
    )
    session.add(row)
    session.flush()
    session.add(OccurrenceEvent(occurrence_id=row.id, at=MONDAY, action=NoticeAction.PROPOSED))
    return row.id
