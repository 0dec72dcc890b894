"""The crash test with tickets: people ask what nobody knows, a clerk answers in the staff room and closes, and at
random moments the desk is killed and started again."""

import itertools
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.house import House, Room
from bot.store.models import DeliveryState
from handlers.ticket import TicketState
from tests.bot.crashing import Plan, desk_on, live_and_die
from tests.bot.ledger import Ledger, read_ledger
from tests.bot.platforms import Platform
from tests.bot.processes import QUICK, Setup, running, until
from tests.bot.rooms import Sight, StaffRoom, told
from tests.bot.ticket_reckoning import TicketCourse

PAUSE_SECONDS = 0.03
# A ticket takes many posts, one after another.
LONGEST_WORK = 2.0
# After so long without an effect somebody does the same again.
PATIENCE_SECONDS = 4.0
SETTLING_SECONDS = 120.0
CLOSING_NOTE = re.compile(r"受付番号 (\d+) の件は、これで終了")
ARRIVED, CLOSED, CLOSE = "届きました", "終了", "終了"


@dataclass
class Asking:
    """People who ask one thing after another, each with a second message; the next one when that is closed."""

    platform: Platform
    people: int
    asked: dict[str, list[str]] = field(default_factory=dict)
    _home: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def come(self) -> None:
        for person in map(self.platform.person, range(self.people)):
            self.asked[person] = []
            self._threads.append(threading.Thread(target=self._ask, args=(person,)))
        for thread in self._threads:
            thread.start()

    def go(self) -> None:
        """Return once nobody asks any more."""
        self._home.set()
        for thread in self._threads:
            thread.join()

    @property
    def questions(self) -> list[str]:
        return [question for asked in self.asked.values() for question in asked]

    def _ask(self, person: str) -> None:
        for number in itertools.count():
            question = f"〔{person}-{number}〕"
            self.asked[person].append(question)
            self.platform.ask(person, f"{question}はどうですか")
            self.platform.ask(person, f"{question}の続きです")
            while self._closed(person) <= number:
                if self._home.wait(PAUSE_SECONDS):
                    return

    def _closed(self, person: str) -> int:
        notes = (CLOSING_NOTE.search(text) for text in told(self.platform, person))
        return len({note[1] for note in notes if note})


@dataclass
class Clerk:
    """Answers every question that the room shows with its second message, and closes it when the answer arrived.

    What had no effect for long is done again, as a person would.
    """

    room: StaffRoom
    asking: Asking
    closed: set[str] = field(default_factory=set)
    _last: dict[tuple[str, str], float] = field(default_factory=dict)
    _noted: set[str] = field(default_factory=set)
    _home: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)

    def come(self) -> None:
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def go(self) -> None:
        self._home.set()
        self._thread.join()

    @property
    def is_done(self) -> bool:
        return self.closed >= set(self.asking.questions)

    def _work(self) -> None:
        while not self._home.wait(PAUSE_SECONDS):
            sights = self.room.seen()
            for question in self.asking.questions:
                if question not in self.closed:
                    self._see_to(question, [sight for sight in sights if question in sight.text])

    def _see_to(self, question: str, sights: Sequence[Sight]) -> None:
        cards = [sight for sight in sights if sight.text.lstrip("*").startswith("#")]
        more = [sight for sight in sights if f"{question}の続き" in sight.text and sight.thread and sight not in cards]
        arrived = [sight for sight in sights if f"{question}の答え" in sight.text and ARRIVED in sight.text]
        if cards and CLOSED in cards[-1].text:
            self.closed.add(question)
        elif cards and arrived:
            self._press_close(question, cards)
        elif more and self._is_time_for(question, "answer"):
            self._answer(question, more[-1].thread)

    def _press_close(self, question: str, cards: Sequence[Sight]) -> None:
        """On the newest copy of the card, of which there are several where nobody knew whether it had arrived."""
        if self._is_time_for(question, "close"):
            self.room.press(cards[-1], CLOSE)

    def _answer(self, question: str, thread: str) -> None:
        if question not in self._noted:
            self._noted.add(question)
            self.room.write(thread, f"{question}のひとりごと")
        self.room.write(thread, f"返信: {question}の答えです")

    def _is_time_for(self, question: str, deed: str) -> bool:
        now = time.monotonic()
        if now - self._last.get((question, deed), float("-inf")) < PATIENCE_SECONDS:
            return False
        self._last[question, deed] = now
        return True


@contextmanager
def at_work(room: StaffRoom, platform: Platform, people: int) -> Iterator[tuple[Asking, Clerk]]:
    """People who ask and one who answers, until the end."""
    asking = Asking(platform, people)
    clerk = Clerk(room, asking)
    asking.come()
    clerk.come()
    try:
        yield asking, clerk
    finally:
        asking.go()
        clerk.go()


def staffed_desk_on(platform: Platform, room: StaffRoom, database: str, folder: Path) -> Setup:
    """A desk on this platform, with the room for its staff."""
    folder.mkdir(exist_ok=True)
    plain = desk_on(platform, database, folder)
    return Setup(folder, database, plain.channels, plain.tokens, QUICK, staff=room.section)


def crash_with_tickets(desk: Setup, platform: Platform, room: StaffRoom, engine: Engine, plan: Plan) -> TicketCourse:
    """Kill a desk over and over while tickets are in flight; the course of it, once all are closed or should be."""
    chance, begun = Random(plan.seed), time.monotonic()
    with at_work(room, platform, plan.people) as (asking, clerk):
        for _ in range(plan.kills):
            live_and_die(desk, platform, chance, plan.work)
        with running(desk):
            asking.go()
            wait_for_the_end(clerk, engine)
    return _course(platform, room, engine, asking, plan.kills, time.monotonic() - begun)


def course_of_several(
    desks: Sequence[Setup], platform: Platform, room: StaffRoom, engine: Engine, people: int
) -> TicketCourse:
    """Let several desks share the work until as many tickets are closed as there are people."""
    begun = time.monotonic()
    with ExitStack() as stack:
        for desk in desks:
            stack.enter_context(running(desk))
        asking, clerk = stack.enter_context(at_work(room, platform, people))
        until(lambda: len(clerk.closed) >= people, "tickets are closed")
        asking.go()
        wait_for_the_end(clerk, engine)
        return _course(platform, room, engine, asking, 0, time.monotonic() - begun)


def _course(
    platform: Platform, room: StaffRoom, engine: Engine, asking: Asking, kills: int, seconds: float
) -> TicketCourse:
    chats = {person: told(platform, person) for person in asking.asked}
    sights = list(room.seen())
    return TicketCourse(asking.asked, chats, sights, ledger(engine), kills, seconds)


def wait_for_the_end(clerk: Clerk, engine: Engine) -> None:
    """Until all is closed, delivered and shown, or time is up: what is missing then is told by the course."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while time.monotonic() < deadline:
        if clerk.is_done and is_settled(ledger(engine)):
            return
        time.sleep(0.2)


def is_settled(now: Ledger) -> bool:
    is_sent = set(now.states()) <= {DeliveryState.SENT, DeliveryState.CANCELLED}
    is_shown = all(one.shown == one.version and one.state is TicketState.CLOSED for one in now.tickets)
    return is_sent and is_shown and all(event.told for event in now.events)


def ledger(engine: Engine) -> Ledger:
    with Session(engine) as session:
        return read_ledger(session, HOUSE)


# Whatever the platform: its room is the only place that is no participant's.
HOUSE = House(rooms=(Room("telegram", "-100200"), Room("slack", "C0STAFF")))
