"""A desk with three sessions that members move, notices about them, and subscribers who got some."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.house import CONSOLE, House
from bot.programme_changes import ProgrammeChanges
from bot.shelf import Shelf
from bot.store import amendments
from bot.store.engine import open_engine
from bot.store.lines import draw_line
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.notice_models import MOVED, Occurrence, OccurrenceEvent, Subscriber, Subscription, Timetable
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from handlers.rules import Member, Role
from knowledge.amending import Move
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition, amended_edition, first_edition
from knowledge.load import load_content
from tests.bot.curating import run
from tests.bot.fakes import MONDAY, FixedClock
from tests.bot.kept import Kept
from tests.knowledge.folder import entry, programme, session, topic, window, write_folder
from tests.knowledge.shipped import FOLDER
from tests.moments import at, day

WEEKLY = "week-before"
HOUSE = House(
    members=MappingProxyType(
        {
            (CONSOLE, "sato"): Member("佐藤", (Role.STAFF, Role.CURATOR)),
            (CONSOLE, "suzuki"): Member("鈴木"),
            (CONSOLE, "tanaka"): Member("田中", (Role.LEAD,)),
        }
    )
)
SEMINARS = {
    "starts": "13:30",
    "ends": "16:00",
    "sessions": [session(1, "2022-06-29"), session(2, "2022-07-13"), session(3, "2022-07-27")],
}
PROGRAMME = programme(
    seminars=SEMINARS,
    windows={
        "briefing": window("2022-05-31T12:00", "5月31日(火)正午"),
        "seminar_first": window("2022-06-24T12:00", "6月24日(金)正午"),
        "seminar": window("2022-07-27T16:00", "7月27日(水)の最終回まで"),
    },
    periods={
        "desk": {"title": "開設", "begins": "2022-07-01", "ends": "2022-09-01", "shown": "2022年7月~8月"},
        "seminars": {"title": "実施", "begins": "2022-06-29", "ends": "2022-07-28", "shown": "6月29日~7月27日"},
    },
)
ANNOUNCEMENTS = {
    "announcements": [
        {
            "id": WEEKLY,
            "topic": "seminar",
            "title": "1週間前のご案内",
            "time": {"sessions": [2, 3], "days": -7, "at": "10:00"},
            "late": {"minutes": 60, "then": "skip"},
            "source": "チラシ",
            "text": "第{{ this.number }}回は{{ this.day }}です。",
        }
    ],
    "moved": {
        "source": "チラシ",
        "title": "第{{ this.number }}回の日程変更",
        "text": "第{{ this.number }}回は{{ was }}から{{ this.day }}に変わりました。",
    },
}
SHIPPED = FOLDER / "phrases.yaml"
SECOND, THIRD = entry("day", answer="第2回は{{ session(2).day }}です。"), entry("last", answer="{{ card(3) }}です。")


def season_folder(folder: Path) -> Path:
    files: dict[str, Any] = {
        "programme.yaml": PROGRAMME,
        "announcements.yaml": ANNOUNCEMENTS,
        "phrases.yaml": {"menu": ["fee"], "phrases": yaml.safe_load(SHIPPED.read_text("utf-8"))["phrases"]},
        **topic(entry("fee"), SECOND, THIRD),
    }
    return write_folder(folder, files)


def small_season(folder: Path) -> Edition:
    return first_edition(load_content(season_folder(folder)), folder / "templates", folder / "cache")


def edited(edition: Edition, days: dict[int, str], titles: dict[int, str] | None = None) -> Edition:
    """As if programme.yaml said so, and the desk were started anew."""
    seminars = edition.content.programme.seminars
    sessions = tuple(
        one.model_copy(
            update={
                "date": date.fromisoformat(days.get(one.number, str(one.date))),
                "title": (titles or {}).get(one.number, one.title),
            }
        )
        for one in seminars.sessions
    )
    written = edition.content.programme.model_copy(
        update={"seminars": seminars.model_copy(update={"sessions": sessions})}
    )
    return amended_edition(edition, written)


def begins(day: str) -> datetime:
    return at(f"{day} 13:30").astimezone(UTC)


class Season(Kept):
    """What tests do with notices of sessions."""

    def subscriber(self, address: str, topic: NoticeTopic = NoticeTopic.SEMINAR) -> int:
        return self.do(_subscriber, address, topic)

    def unsubscribe(self, subscriber: int) -> None:
        self.do(lambda session: session.delete(session.get_one(Subscription, (subscriber, NoticeTopic.SEMINAR))))

    def occurrence(
        self, number: int, day: str, state: OccurrenceState = OccurrenceState.DONE, notice: str = WEEKLY, due: str = ""
    ) -> int:
        """A notice that tells when a session is."""
        row = Occurrence(
            notice=notice,
            key=f"{number}@{day}{due}",
            topic=NoticeTopic.SEMINAR,
            state=state,
            title="ご案内",
            session=number,
            told=begins(day),
            payload=Reply("お知らせ"),
            made_at=MONDAY,
            started_at=MONDAY,
            audience_to=1000,
        )
        return self.do(added, row)

    def told(self, occurrence: int, *subscribers: int, state: DeliveryState = DeliveryState.SENT) -> None:
        for subscriber in subscribers:
            self.do(_told, occurrence, subscriber, state)

    def occurrences(self, notice: str = MOVED) -> list[Occurrence]:
        every = select(Occurrence).where(Occurrence.notice == notice).order_by(Occurrence.id)
        return list(self.do(lambda session: session.scalars(every).all()))

    def proposed(self) -> list[tuple[str, OccurrenceState, str]]:
        """The corrections: key, state, and why it ended."""
        return [(row.key, row.state, row.reason) for row in self.occurrences()]

    def put(self, occurrence: int, state: OccurrenceState) -> None:
        self.do(_put, occurrence, state)

    def events(self, occurrence: int) -> list[tuple[str, str, str]]:
        every = select(OccurrenceEvent).where(OccurrenceEvent.occurrence_id == occurrence).order_by(OccurrenceEvent.id)
        rows: Sequence[OccurrenceEvent] = self.do(lambda session: session.scalars(every).all())
        return [(row.action, row.actor, row.text) for row in rows]

    def sequences(self) -> dict[int, int]:
        every = select(Timetable).order_by(Timetable.session)
        return {row.session: row.sequence for row in self.do(lambda session: session.scalars(every).all())}


class Desk(Season):
    """A desk that looks after each change."""

    def __init__(self, store: Store, edition: Edition) -> None:
        super().__init__(store)
        self.clock = FixedClock()
        self.shelf = Shelf(edition, store)
        self.changes = ProgrammeChanges(store, self.shelf, HOUSE, self.clock)
        self.look()

    def look(self) -> None:
        run(self.shelf.look())
        run(self.changes.look())

    def move(self, number: int, to: str) -> None:
        """A member moves a session, and the desk looks."""
        self.write_move(number, to)
        self.look()

    def write_move(self, number: int, to: str) -> None:
        written = {one.number: one.date for one in self.shelf.written.seminars.sessions}
        known = run(self._store.read(amendments.stamp))
        move = Move(number, written[number], day(to))
        assert self.do(amendments.add, move, known, "佐藤", self.clock.now())

    def arrive(self) -> None:
        """All that is queued reaches its subscribers."""
        arrived = update(Delivery).where(Delivery.state == DeliveryState.QUEUED).values(state=DeliveryState.SENT)
        self.do(lambda session: session.execute(arrived))

    def approve(self, occurrence: int) -> None:
        values = {"state": OccurrenceState.PLANNED, "due": self.clock.now(), "approver": "鈴木"}
        self.do(lambda session: session.execute(update(Occurrence).where(Occurrence.id == occurrence).values(values)))

    def queued(self) -> dict[int | None, set[int | None]]:
        """Who is about to get which notice."""
        found: dict[int | None, set[int | None]] = {}
        for one in self.deliveries():
            if one.state is DeliveryState.QUEUED:
                found.setdefault(one.occurrence_id, set()).add(one.subscriber_id)
        return found

    def restarted(self, edition: Edition) -> "Desk":
        return Desk(self._store, edition)


def look_at_once(database: str, edition: Edition, clock: FixedClock) -> None:
    """Four processes, each with its own shelf, look at the programme at the same moment."""
    stores = [Store(open_engine(database)) for _ in range(4)]
    shelves = [Shelf(edition, one) for one in stores]

    async def look_all() -> None:
        await asyncio.gather(*(shelf.look() for shelf in shelves))
        both = zip(stores, shelves, strict=True)
        await asyncio.gather(*(ProgrammeChanges(one, shelf, HOUSE, clock).look() for one, shelf in both))

    run(look_all())
    for one in stores:
        one.close()


def _subscriber(session: Session, address: str, topic: NoticeTopic) -> int:
    conversation = Conversation(channel="fake", address=address, place=address, last_at=MONDAY)
    session.add(conversation)
    session.flush()
    row = Subscriber(prefers=conversation.id, made_at=MONDAY)
    session.add(row)
    session.flush()
    conversation.subscriber_id = row.id
    session.add(Subscription(subscriber_id=row.id, topic=topic, since=MONDAY))
    return row.id


def added(session: Session, row: Occurrence) -> int:
    session.add(row)
    session.flush()
    return row.id


def _put(session: Session, occurrence: int, state: OccurrenceState) -> None:
    session.get_one(Occurrence, occurrence).state = state


def _told(session: Session, occurrence: int, subscriber: int, state: DeliveryState) -> None:
    mailbox = session.get_one(Subscriber, subscriber).prefers
    session.add(
        Delivery(
            id=draw_line(session, mailbox),
            conversation_id=mailbox,
            channel="fake",
            state=state,
            created_at=MONDAY,
            occurrence_id=occurrence,
            subscriber_id=subscriber,
        )
    )
