"""Who gets a notice is frozen once, chunk by chunk, one delivery for each subscriber."""

import time
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store import notice_lists
from bot.store.audience import freeze
from bot.store.engine import open_engine
from bot.store.models import Conversation, Delivery, DeliveryState, Line, Priority
from bot.store.notice_models import MOVED, Occurrence, Subscriber, Subscription
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season, edition
from tests.bot.postgres import MIGRATED, Postgres
from tests.moments import at

NOW = at("2022-07-04 10:00")
OLD, NEW = at("2022-07-13 13:30"), at("2022-07-20 13:30")


@pytest.fixture
def season(store: Store, empty: Edition) -> Season:
    return Season(store, empty)


def begun(season: Season, audience_to: int = 10_000, **values: object) -> int:
    """A notice that began just now."""
    state = {"state": OccurrenceState.SENDING, "audience_to": audience_to}
    return season.compose(f"2022-07-04 10:{len(season.states()):02}", **{**state, **values})


def freeze_all(season: Season, number: int, at_most: int = 1000) -> int:
    """All chunks; how many there were."""
    chunks = 1
    while season.do(freeze, number, NOW, at_most):
        chunks += 1
    return chunks


def told(season: Season, number: int, state: DeliveryState) -> None:
    """What became of all deliveries of a notice."""
    change = update(Delivery).where(Delivery.occurrence_id == number).values(state=state)
    season.do(lambda session: session.execute(change) and None)


def test_each_subscriber_of_the_topic_gets_one_delivery_whatever_the_chunks(season: Season) -> None:
    season.subscribe(25)
    season.subscribe(7, NoticeTopic.LETTER, prefix="b")
    season.subscribe(3, NoticeTopic.SEMINAR, NoticeTopic.LETTER, prefix="c")
    number = begun(season)
    assert freeze_all(season, number, 10) == 3
    expected = [*(f"a{n}" for n in range(25)), "c0", "c1", "c2"]
    assert season.deliveries(number) == [(address, "queued", None) for address in expected]
    assert freeze_all(season, number) == 1
    assert season.tally(number).audience == 28


def test_those_who_came_after_it_began_are_not_in_it(season: Season) -> None:
    last = season.subscribe(3)[-1]
    number = begun(season, audience_to=last)
    season.subscribe(2, prefix="late")
    freeze_all(season, number, 2)
    assert [address for address, *_ in season.deliveries(number)] == ["a0", "a1", "a2"]


def test_it_begins_nothing_that_is_paused_cancelled_or_not_begun(season: Season) -> None:
    season.subscribe(3)
    for state in (OccurrenceState.PAUSED, OccurrenceState.CANCELLED, OccurrenceState.PLANNED):
        number = begun(season, state=state)
        assert (season.do(freeze, number, NOW), season.tally(number).audience) == (False, 0)


def test_who_opts_out_between_two_chunks_gets_nothing(season: Season) -> None:
    season.subscribe(4)
    number = begun(season)
    assert season.do(freeze, number, NOW, 2)
    season.do(lambda session: session.execute(delete(Subscription).where(Subscription.subscriber_id == 3)) and None)
    freeze_all(season, number, 2)
    assert [address for address, *_ in season.deliveries(number)] == ["a0", "a1", "a3"]


def test_who_cannot_be_written_to_is_left_out_until_they_are_back(season: Season) -> None:
    season.subscribe(2)
    blocked = update(Conversation).where(Conversation.address == "a1").values(gone="blocked")
    season.do(lambda session: session.execute(blocked) and None)
    number = begun(season)
    freeze_all(season, number)
    assert season.deliveries(number) == [("a0", "queued", None)]
    season.do(lambda session: session.execute(blocked.values(gone=None)) and None)
    following = begun(season)
    freeze_all(season, following)
    assert season.deliveries(following) == [("a0", "queued", None), ("a1", "queued", None)]


def test_it_goes_to_the_conversation_that_is_preferred_on_its_channel(season: Season) -> None:
    [who] = season.subscribe(1)
    season.subscribe(1, NoticeTopic.LETTER, prefix="t", channel="telegram")
    linked = select(Conversation.id).where(Conversation.address == "t0").scalar_subquery()
    prefers = update(Subscriber).where(Subscriber.id == who).values(prefers=linked)
    season.do(lambda session: session.execute(prefers) and None)
    number = begun(season)
    freeze_all(season, number)
    [delivery] = season.do(_deliveries, number)
    assert (delivery.channel, delivery.subscriber_id, season.deliveries(number)[0][0]) == ("telegram", who, "t0")


def test_a_delivery_stands_in_its_conversation_like_any_other(season: Season) -> None:
    season.subscribe(2)
    number = begun(season, urgent=True)
    freeze_all(season, number)
    deliveries = season.do(_deliveries, number)
    lines = season.do(lambda session: {line.id: line.conversation_id for line in session.scalars(select(Line))})
    assert {one.id: one.conversation_id for one in deliveries} == lines
    first = deliveries[0]
    assert (first.inbound_id, first.own, first.tries, first.created_at) == (None, None, 0, NOW)
    assert [one.priority for one in deliveries] == [Priority.URGENT] * 2


