"""A notice on its way: paused, cancelled, opted out of, refused, unknown; at each moment the states sum up."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from bot.channels.base import Gone, Moved, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.clock import RealClock
from bot.store.apply import Place, apply_all
from bot.store.audience import freeze
from bot.store.models import Base, Conversation
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.effects import Reply, SetSubscription
from handlers.notice import OccurrenceState, Tally
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season, edition
from tests.bot.channels.telegram_line import channel_of
from tests.bot.fakes import MONDAY, FakeChannel
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import blocked

DAY = "2022-07-04 10:00"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"), [])


@pytest.fixture
def season(store: Store, empty: Edition) -> Season:
    return Season(store, empty)


def begun(season: Season, count: int = 20, **values: object) -> int:
    """A notice that is on its way to so many."""
    season.subscribe(count)
    number = season.compose(DAY, **values)
    season.tick(DAY)
    return number


class TestPause:
    def test_what_is_paused_stops_and_resuming_repeats_nothing(self, season: Season) -> None:
        number = begun(season)
        season.send(rounds=1)
        season.set_state(number, OccurrenceState.PAUSED)
        season.send()
        season.tick()
        assert (season.tally(number).sent, season.tally(number).queued) == (8, 12)
        season.set_state(number, OccurrenceState.SENDING)
        season.all_of(DAY)
        assert sorted(address for _, address in season.sent()) == sorted(f"a{n}" for n in range(20))
        assert season.occurrence("staff").state is OccurrenceState.DONE

    def test_what_is_paused_while_its_subscribers_are_gathered_goes_on_there(self, season: Season) -> None:
        season.subscribe(5)
        number = season.compose(DAY, state=OccurrenceState.SENDING, audience_to=5, payload=Reply("自由"))
        season.do(freeze, number, MONDAY, 2)
        season.set_state(number, OccurrenceState.PAUSED)
        season.all_of(DAY)
        assert season.tally(number) == Tally(2, queued=2)
        season.set_state(number, OccurrenceState.SENDING)
        season.all_of(DAY)
        assert season.tally(number) == Tally(5, sent=5)


class TestCancel:
    def test_what_is_cancelled_in_flight_stops_within_eight_sends(self, season: Season) -> None:
        number = begun(season, 40)
        channel = FakeChannel()
        courier = season.courier_of(channel)

        async def work() -> int:
            running = asyncio.create_task(courier.run())
            while len(channel.sent) < 10:
                courier.wake()
                await asyncio.sleep(0)
            await season.store.write(cancel, number)
            at_cancel = len(channel.sent)
            for _ in range(40):
                courier.wake()
                await asyncio.sleep(0.005)
            await courier.finish()
            running.cancel()
            return len(channel.sent) - at_cancel

        assert asyncio.run(work()) <= 8
        season.tick()
        found = season.tally(number)
        assert (found.sent, found.cancelled) == (len(channel.sent), 40 - len(channel.sent))
        assert {error for _, state, error in season.deliveries(number) if state == "cancelled"} == {"cancelled"}

    def test_what_comes_back_to_the_queue_of_a_cancelled_notice_does_not_go_again(self, season: Season) -> None:
        number = begun(season, 1)
        season.channel.outcomes = [NotSent("busy")]
        season.send(rounds=1)
        season.set_state(number, OccurrenceState.CANCELLED)
        season.machine.move(60)
        season.send()
        season.tick()
        assert season.deliveries(number) == [("a0", "cancelled", "cancelled")]


class TestOptOut:
    def test_who_opts_out_gets_nothing_that_is_queued(self, season: Season) -> None:
        number = begun(season, 20)
        season.send(rounds=1)
        season.do(opt_out, "a14")
        season.send()
        season.tick()
        assert season.deliveries(number)[14] == ("a14", "cancelled", "opted_out")
        assert season.tally(number) == Tally(20, sent=19, cancelled=1, opted_out=1)

    def test_who_opts_out_while_theirs_is_underway_does_not_get_a_second_try(self, season: Season) -> None:
        number = begun(season, 1)

        class OptingOut(FakeChannel):
            async def send(self, outgoing: Outgoing) -> Outcome:
                await season.store.write(opt_out, "a0")
                return NotSent("busy")

        asyncio.run(season.courier_of(OptingOut()).step())
        assert season.deliveries(number) == [("a0", "cancelled", "opted_out")]


class TestOutcomes:
    def test_each_is_counted_with_its_reason(self, season: Season) -> None:
        number = begun(season, 5)
        season.channel.outcomes = [Sent(), Refused("too long"), Gone("blocked"), Unknown("timeout"), Sent()]
        season.send(rounds=1)
        assert season.tally(number) == Tally(5, sent=2, failed=2, unknown=1, reasons=(("blocked", 1), ("too long", 1)))
        assert season.occurrence("staff").state is OccurrenceState.SENDING

    def test_what_could_not_be_sent_is_tried_again_until_patience_ends(self, season: Season) -> None:
        number = begun(season, 1)
        season.channel.outcomes = [NotSent("unreachable")] * 99
        season.send(rounds=1)
        season.machine.move(3)
        season.send(rounds=1)
        season.machine.move(25 * 3600)
        season.send(rounds=1)
        assert season.deliveries(number) == [("a0", "failed", "unreachable")]

    def test_being_asked_to_wait_loses_nobody(self, season: Season) -> None:
        number = begun(season, 3)
        season.channel.outcomes = [Throttled(5.0)] * 3
        season.send(rounds=1)
        season.machine.move(60)
        season.send()
        assert season.tally(number) == Tally(3, sent=3)

    def test_a_recipient_who_is_gone_is_not_counted_among_those_of_the_next(self, season: Season) -> None:
        number = begun(season, 1)
        season.channel.outcomes = [Gone("blocked")]
        season.send()
        following = season.compose("2022-07-04 11:00")
        season.all_of("2022-07-04 11:00")
        assert season.deliveries(number) == [("a0", "failed", "blocked")]
        assert season.deliveries(following) == []

    def test_a_group_that_moved_is_followed_and_gets_it_once(self, season: Season) -> None:
        number = begun(season, 1)
        season.channel.outcomes = [Moved("a-new")]
        season.send(rounds=2)
        assert season.deliveries(number) == [("a-new", "sent", None)]

    def test_a_group_that_subscribed_under_both_names_gets_each_notice_once(self, season: Season) -> None:
        season.subscribe(1, prefix="new")
        number = begun(season, 1)
        season.channel.outcomes = [Sent(), Moved("new0")]
        season.send()
        assert season.deliveries(number) == [("new0", "sent", None), ("a0", "cancelled", "linked")]
        following = season.compose("2022-07-04 11:00")
        season.all_of("2022-07-04 11:00")
        assert season.deliveries(following) == [("new0", "sent", None)]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


def test_who_blocked_the_bot_in_telegram_is_told_nothing_any_more(season: Season, api: BotApi) -> None:
    api.world.add_chats([100, 101])
    api.world.troubles.append(blocked(chat=100))
    season.subscribe(2, prefix="10", channel="telegram")
    number = season.compose(DAY)
    following = season.compose("2022-07-04 11:00")

    async def work() -> None:
        channel = channel_of(api, machine=RealClock(), chat_per_second=None)
        courier = season.courier_of(channel)
        for moment in (DAY, "2022-07-04 11:00"):
            season.go_to(moment)
            await season.announcer.tick()
            while await courier.step():
                pass
        await channel.stop()

    asyncio.run(work())
    assert [(state, error) for _, state, error in season.deliveries(number)] == [("failed", "blocked"), ("sent", None)]
    assert [state for _, state, _ in season.deliveries(following)] == ["sent"]
    assert [len(api.world.posts(chat)) for chat in (100, 101)] == [0, 2]


@dataclass
class Fickle(FakeChannel):
    """A platform in all moods, that cannot be read back; `arrived_at` are the addresses at which something came."""

    chance: Random = field(default_factory=Random)
    arrived_at: list[str] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Outcome:
        outcome = self.chance.choice([Sent(), NotSent("x"), Throttled(1.0), Refused("x"), Gone("x"), Unknown("x")])
        if isinstance(outcome, Sent) or (isinstance(outcome, Unknown) and self.chance.random() < 0.5):
            self.arrived_at.append(outgoing.address)
        return outcome


ACTS = st.sampled_from(["send", "pause", "resume", "cancel", "opt out", "restart", "tick", "wait"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14), seed=st.integers(0, 1000))
def test_whatever_happens_the_states_sum_up_to_the_audience_and_nobody_gets_it_twice(
    store: Store, engine: Engine, empty: Edition, acts: list[str], seed: int
) -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
    chance = Random(seed)
    channel = Fickle(chance=chance)
    season = Season(store, empty, channel=channel)
    number = begun(season, 15)
    for act in [*acts, "resume", "send", "send", "wait", "send", "tick"]:
        happen(season, number, act, chance)
        found = season.tally(number)
        states = (found.queued, found.sending, found.sent, found.failed, found.cancelled, found.unknown)
        assert (found.audience, sum(states)) == (15, 15)
    assert max(Counter(channel.arrived_at).values(), default=0) <= 1
    sent = {address for address, state, _ in season.deliveries(number) if state == "sent"}
    assert sent <= set(channel.arrived_at)


def happen(season: Season, number: int, act: str, chance: Random) -> None:
    state = season.occurrence("staff").state
    match act:
        case "send":
            season.send(rounds=1)
        case "pause" if state is OccurrenceState.SENDING:
            season.set_state(number, OccurrenceState.PAUSED)
        case "resume" if state is OccurrenceState.PAUSED:
            season.set_state(number, OccurrenceState.SENDING)
        case "cancel" if state is OccurrenceState.SENDING and chance.random() < 0.2:
            season.set_state(number, OccurrenceState.CANCELLED)
        case "opt out":
            season.do(opt_out, f"a{chance.randrange(15)}")
        case "restart":
            season.restart()
        case "wait":
            season.machine.move(40)
        case _:
            season.tick()


def opt_out(session: Session, address: str) -> None:
    """Somebody no longer wants to hear of seminars."""
    conversation = session.scalars(select(Conversation.id).where(Conversation.address == address)).one()
    apply_all(session, Place(conversation, 0, MONDAY), [SetSubscription(NoticeTopic.SEMINAR, False)])


def cancel(session: Session, number: int) -> None:
    change = update(Occurrence).where(Occurrence.id == number).values(state=OccurrenceState.CANCELLED)
    session.execute(change)
