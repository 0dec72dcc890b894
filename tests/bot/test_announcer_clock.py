"""A clock that leaps neither repeats nor drops, and what goes once more goes only in time."""

import time

import pytest
from sqlalchemy import func, select, update

from bot.store import occurrences
from bot.store.audience import freeze
from bot.store.models import Delivery, DeliveryState
from bot.store.notice_models import Occurrence
from bot.store.occurrences import Rendered
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from handlers.timing import FAILED, Step
from knowledge.build import Edition
from tests.bot.announcing import Season, edition
from tests.moments import at

DAY = "2022-07-12 09:00"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"))


@pytest.fixture
def season(store: Store, usual: Edition) -> Season:
    return Season(store, usual)


class TestClock:
    def test_a_clock_that_leaps_back_repeats_nothing(self, season: Season) -> None:
        season.subscribe(10)
        season.tick("2022-07-01 09:00")
        season.tick("2022-07-06 10:00")
        season.send(rounds=1)
        season.all_of("2022-07-05 12:00")
        season.all_of("2022-07-06 09:59")
        season.all_of("2022-07-06 10:00")
        assert season.counts() == {"week 7月13日(水)": 10}
        assert season.history(1) == [("scheduled", ""), ("started", ""), ("finished", "")]

    def test_a_clock_that_leaps_ahead_drops_only_what_is_too_late(self, season: Season) -> None:
        season.subscribe(1)
        season.tick("2022-07-05 09:00")
        season.all_of("2022-07-12 19:00")
        season.all_of("2022-07-13 14:00")
        assert season.counts() == {"week 7月13日(水)": 1, "day 7月13日(水)": 1}
        assert season.states("hour")[0][2:] == ("skipped", "expired")

    @pytest.mark.parametrize("far", ["2036-02-07 00:00", "2022-07-14 00:00"])
    def test_a_leap_forward_and_back_drops_nothing_and_repeats_nothing(self, season: Season, far: str) -> None:
        season.subscribe(2)
        own = season.compose("2022-07-05 10:00", expires=at("2022-07-10 00:00"))
        season.tick("2022-07-01 09:00")
        season.tick(far)
        assert season.states("week", "staff")[0][2] == "skipped"
        season.tick("2022-07-01 09:01")
        assert {state for _, _, state, _ in season.states()} == {"planned"}
        assert [action for action, _ in season.history(own)] == ["skipped", "scheduled"]
        for moment in ("2022-07-05 10:00", "2022-07-06 10:00", "2022-07-12 10:00", "2022-07-13 12:30"):
            season.all_of(moment)
        told = ("自由", "week 7月13日(水)", "day 7月13日(水)", "hour 7月13日(水)")
        assert season.counts() == dict.fromkeys(told, 2)

    def test_a_desk_first_started_under_a_clock_that_is_ahead_plans_its_season_once_it_is_right(
        self, season: Season
    ) -> None:
        season.tick("2036-02-07 00:00")
        season.tick("2022-07-01 09:00")
        assert {state for _, _, state, _ in season.states()} == {"planned"}

    @pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
    def test_the_time_of_the_host_has_no_influence(
        self, season: Season, monkeypatch: pytest.MonkeyPatch, zone: str
    ) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            season.subscribe(1)
            season.all_of("2022-07-06 09:59:59")
            assert season.sent() == []
            season.all_of("2022-07-06 10:00:00")
            assert len(season.sent()) == 1
        finally:
            monkeypatch.undo()
            time.tzset()


class TestWhatGoesAgain:
    """Something of a notice that was through is queued once more."""

    def test_too_late_it_does_not_go_and_the_notice_is_still_done(self, season: Season) -> None:
        number = _done_with_one_queued_again(season)
        season.set_state(number, OccurrenceState.SENDING)
        season.all_of("2022-07-13 13:30")
        self.check(season, number)

    def test_too_late_while_nobody_has_let_it_go_on_it_is_the_same(self, season: Season) -> None:
        number = _done_with_one_queued_again(season)
        season.all_of("2022-07-13 13:30")
        self.check(season, number)

    def check(self, season: Season, number: int) -> None:
        assert season.deliveries(number) == [("a0", "sent", None), ("a1", "cancelled", "expired")]
        assert (season.occurrence("hour").session, season.states("hour")[0][2:]) == (3, ("done", ""))
        assert len(season.sent()) == 2

    def test_in_time_it_goes(self, season: Season) -> None:
        number = _done_with_one_queued_again(season)
        season.all_of("2022-07-13 13:00")
        season.send()
        season.tick()
        assert (season.tally(number).sent, season.states("hour")[0][2]) == (2, "done")


def _done_with_one_queued_again(season: Season) -> int:
    """The reminder an hour before a session, which reached two, one of whom is to get it again."""
    season.subscribe(2)
    season.tick("2022-07-13 12:29")
    season.all_of("2022-07-13 12:30")
    number = season.states().index(("hour", "2@2022-07-13T13:30", "done", "")) + 1
    last = select(func.max(Delivery.id)).where(Delivery.occurrence_id == number).scalar_subquery()
    again = update(Delivery).where(Delivery.id == last).values(state=DeliveryState.QUEUED)
    season.do(lambda session: session.execute(again) and None)
    return number


@pytest.mark.parametrize(
    ("state", "reason", "error"),
    [
        (OccurrenceState.SKIPPED, "staff", "cancelled"),
        (OccurrenceState.SKIPPED, "expired", "expired"),
        (OccurrenceState.MOVED, "moved", "moved"),
    ],
)
def test_what_was_half_queued_when_it_is_given_up_does_not_stay_queued(
    season: Season, state: OccurrenceState, reason: str, error: str
) -> None:
    season.subscribe(5)
    season.tick("2022-07-12 09:00")
    number = season.states().index(("day", "2@2022-07-13T13:30", "planned", "")) + 1

    def take(step: Step) -> None:
        season.do(lambda session: occurrences.take(session, session.get_one(Occurrence, number), step, at(DAY)))

    begin = occurrences.begin
    said, expires = Rendered(Reply("day"), at(DAY).date()), at("2022-07-13 00:00")
    season.do(lambda one: begin(one, one.get_one(Occurrence, number), said, expires, at(DAY)))
    season.do(freeze, number, at(DAY), 2)
    take(Step(OccurrenceState.ASKING, FAILED))
    take(Step(state, reason))
    season.all_of("2022-07-12 09:30")
    assert season.deliveries(number) == [("a0", "cancelled", error), ("a1", "cancelled", error)]
    assert season.sent() == []
