"""Participants and staff in any order: no ticket is lost or in two states, nothing said goes unheard, the bot is
silent when it should be, staff's own words stay among them, and every room shows what is."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.store.engine import open_engine
from bot.store.transactions import Store
from knowledge.book import Book
from tests.bot import promises
from tests.bot.bustle import HOUSE, ROOMS, Bustle, Deed
from tests.bot.deeds import Deeds
from tests.bot.fakes import FixedClock
from tests.bot.ledger import Ledger, read_ledger
from tests.bot.postgres import MIGRATED, Postgres
from tests.bot.weather import Platforms, Weather
from tests.moments import at

# A day of business.
BEGIN = "2022-07-04 09:30"
# A longer run than that of every day: so many examples, other ones each time.
LONGER = int(os.environ.get("DESK_EXAMPLES", "0"))
STEPS = 50
EXAMPLES = {"sqlite": 10, "postgresql": 4}

NUMBERS = st.integers(0, 40)
FEW = st.integers(0, 5)
Opening = Callable[[ExitStack], Store]


class StaffDesk(RuleBasedStateMachine):
    """Does one thing after another; every number is drawn without a look at what is there."""

    def __init__(self, opening: Opening, book: Book) -> None:
        super().__init__()
        self.ending = ExitStack()
        self.runner = self.ending.enter_context(asyncio.Runner())
        store = opening(self.ending)
        clock, machine = FixedClock(at(BEGIN)), FixedClock(at(BEGIN))
        rooms = frozenset(room.place for room in ROOMS)
        platforms = Platforms(store, clock, machine, rooms)
        self.bustle = Bustle(store, book, self.runner.get_loop(), clock, machine, platforms)
        self.deeds = Deeds(self.bustle)
        self.before = self.look()

    def teardown(self) -> None:
        try:
            self.calm_down()
        finally:
            self.ending.close()

    def do(self, deed: Deed) -> None:
        self.runner.run(deed())

    def look(self) -> Ledger:
        return self.runner.run(self.bustle.store.read(read_ledger, HOUSE))

    @initialize(who=FEW)
    def ask_what_nobody_knows(self, who: int) -> None:
        self.do(lambda: self.deeds.say(who, 0))
        self.show_staff()

    @rule(who=FEW, text=NUMBERS)
    def say(self, who: int, text: int) -> None:
        self.do(lambda: self.deeds.say(who, text))

    @rule(who=FEW, text=NUMBERS)
    def say_more(self, who: int, text: int) -> None:
        self.do(lambda: self.deeds.say(who, text))

    @rule(who=FEW, text=NUMBERS)
    def send_media(self, who: int, text: int) -> None:
        self.do(lambda: self.deeds.send_media(who, text))

    @rule(who=FEW, which=NUMBERS)
    def command(self, who: int, which: int) -> None:
        self.do(lambda: self.deeds.command(who, which))

    @rule(who=FEW, which=FEW, text=NUMBERS)
    def edit(self, who: int, which: int, text: int) -> None:
        self.do(lambda: self.deeds.edit(who, which, text))

    @rule(who=FEW, which=NUMBERS)
    def tap(self, who: int, which: int) -> None:
        self.do(lambda: self.deeds.tap(who, which))

    @rule(who=FEW, act=NUMBERS, ticket=FEW)
    def forge(self, who: int, act: int, ticket: int) -> None:
        self.do(lambda: self.deeds.forge(who, act, ticket))

    @rule(who=FEW)
    def block(self, who: int) -> None:
        self.deeds.block(who)

    @rule(member=NUMBERS, room=FEW, which=NUMBERS)
    def press(self, member: int, room: int, which: int) -> None:
        self.do(lambda: self.deeds.press(member, room, which))

    @rule(member=NUMBERS, act=NUMBERS, ticket=FEW, goal=NUMBERS, confirmed=st.booleans())
    def act(self, member: int, act: int, ticket: int, goal: int, confirmed: bool) -> None:
        self.do(lambda: self.deeds.act(member, act, ticket, goal, confirmed))

    @rule(member=NUMBERS, room=FEW, ticket=FEW, prefix=NUMBERS)
    def write_in_thread(self, member: int, room: int, ticket: int, prefix: int) -> None:
        self.do(lambda: self.deeds.write_in_thread(member, room, ticket, prefix))

    @rule(member=NUMBERS, which=NUMBERS, prefix=NUMBERS)
    def answer_post(self, member: int, which: int, prefix: int) -> None:
        self.do(lambda: self.deeds.answer_post(member, which, prefix))

    @rule(which=FEW, prefix=NUMBERS)
    def edit_note(self, which: int, prefix: int) -> None:
        self.do(lambda: self.deeds.edit_note(which, prefix))

    @rule(which=FEW)
    def wait(self, which: int) -> None:
        self.do(lambda: self.bustle.wait(which))

    @rule()
    def group(self) -> None:
        self.do(self.bustle.group)

    @rule()
    def show_staff(self) -> None:
        self.do(self.bustle.notify)
        self.do(self.bustle.deliver)

    @rule()
    def notify(self) -> None:
        self.do(self.bustle.notify)

    @rule()
    def deliver(self) -> None:
        self.do(self.bustle.deliver)

    @rule(weather=st.sampled_from(Weather))
    def suffer(self, weather: Weather) -> None:
        self.bustle.suffer(weather)

    @rule(who=FEW, text=NUMBERS)
    def die(self, who: int, text: int) -> None:
        self.do(lambda: self.bustle.die_before_deciding(who, text))

    @rule(member=NUMBERS, act=NUMBERS, ticket=FEW, goal=NUMBERS, confirmed=st.booleans())
    def act_meanwhile(self, member: int, act: int, ticket: int, goal: int, confirmed: bool) -> None:
        """While the next one is thinking."""
        self.bustle.meanwhile = lambda: self.deeds.act(member, act, ticket, goal, confirmed)

    @rule(who=FEW, text=NUMBERS)
    def say_meanwhile(self, who: int, text: int) -> None:
        """While the next one is thinking."""
        self.bustle.meanwhile = lambda: self.deeds.say(who, text)

    @rule(acts=st.tuples(NUMBERS, NUMBERS), ticket=FEW, goal=NUMBERS)
    def two_at_once(self, acts: tuple[int, int], ticket: int, goal: int) -> None:
        """Both in the console, each of which is a conversation of its own."""

        async def both() -> None:
            await asyncio.gather(*(self.deeds.act(who, act, ticket, goal, True) for who, act in enumerate(acts)))

        self.do(both)

    @rule()
    def calm_down(self) -> None:
        """After which all that was promised for the end holds."""
        self.do(self.bustle.calm_down)
        promises.settled(self.look())
        promises.shown(self.look(), self.bustle)

    @invariant()
    def what_always_holds(self) -> None:
        now = self.look()
        promises.no_ticket_is_lost(self.before, now)
        promises.each_is_as_its_history_tells(now)
        promises.all_is_heard(now, self.bustle)
        promises.the_bot_is_silent(self.before, now)
        promises.words_stay(now, self.deeds.sealed)
        promises.posted_once(now, self.bustle.platforms)
        self.before = now


def opening_sqlite(migrated: Path) -> Opening:
    def opening(ending: ExitStack) -> Store:
        folder = ending.enter_context(tempfile.TemporaryDirectory())
        return opened(ending, f"sqlite:///{shutil.copy(migrated, Path(folder) / 'desk.sqlite3')}")

    return opening


def opening_postgresql(server: Postgres) -> Opening:
    return lambda ending: opened(ending, ending.enter_context(server.database(MIGRATED)))


def opened(ending: ExitStack, url: str) -> Store:
    store = Store(open_engine(url))
    ending.callback(store.close)
    return store


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_staff_desk_keeps_its_promises_whatever_people_do(
    kind: str, book: Book, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        opening = opening_sqlite(request.getfixturevalue("migrated_file"))
    else:
        opening = opening_postgresql(request.getfixturevalue("postgres"))

    run_state_machine_as_test(
        partial(StaffDesk, opening, book),
        settings=settings(
            max_examples=LONGER or EXAMPLES[kind],
            stateful_step_count=STEPS,
            derandomize=not LONGER,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
