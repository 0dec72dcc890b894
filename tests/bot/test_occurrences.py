"""Notices as rows: changed only as they were seen, and counted."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.store import occurrences, rounds
from bot.store.audience import freeze
from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import FormerText, Occurrence
from bot.store.occurrences import Rendered
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import Notice, OccurrenceState, Tally
from handlers.timing import Step
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season
from tests.moments import at

DAY = "2022-07-04 10:00"
NOW = at(DAY)
EXPIRES = at("2022-07-13 13:30")


@pytest.fixture
def season(store: Store, empty: Edition) -> Season:
    return Season(store, empty)


def row_of(season: Season) -> Occurrence:
    return season.occurrence("staff")


def begun(season: Season, count: int) -> int:
    season.subscribe(count)
    number = season.compose(DAY)
    season.do(occurrences.begin, row_of(season), Rendered(Reply("自由")), EXPIRES, NOW)
    season.do(freeze, number, NOW)
    return number


def become(season: Season, address: str, state: DeliveryState, error: str | None, waits: bool = False) -> None:
    """What became of the delivery to an address, whose number in the audience it ends with."""
    number = int(address.removeprefix("a")) + 1
    not_before = NOW + timedelta(hours=1) if waits else None
    values = {"state": state, "error": error, "not_before": not_before}
    change = update(Delivery).where(Delivery.subscriber_id == number).values(values)
    season.do(lambda session: session.execute(change) and None)


def test_a_row_is_shown_as_a_notice(season: Season) -> None:
    number = season.compose(DAY, urgent=True, author="佐藤", session=2, told=EXPIRES)
    assert occurrences.notice_of_row(row_of(season)) == Notice(
        id=number,
        notice="staff",
        key=f"own-{DAY}",
        topic=NoticeTopic.SEMINAR,
        state=OccurrenceState.PLANNED,
        title="自由",
        due=NOW,
        urgent=True,
        session=2,
        told=EXPIRES,
        author="佐藤",
        approver="鈴木",
    )


def test_a_notice_changes_only_as_it_was_seen_and_that_is_noted(season: Season) -> None:
    number = season.compose(DAY)
    seen = row_of(season)
    assert season.do(occurrences.take, seen, Step(OccurrenceState.ASKING, "late"), NOW)
    assert not season.do(occurrences.take, seen, Step(OccurrenceState.SKIPPED, "late"), NOW)
    row = row_of(season)
    assert (row.state, row.reason, row.version, row.ended_at) == (OccurrenceState.ASKING, "late", 2, None)
    assert season.history(number) == [("asked", "late")]


def test_what_ends_knows_when(season: Season) -> None:
    season.compose(DAY)
    season.do(occurrences.take, row_of(season), Step(OccurrenceState.SKIPPED, "expired"), NOW)
    assert row_of(season).ended_at == NOW


def test_what_begins_knows_its_words_its_audience_and_when_it_is_too_late(season: Season) -> None:
    season.subscribe(3)
    season.compose(DAY)
    seen = row_of(season)
    assert season.do(occurrences.begin, seen, Rendered(Reply("自由です")), EXPIRES, NOW)
    assert not season.do(occurrences.begin, seen, Rendered(Reply("二度目")), EXPIRES, NOW)
    row = row_of(season)
    assert (row.payload, row.audience_to, row.expires, row.started_at) == (Reply("自由です"), 3, EXPIRES, NOW)


def test_what_begins_once_more_goes_to_the_same_and_what_it_said_before_is_kept(season: Season) -> None:
    number = begun(season, 2)
    season.set_state(row_of(season).id, OccurrenceState.PLANNED)
    season.subscribe(2, prefix="late")
    season.do(occurrences.begin, row_of(season), Rendered(Reply("別の文")), EXPIRES, NOW + timedelta(hours=1))
    row = row_of(season)
    assert (row.payload, row.audience_to, row.started_at) == (Reply("別の文"), 2, NOW)
    former = season.do(lambda session: session.get_one(FormerText, (number, 0)))
    assert (row.rendering, former.payload) == (1, Reply("自由"))


def test_only_what_is_due_or_began_is_looked_after(season: Season) -> None:
    for hour, state in enumerate(OccurrenceState):
        season.compose(f"2022-07-04 {10 + hour}:00", state=state)
    states = [row.state.value for row in season.do(occurrences.waiting)]
    assert states == ["planned", "asking", "sending", "paused"]
    season.compose("2022-07-05 10:00")
    assert [row.state.value for row in season.do(occurrences.current, at("2022-07-04 23:00"))] == states


class TestEnd:
    def test_a_notice_is_through_once_all_have_an_outcome(self, season: Season) -> None:
        begun(season, 4)
        for address, state in zip(("a0", "a1", "a2"), ("sent", "failed", "cancelled"), strict=True):
            become(season, address, DeliveryState(state), None)
        open_states = (("queued", False), ("sending", False), ("unknown", True))
        for state, waits in open_states:
            become(season, "a3", DeliveryState(state), None, waits)
            assert season.do(rounds.settled) == []
            assert not season.do(rounds.finish, row_of(season), NOW)
        become(season, "a3", DeliveryState.UNKNOWN, "unknown")
        assert [row.id for row in season.do(rounds.settled)] == [1]
        assert season.do(rounds.finish, row_of(season), NOW)
        assert (row_of(season).state, row_of(season).ended_at) == (OccurrenceState.DONE, NOW)

    def test_not_before_all_subscribers_are_in_it(self, season: Season) -> None:
        season.subscribe(3)
        number = season.compose(DAY)
        season.do(occurrences.begin, row_of(season), Rendered(Reply("自由")), EXPIRES, NOW)
        season.do(freeze, number, NOW, 1)
        become(season, "a0", DeliveryState.SENT, None)
        assert season.do(rounds.settled) == []
        assert [row.id for row in season.do(rounds.look, NOW).unfrozen] == [number]

    @pytest.mark.parametrize(
        ("reason", "error"),
        [("expired", "expired"), ("desk_closed", "desk_closed"), ("moved", "moved"), ("staff", "cancelled")],
    )
    def test_what_is_queued_of_a_cancelled_one_is_cancelled_chunk_by_chunk(
        self, season: Season, reason: str, error: str
    ) -> None:
        number = begun(season, 5)
        become(season, "a0", DeliveryState.SENT, None)
        season.do(occurrences.take, row_of(season), Step(OccurrenceState.CANCELLED, reason), NOW)
        assert [row.id for row in season.do(rounds.look, NOW).stopped] == [number]
        assert [season.do(rounds.stop_chunk, number, NOW, 3) for _ in range(2)] == [True, False]
        assert season.do(rounds.look, NOW).stopped == []
        assert season.deliveries(number) == [
            ("a0", "sent", None),
            *((f"a{n}", "cancelled", error) for n in range(1, 5)),
        ]

    def test_nothing_is_cancelled_of_one_that_goes_on(self, season: Season) -> None:
        number = begun(season, 2)
        assert not season.do(rounds.stop_chunk, number, NOW)
        assert season.tally(number) == Tally(2, queued=2)


def test_the_tally_counts_each_state_and_why_some_failed(season: Season) -> None:
    number = begun(season, 9)
    fates = [
        ("sent", None),
        ("sent", None),
        ("failed", "blocked"),
        ("failed", "blocked"),
        ("failed", "too long"),
        ("cancelled", "opted_out"),
        ("cancelled", "cancelled"),
        ("unknown", "unknown"),
    ]
    for n, (state, error) in enumerate(fates):
        become(season, f"a{n}", DeliveryState(state), error)
    found = season.tally(number)
    assert found == Tally(
        audience=9,
        queued=1,
        sent=2,
        failed=3,
        cancelled=2,
        unknown=1,
        opted_out=1,
        reasons=(("blocked", 2), ("too long", 1)),
    )
    assert found.settled == 8


def test_the_tally_of_one_that_has_not_begun_is_empty(season: Season) -> None:
    assert season.tally(season.compose(DAY)) == Tally(0)
