"""A season of a few notices, subscribers, an announcer and couriers, on clocks that are moved by hand."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.announcer import Announcer
from bot.channels.base import Channel
from bot.config import DeliverySettings
from bot.courier import Courier
from bot.notice_rules import NoticeRules
from bot.store.engine import table_of
from bot.store.models import Conversation, Delivery
from bot.store.notice_models import STAFF, Occurrence, OccurrenceEvent, Subscriber, Subscription
from bot.store.tally import tally
from bot.store.transactions import Store
from handlers.notice import OccurrenceState, Tally
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.build import Edition, amended_edition, first_edition
from knowledge.hours import BusinessHours
from knowledge.load import load_content
from knowledge.plan import desk_period
from knowledge.quiet import Quiet
from knowledge.schema import Programme
from tests.bot.fakes import FakeChannel, FixedClock
from tests.knowledge.folder import programme, session, write_folder
from tests.moments import at

QUIET = Quiet(time(21), time(8))
HOURS = BusinessHours()
SETTINGS = DeliverySettings(lease_seconds=30, tries=3, in_flight=8, patience_hours=24, read_back_seconds=3)
PHRASES = {
    "notice_calendar": "カレンダー",
    "notice_settings": "設定",
    "notice_footer": "({topic})",
    **{f"topic_{topic}": topic.value for topic in NoticeTopic},
}
SESSIONS = {
    "starts": "13:30",
    "ends": "16:00",
    "sessions": [session(1, "2022-06-29"), session(2, "2022-07-13"), session(3, "2022-07-27")],
}
DESK = {"desk": {"title": "開設", "begins": "2022-07-01", "ends": "2023-04-01", "shown": "7月から"}}


def notice(name: str, when: dict[str, Any], late: tuple[int, str] = (60, "skip"), **other: Any) -> dict[str, Any]:
    """An announcement for the file: it says its name, and of a session its day."""
    return {
        "id": name,
        "topic": "seminar",
        "title": name,
        "time": when,
        "late": {"minutes": late[0], "then": late[1]},
        "text": name + "{% if this %} {{ this.day }}{% endif %}",
        **other,
    }


# A week, a day, an hour before each session, and once a month.
USUAL = (
    notice("week", {"sessions": [2, 3], "days": -7, "at": "10:00"}, (5 * 24 * 60, "send")),
    notice("day", {"sessions": [2, 3], "days": -1, "at": "10:00"}, (600, "skip")),
    notice("hour", {"sessions": [2, 3], "minutes": -60}, (20, "skip")),
    notice("letter", {"months": ["2022-08"], "at": "10:00"}, (600, "ask"), topic="letter"),
)


def edition(folder: Path, notices: Sequence[dict[str, Any]] = USUAL) -> Edition:
    """A small book with these announcements, in a season of two sessions to come."""
    files = {
        "programme.yaml": programme(seminars=SESSIONS, periods=DESK),
        "phrases.yaml": {"menu": ["fee"], "phrases": {key: {"ja": said} for key, said in PHRASES.items()}},
        "announcements.yaml": {"announcements": list(notices), "moved": {"title": "変更", "text": "変更です"}},
    }
    content = load_content(write_folder(folder, files))
    return first_edition(content, folder / "templates", folder / "cache")


@dataclass
class Season:
    """A desk that only announces. `clock` is the desk's and `machine` the machine's; `channel` takes what is sent."""

    store: Store
    edition: Edition
    clock: FixedClock = field(default_factory=lambda: FixedClock(at("2022-07-01 09:00")))
    machine: FixedClock = field(default_factory=FixedClock)
    channel: FakeChannel = field(default_factory=FakeChannel)
    unknown: str = "hold"

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """As after a crash: nothing is remembered but what is in the tables."""
        self.announcer = Announcer(self.store, self._book, HOURS, QUIET, self.clock, lambda: None)
        self.courier = self.courier_of(self.channel)

    def courier_of(self, channel: Channel) -> Courier:
        return Courier(self.store, channel, SETTINGS, self.rules, self.clock, self.machine)

    @property
    def rules(self) -> NoticeRules:
        return NoticeRules(QUIET, lambda: desk_period(self.edition.content.programme), self.unknown)  # type: ignore[arg-type]

    def _book(self) -> Book:
        return self.edition.book

    def move_session(self, number: int, day: str) -> None:
        """The programme is edited: a session is on another day."""
        content = self.edition.content.programme.model_dump(mode="json")
        for one in content["seminars"]["sessions"]:
            if one["number"] == number:
                one["date"] = day
        self.edition = amended_edition(self.edition, Programme.model_validate(content))

    def go_to(self, moment: str) -> None:
        """The desk's clock shows another time, in Japan."""
        self.clock.at = at(moment)

    def tick(self, moment: str | None = None) -> None:
        """The announcer looks, at a time in Japan."""
        if moment is not None:
            self.go_to(moment)
        run(self.announcer.tick())

    def send(self, rounds: int = 99) -> None:
        """The courier sends what it may, at most so many times eight."""
        run(self._send(rounds))

    async def _send(self, rounds: int) -> None:
        for _ in range(rounds):
            if not await self.courier.step():
                return

    def all_of(self, moment: str) -> None:
        """All that happens at a moment."""
        self.tick(moment)
        self.send()
        self.tick()

    def subscribe(self, count: int, *topics: NoticeTopic, prefix: str = "a", channel: str = "fake") -> Sequence[int]:
        """So many new subscribers to some topics (seminars, if none is named); their ids."""
        return self.do(_subscribe, [f"{prefix}{n}" for n in range(count)], topics or (NoticeTopic.SEMINAR,), channel)

    def compose(self, due: str, topic: NoticeTopic = NoticeTopic.SEMINAR, **values: Any) -> int:
        """A notice that a member wrote and another approved; its id."""
        row = {"notice": STAFF, "key": f"own-{due}", "topic": topic, "state": OccurrenceState.PLANNED, "due": at(due)}
        words = {"title": "自由", "text": "自由", "approver": "鈴木", "made_at": self.clock.now()}
        number: int = self.do(_add, {**row, **words, **values})
        return number

    def set_state(self, number: int, state: OccurrenceState) -> None:
        """What staff do: pause, resume, cancel."""
        change = update(Occurrence).where(Occurrence.id == number)
        self.do(_execute, change.values(state=state, version=Occurrence.version + 1))

    def occurrence(self, name: str) -> Occurrence:
        """The newest occurrence of a notice."""
        rows = select(Occurrence).where(Occurrence.notice == name).order_by(Occurrence.id.desc())
        found: Occurrence = self.do(lambda session: session.scalars(rows).first())
        return found

    def states(self, *names: str) -> list[tuple[str, str, str, str]]:
        """All occurrences, or those of some notices: notice, key, state, reason."""
        rows = select(Occurrence).order_by(Occurrence.due, Occurrence.id)
        every: Iterable[Occurrence] = self.do(lambda session: session.scalars(rows).all())
        return [(row.notice, row.key, row.state.value, row.reason) for row in every if not names or row.notice in names]

    def history(self, number: int) -> list[tuple[str, str]]:
        """What happened to a notice, and why."""
        rows = select(OccurrenceEvent).where(OccurrenceEvent.occurrence_id == number).order_by(OccurrenceEvent.id)
        events: Iterable[OccurrenceEvent] = self.do(lambda session: session.scalars(rows).all())
        return [(event.action.value, event.text) for event in events]

    def deliveries(self, number: int) -> list[tuple[str, str, str | None]]:
        """Where each delivery of a notice goes, with its state and error."""
        rows = (
            select(Conversation.address, Delivery.state, Delivery.error)
            .join(Delivery, Delivery.conversation_id == Conversation.id)
            .where(Delivery.occurrence_id == number)
            .order_by(Delivery.id)
        )
        found = self.do(lambda session: session.execute(rows).all())
        return [(address, state.value, error) for address, state, error in found]

    def tally(self, number: int) -> Tally:
        found: Tally = self.do(tally, number)
        return found

    def sent(self) -> list[tuple[str, str]]:
        """What reached whom: the first line, and the address."""
        return [(one.reply.text.partition("\n")[0], one.address) for one in self.channel.sent]

    def counts(self) -> dict[str, int]:
        """How many got each text."""
        return dict(Counter(text for text, _ in self.sent()))

    def do(self, job: Any, *values: Any) -> Any:
        return run(self.store.write(job, *values))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement)


