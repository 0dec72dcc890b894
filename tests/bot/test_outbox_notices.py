"""Notices in the outbox: found by their index however many wait, and never in the way of replies."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Executable, event, select
from sqlalchemy.orm import Session

from bot.channels.base import Unknown
from bot.notice_rules import Going, Passage
from bot.pacing import UNLIMITED, Limit, Pacing
from bot.store import outbox
from bot.store import outbox_statements as statements
from bot.store.models import Delivery, Lane
from bot.store.outbox import Claimed
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import LEASE, Kept
from tests.moments import at

DAY = "2022-07-04 10:00"
PASSAGES = [Passage(going, at(DAY)) for going in (Going.ALL, Going.URGENT, Going.NONE)]
ASKED = {"of_channel": "fake", "now": MONDAY, "at_most": 32}


@pytest.fixture
def season(store: Store, empty: Edition) -> Season:
    return Season(store, empty)


def begun(season: Season, count: int = 3, **values: object) -> int:
    season.subscribe(count)
    number = season.compose(DAY, **values)
    season.tick(DAY)
    return number


def claim(season: Season, going: Going = Going.ALL, now: str = DAY, pacing: Pacing = UNLIMITED) -> list[Claimed]:
    passage = Passage(going, at(now))
    found: outbox.Round = season.do(outbox.claim, "fake", pacing, 8, MONDAY, MONDAY + LEASE, passage)
    return found.claimed


def test_what_is_claimed_says_which_notice_it_is_and_what_that_says(season: Season) -> None:
    number = begun(season, 1)
    [claimed] = claim(season)
    assert (claimed.occurrence, claimed.reply.text, claimed.address, claimed.to) == (
        number,
        "自由\n\n(seminar)",
        "a0",
        None,
    )
    assert season.do(lambda session: session.scalars(select(Delivery.own)).all()) == [None]


@pytest.mark.parametrize(
    ("going", "urgent", "count"),
    [
        (Going.ALL, False, 3),
        (Going.ALL, True, 3),
        (Going.URGENT, False, 0),
        (Going.URGENT, True, 3),
        (Going.NONE, True, 0),
    ],
)
def test_only_those_go_that_may_at_this_hour(season: Season, going: Going, urgent: bool, count: int) -> None:
    begun(season, urgent=urgent)
    assert len(claim(season, going)) == count


@pytest.mark.parametrize("state", [OccurrenceState.PAUSED, OccurrenceState.CANCELLED, OccurrenceState.DONE])
def test_only_notices_that_are_being_sent_go(season: Season, state: OccurrenceState) -> None:
    number = begun(season)
    season.set_state(number, state)
    assert claim(season) == []


def test_none_goes_once_it_is_too_late_even_if_nobody_has_looked_yet(season: Season) -> None:
    begun(season, expires=at("2022-07-04 12:00"))
    assert claim(season, now="2022-07-04 12:00") == []
    assert len(claim(season, now="2022-07-04 11:59")) == 3


def test_without_leave_only_replies_go(season: Season) -> None:
    begun(season)
    assert season.do(outbox.claim, "fake", UNLIMITED, 8, MONDAY, MONDAY + LEASE) == outbox.Round([], None)


def test_notices_keep_to_the_pace_of_the_channel(season: Season) -> None:
    begun(season, 20)
    assert len(claim(season, pacing=Pacing((Limit(5, 1.0),)))) == 5


def test_a_notice_that_waits_for_its_place_is_looked_for_when_that_is_free(season: Season) -> None:
    begun(season, 1)
    moment = MONDAY + timedelta(milliseconds=200)
    season.do(_occupy, "a0", moment)
    found = [season.do(outbox.claim, "fake", UNLIMITED, 8, MONDAY, MONDAY + LEASE, one) for one in PASSAGES]
    assert found == [outbox.Round([], moment), outbox.Round([], None), outbox.Round([], None)]


def _occupy(session: Session, place: str, until: datetime) -> None:
    session.add(Lane(channel="fake", place=place, ended=(), free_at=until))


def plan_of(engine: Engine, statement: Executable, values: Mapping[str, Any]) -> str:
    """How the database finds the answer to a statement."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "

    def explained(_connection: object, _cursor: object, text: str, given: Any, *_: object) -> tuple[str, Any]:
        return explain + text, given

    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", explained, retval=True)
        found = connection.execute(statement, values).cursor
        return "\n".join(str(row[-1]) for row in found.fetchall())


@pytest.mark.parametrize(
    ("statement", "values"),
    [(statements.DUE, ASKED), (statements.DUE_OF_NOTICE, {**ASKED, "of_notice": 1})],
    ids=["replies", "notices"],
)
def test_the_next_are_found_in_the_order_of_their_index_and_nothing_is_sorted(
    season: Season, engine: Engine, statement: Executable, values: Mapping[str, Any]
) -> None:
    begun(season, 2000)
    if engine.dialect.name == "postgresql":
        # It does so by itself sooner or later; SQLite never does.
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    plan = plan_of(engine, statement, values)
    assert "delivery_by_turn" in plan
    assert not any(word in plan for word in ("Sort", "TEMP B-TREE", "Seq Scan on delivery", "SCAN delivery"))


class TestWithReplies:
    def test_a_reply_goes_before_notices_that_were_queued_earlier(self, season: Season) -> None:
        begun(season, 20)
        asked(season, "a19", "質問")
        season.send(rounds=1)
        assert season.sent()[0] == ("返事", "a19")

    def test_a_reply_does_not_wait_for_a_notice_in_its_conversation(self, season: Season) -> None:
        number = begun(season, 1, urgent=True)
        season.set_state(number, OccurrenceState.PAUSED)
        asked(season, "a0", "質問")
        season.send()
        assert season.sent() == [("返事", "a0")]

    def test_a_notice_does_not_wait_for_a_reply_that_is_in_doubt(self, season: Season) -> None:
        season.subscribe(1)
        asked(season, "a0", "質問")
        season.channel.outcomes = [Unknown("timeout")]
        season.send(rounds=1)
        season.compose(DAY)
        season.all_of(DAY)
        assert season.sent() == [("返事", "a0"), ("自由", "a0")]

    def test_a_small_notice_does_not_wait_for_a_large_one(self, season: Season) -> None:
        begun(season, 60)
        season.subscribe(2, NoticeTopic.LETTER, prefix="b")
        season.compose("2022-07-04 10:01", NoticeTopic.LETTER, title="便り", text="便り")
        season.tick("2022-07-04 10:01")
        season.send(rounds=1)
        assert season.counts() == {"自由": 6, "便り": 2}

    def test_an_urgent_notice_goes_before_one_that_is_not(self, season: Season) -> None:
        begun(season, 60)
        season.compose("2022-07-04 10:01", urgent=True, title="急ぎ", text="急ぎ")
        season.tick("2022-07-04 10:01")
        season.send(rounds=1)
        assert season.counts() == {"急ぎ": 8}


def asked(season: Season, address: str, text: str) -> None:
    """Somebody asks something, and an answer is queued."""
    kept = Kept(season.store)
    kept.settle(message(text, f"{address}-{text}", address), Reply("返事"))
