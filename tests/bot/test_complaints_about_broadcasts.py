"""What users of other tools complain about when they send to many, each tried here."""

from pathlib import Path

import pytest

from bot.channels.base import Unknown
from bot.store.transactions import Store
from handlers.notice import OccurrenceState, Tally
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season, edition

DAY = "2022-07-04 10:00"


@pytest.fixture
def season(store: Store, usual: Edition) -> Season:
    return Season(store, usual)


class TestABroadcastToAllWhoWantIt:
    """「ボットを始めた全員に送りたい」(asked for since 2021 in several projects)."""

    def test_it_reaches_everybody_who_subscribes_on_whatever_channel_and_nobody_else(self, season: Season) -> None:
        season.subscribe(30)
        season.subscribe(10, prefix="s", channel="slack")
        season.subscribe(5, NoticeTopic.LETTER, prefix="other")
        number = season.compose(DAY)
        season.all_of(DAY)
        assert season.tally(number) == Tally(40, queued=10, sent=30)
        assert sorted(address for _, address in season.sent()) == sorted(f"a{n}" for n in range(30))
        season.channel.name = "slack"
        season.restart()
        season.all_of(DAY)
        assert season.tally(number) == Tally(40, sent=40)


class TestResumeRepeatsNothing:
    """「一時停止から再開すると、三分の二に三通届き、三分の一には届かない」."""

    def test_each_gets_one_however_often_it_is_paused_and_resumed(self, season: Season) -> None:
        season.subscribe(60)
        number = season.compose(DAY)
        season.tick(DAY)
        for _ in range(5):
            season.send(rounds=1)
            season.set_state(number, OccurrenceState.PAUSED)
            season.all_of(DAY)
            season.set_state(number, OccurrenceState.SENDING)
        season.all_of(DAY)
        assert sorted(address for _, address in season.sent()) == sorted(f"a{n}" for n in range(60))
        assert season.occurrence("staff").state is OccurrenceState.DONE


class TestARestartLeavesNobodyOut:
    """「再起動すると未送信のまま『完了』になり、誰が残ったか分からない」."""

    def test_it_is_not_done_before_everybody_has_an_outcome_and_one_can_see_who_is_left(self, season: Season) -> None:
        season.subscribe(20)
        number = season.compose(DAY)
        season.tick(DAY)
        season.send(rounds=1)
        season.restart()
        season.tick()
        assert season.occurrence("staff").state is OccurrenceState.SENDING
        left = [address for address, state, _ in season.deliveries(number) if state == "queued"]
        assert left == [f"a{n}" for n in range(8, 20)]
        season.all_of(DAY)
        assert (season.tally(number), season.occurrence("staff").state) == (Tally(20, sent=20), OccurrenceState.DONE)

    def test_one_of_which_nobody_knows_is_named(self, season: Season) -> None:
        season.subscribe(3)
        number = season.compose(DAY)
        season.channel.outcomes = [Unknown("timeout")]
        season.all_of(DAY)
        season.machine.move(60)
        season.all_of(DAY)
        assert season.tally(number) == Tally(3, sent=2, unknown=1)
        assert [one[0] for one in season.deliveries(number) if one[1] == "unknown"] == ["a0"]


class TestANoticeLongPastItsTimeDoesNotGo:
    """「サーバーが戻ると、とうに過ぎたお知らせが届く」."""

    def test_a_restart_an_hour_late_skips_the_reminder_of_the_day_and_sends_that_of_the_week(
        self, season: Season
    ) -> None:
        season.subscribe(1)
        season.tick("2022-07-01 09:00")
        season.restart()
        season.all_of("2022-07-06 11:00")
        season.all_of("2022-07-12 10:00")
        season.restart()
        season.all_of("2022-07-13 13:29")
        assert season.counts() == {"week 7月13日(水)": 1, "day 7月13日(水)": 1}
        assert season.states("hour")[0] == ("hour", "2@2022-07-13T13:30", "skipped", "late")

    def test_a_desk_that_was_off_for_a_month_says_nothing_of_what_is_over(self, store: Store, tmp_path: Path) -> None:
        season = Season(store, edition(tmp_path))
        season.subscribe(1, NoticeTopic.SEMINAR, NoticeTopic.LETTER)
        season.tick("2022-07-01 09:00")
        season.restart()
        season.all_of("2022-08-10 09:00")
        assert season.sent() == []
        assert {state for *_, state, _ in season.states()} == {"skipped", "asking"}