def _add(session: Session, values: dict[str, Any]) -> int:
    row = Occurrence(**values)
    session.add(row)
    session.flush()
    return row.id


def _subscribe(session: Session, addresses: Sequence[str], topics: Sequence[NoticeTopic], channel: str) -> list[int]:
    since = datetime.fromisoformat("2022-07-01T00:00:00+00:00")
    rows = [{"channel": channel, "address": a, "place": a, "last_at": since} for a in addresses]
    adding = insert(table_of(Conversation)).returning(table_of(Conversation).c.id, sort_by_parameter_order=True)
    conversations = session.connection().scalars(adding, rows).all()
    making = insert(table_of(Subscriber)).returning(table_of(Subscriber).c.id, sort_by_parameter_order=True)
    people = session.connection().scalars(making, [{"prefers": c, "made_at": since} for c in conversations]).all()
    belongs = update(table_of(Conversation)).where(table_of(Conversation).c.id == bindparam("this"))
    theirs = [{"this": c, "who": who} for c, who in zip(conversations, people, strict=True)]
    session.connection().execute(belongs.values(subscriber_id=bindparam("who")), theirs)
    subscribing = [{"subscriber_id": who, "topic": topic, "since": since} for who in people for topic in topics]
    session.connection().execute(insert(table_of(Subscription)), subscribing)
    return list(people)