def test_that_a_notice_came_does_not_count_as_activity(season: Season) -> None:
    season.subscribe(1)
    before = season.do(_last_at)
    freeze_all(season, begun(season))
    assert season.do(_last_at) == before


class TestCorrection:
    """One about a session that moved goes to those who were told another time last."""

    def correction(self, season: Season, told: datetime = NEW) -> list[str]:
        """Who would get it."""
        number = begun(season, notice=MOVED, session=2, told=told)
        freeze_all(season, number)
        return [address for address, *_ in season.deliveries(number)]

    def reminded(self, season: Season, told: datetime, session: int = 2) -> int:
        number = begun(season, notice="day", session=session, told=told)
        freeze_all(season, number)
        return number

    @pytest.mark.parametrize("state", list(DeliveryState))
    def test_it_goes_to_those_who_have_or_will_have_the_old_time(self, season: Season, state: DeliveryState) -> None:
        season.subscribe(2)
        told(season, self.reminded(season, OLD), state)
        season.subscribe(1, prefix="new")
        reached = state not in (DeliveryState.FAILED, DeliveryState.CANCELLED)
        assert self.correction(season) == (["a0", "a1"] if reached else [])

    def test_not_to_those_who_know_the_new_time_by_now(self, season: Season) -> None:
        season.subscribe(1)
        self.reminded(season, OLD)
        self.reminded(season, NEW)
        assert self.correction(season) == []

    def test_not_to_those_who_were_told_of_another_session(self, season: Season) -> None:
        season.subscribe(1)
        self.reminded(season, OLD, session=3)
        assert self.correction(season) == []

    def test_not_to_those_whose_old_notice_was_stopped_in_the_queue(self, season: Season) -> None:
        season.subscribe(1)
        number = self.reminded(season, OLD)
        season.set_state(number, OccurrenceState.CANCELLED)
        assert self.correction(season) == []

    def test_a_second_one_goes_to_those_who_got_the_first(self, season: Season) -> None:
        season.subscribe(1)
        self.reminded(season, OLD)
        assert self.correction(season) == ["a0"]
        assert self.correction(season) == []
        assert self.correction(season, OLD) == ["a0"]

    def test_thousands_are_found_at_once_not_one_by_one(self, season: Season) -> None:
        season.subscribe(5000)
        for _ in range(2):
            told(season, self.reminded(season, OLD), DeliveryState.SENT)
        number = begun(season, notice=MOVED, session=2, told=NEW, state=OccurrenceState.PROPOSED)
        begin = time.monotonic()
        seen = season.do(notice_lists.notice, number)
        assert sum(one.count for one in season.do(notice_lists.reach, seen)) == 5000
        season.set_state(number, OccurrenceState.SENDING)
        freeze_all(season, number)
        assert season.tally(number).queued == 5000
        assert time.monotonic() - begin < 5


def _deliveries(session: Session, number: int) -> list[Delivery]:
    return list(session.scalars(select(Delivery).where(Delivery.occurrence_id == number).order_by(Delivery.id)))


def _last_at(session: Session) -> datetime:
    found: datetime = session.scalars(select(Conversation.last_at)).one()
    return found


def test_tens_of_thousands_are_queued_quickly_and_in_little_memory(store: Store, tmp_path: Path) -> None:
    """Ten seconds are allowed for 100,000; here a twentieth, with slack for a machine that is busy otherwise."""
    season = Season(store, edition(tmp_path, []))
    for channel in ("web", "telegram", "slack"):
        season.subscribe(1500, prefix=channel, channel=channel)
    number = begun(season)
    begin = time.monotonic()
    freeze_all(season, number)
    seconds = time.monotonic() - begin
    again = begun(season)
    season.do(freeze, again, NOW)
    tracemalloc.start()
    freeze_all(season, again)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert season.tally(number).queued == season.tally(again).queued == 4500
    assert (seconds < 5, most < 4_000_000) == (True, True)


def test_whoever_holds_a_conversation_is_not_waited_for_and_it_goes_on_with_the_next_look(
    postgres: Postgres, empty: Edition
) -> None:
    """Two who wait for each other would be a deadlock, which the database ends by breaking either."""
    with postgres.database(MIGRATED) as url:
        engine = open_engine(url)
        store = Store(engine)
        season = Season(store, empty)
        season.subscribe(3)
        number = season.compose("2022-07-04 10:00")
        with engine.begin() as somebody:
            somebody.execute(select(Conversation.id).where(Conversation.address == "a1").with_for_update())
            season.tick("2022-07-04 10:00")
            assert season.tally(number).audience == 0
        season.tick()
        assert season.tally(number).audience == 3
        store.close()


def test_an_occurrence_knows_how_far_it_is(season: Season) -> None:
    season.subscribe(3)
    number = begun(season, audience_to=3)
    assert season.do(freeze, number, NOW, 2)
    row: Occurrence = season.occurrence("staff")
    assert (row.frozen_to, row.audience_to, row.version) == (2, 3, 1)
