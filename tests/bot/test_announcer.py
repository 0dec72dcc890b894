"""Notices go at their time, once: planned from the programme, late by their policy, quiet at night."""

import asyncio
from pathlib import Path

import pytest

from bot.store.transactions import Store
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import Season, edition, notice, run
from tests.moments import at


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"))


@pytest.fixture
def season(store: Store, usual: Edition) -> Season:
    return Season(store, usual)


def test_the_season_is_planned_as_the_programme_says(season: Season) -> None:
    season.tick("2022-07-01 09:00")
    assert season.states() == [
        ("week", "2@2022-07-13T13:30", "planned", ""),
        ("day", "2@2022-07-13T13:30", "planned", ""),
        ("hour", "2@2022-07-13T13:30", "planned", ""),
        ("week", "3@2022-07-27T13:30", "planned", ""),
        ("day", "3@2022-07-27T13:30", "planned", ""),
        ("hour", "3@2022-07-27T13:30", "planned", ""),
        ("letter", "2022-08", "planned", ""),
    ]
    row = season.occurrence("hour")
    assert (row.due, row.expires, row.told) == (at("2022-07-27 12:30"), at("2022-07-27 13:30"), at("2022-07-27 13:30"))
    assert season.history(row.id) == [("scheduled", "")]


def test_a_notice_goes_at_its_time_and_not_before_to_those_of_its_topic_once(season: Season) -> None:
    season.subscribe(3)
    season.subscribe(2, NoticeTopic.LETTER, prefix="b")
    season.all_of("2022-07-06 09:59:59")
    assert season.sent() == []
    season.all_of("2022-07-06 10:00:00")
    assert season.sent() == [("week 7月13日(水)", "a0"), ("week 7月13日(水)", "a1"), ("week 7月13日(水)", "a2")]
    season.all_of("2022-07-06 10:00:01")
    assert len(season.sent()) == 3
    first = season.states("week")[0]
    assert first == ("week", "2@2022-07-13T13:30", "done", "")
    assert season.history(1) == [("scheduled", ""), ("started", ""), ("finished", "")]


def test_a_notice_ends_with_how_it_is_changed_and_the_ways_out(season: Season) -> None:
    season.subscribe(1)
    season.all_of("2022-07-06 10:00")
    [one] = season.channel.sent
    assert one.reply.text == "week 7月13日(水)\n\n(seminar)"
    assert [choice.value for choice in one.reply.choices] == ["notices:calendar", "notices:show"]
    assert (one.reply.by, one.to) == ("notice", None)


def test_with_nobody_to_tell_a_notice_is_done_at_once(season: Season) -> None:
    season.tick("2022-07-06 10:00")
    assert (season.states("week")[0][2], season.tally(1).audience) == ("done", 0)


def test_who_subscribes_later_is_not_told_what_went_before(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-06 10:00")
    season.subscribe(1, prefix="late")
    season.send()
    season.tick()
    assert season.sent() == [("week 7月13日(水)", "a0")]


def test_when_it_is_next_to_be_done_is_known(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-01 09:00")
    moments = []
    while (due := run(season.announcer.next_due())) is not None and len(moments) < 20:
        moments.append(due)
        season.clock.at = due
        season.tick()
        season.send()
        season.tick()
    assert moments == [
        at("2022-07-06 10:00"),
        at("2022-07-12 10:00"),
        at("2022-07-13 12:30"),
        at("2022-07-20 10:00"),
        at("2022-07-26 10:00"),
        at("2022-07-27 12:30"),
        at("2022-08-01 10:00"),
    ]
    assert season.counts() == {
        "week 7月13日(水)": 1,
        "day 7月13日(水)": 1,
        "hour 7月13日(水)": 1,
        "week 7月27日(水)": 1,
        "day 7月27日(水)": 1,
        "hour 7月27日(水)": 1,
    }


def test_a_late_notice_goes_is_left_out_or_asks_as_its_policy_says(season: Season) -> None:
    season.subscribe(1, NoticeTopic.SEMINAR, NoticeTopic.LETTER)
    season.tick("2022-07-01 09:00")
    season.all_of("2022-07-12 10:30")
    assert [one[2:] for one in season.states("week", "day")[:2]] == [("done", ""), ("done", "")]
    season.all_of("2022-07-13 12:51")
    assert season.states("hour")[0][2:] == ("skipped", "late")
    season.all_of("2022-08-01 20:01")
    assert season.states("letter")[0][2:] == ("asking", "late")
    assert season.history(season.occurrence("letter").id) == [("scheduled", ""), ("asked", "late")]


def test_a_notice_goes_up_to_the_last_minute_of_its_lateness(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-01 09:00")
    season.all_of("2022-07-13 12:50")
    assert season.states("hour")[0][2] == "done"


def test_what_staff_were_asked_goes_once_they_say_so_and_never_after_the_desk_has_closed(season: Season) -> None:
    season.subscribe(1, NoticeTopic.LETTER)
    season.tick("2022-07-01 09:00")
    season.tick("2022-08-02 09:00")
    season.tick("2023-04-01 00:00")
    assert season.states("letter")[0][2:] == ("skipped", "desk_closed")


class TestQuietHours:
    def test_what_is_not_urgent_waits_until_the_morning(self, season: Season) -> None:
        season.subscribe(1)
        number = season.compose("2022-07-04 22:00")
        season.all_of("2022-07-04 22:00")
        season.all_of("2022-07-05 07:59:59")
        assert season.sent() == []
        season.all_of("2022-07-05 08:00")
        assert (season.sent(), season.tally(number).sent) == ([("自由", "a0")], 1)

    def test_what_is_urgent_goes_at_any_hour(self, season: Season) -> None:
        season.subscribe(1)
        season.compose("2022-07-04 22:00", urgent=True)
        season.all_of("2022-07-04 22:00")
        assert season.sent() == [("自由", "a0")]

    def test_the_end_of_the_night_is_when_something_is_due_next(self, season: Season) -> None:
        season.compose("2022-07-04 22:00")
        season.tick("2022-07-04 23:00")
        assert run(season.announcer.next_due()) == at("2022-07-05 08:00")

    def test_what_waited_over_the_night_too_late_is_judged_in_the_morning(self, season: Season) -> None:
        season.tick("2022-07-01 09:00")
        season.tick("2022-08-01 21:30")
        assert season.states("letter")[0][2:] == ("planned", "")
        season.tick("2022-08-02 08:00")
        assert season.states("letter")[0][2:] == ("asking", "late")

    def test_what_is_being_sent_stops_at_night_and_goes_on_in_the_morning(self, season: Season) -> None:
        season.subscribe(20)
        number = season.compose("2022-07-04 20:59")
        season.tick("2022-07-04 20:59")
        season.send(rounds=1)
        season.go_to("2022-07-04 21:00")
        season.send()
        assert (season.tally(number).sent, season.tally(number).queued) == (8, 12)
        assert run(season.announcer.next_due()) == at("2022-07-05 08:00")
        season.all_of("2022-07-05 08:00")
        assert (season.counts(), season.states("staff")[0][2]) == ({"自由": 20}, "done")


class TestTooLate:
    def test_a_reminder_that_is_still_queued_when_its_session_begins_does_not_go(self, season: Season) -> None:
        season.tick("2022-07-01 09:00")
        season.all_of("2022-07-06 10:00")
        season.subscribe(20)
        season.tick("2022-07-13 12:30")
        season.send(rounds=1)
        season.go_to("2022-07-13 13:30")
        season.send()
        season.tick()
        number = season.states().index(("hour", "2@2022-07-13T13:30", "cancelled", "expired")) + 1
        found = season.tally(number)
        assert (found.audience, found.sent, found.cancelled, found.queued) == (20, 8, 12, 0)
        assert {error for _, state, error in season.deliveries(number) if state == "cancelled"} == {"expired"}

    def test_one_that_all_have_by_then_is_done(self, season: Season) -> None:
        season.subscribe(3)
        season.tick("2022-07-01 09:00")
        season.tick("2022-07-13 12:30")
        season.send()
        season.tick("2022-07-13 13:30")
        assert season.states("hour")[0][2] == "done"

    def test_nothing_goes_before_the_desk_opens(self, season: Season) -> None:
        season.subscribe(1)
        season.compose("2022-06-30 10:00", urgent=True)
        season.all_of("2022-06-30 10:00")
        assert (season.sent(), run(season.announcer.next_due())) == ([], at("2022-07-01 00:00"))

    def test_what_is_queued_when_the_desk_closes_does_not_go(self, season: Season) -> None:
        season.subscribe(20)
        number = season.compose("2023-03-31 23:59", urgent=True)
        season.tick("2023-03-31 23:59")
        season.send(rounds=1)
        season.go_to("2023-04-01 00:00")
        season.send()
        assert season.tally(number).sent == 8
        season.tick()
        found = season.tally(number)
        assert (found.sent, found.cancelled, season.states("staff")[0][2:]) == (8, 12, ("cancelled", "desk_closed"))
        assert run(season.announcer.next_due()) is None


class TestFaults:
    def test_one_notice_that_fails_does_not_stop_the_others_and_asks_staff(self, store: Store, tmp_path: Path) -> None:
        broken = notice("broken", {"day": "2022-07-04", "at": "10:00"}, text="{{ nothing.at_all }}")
        whole = notice("whole", {"day": "2022-07-04", "at": "10:00"})
        season = Season(store, edition(tmp_path, [broken, whole]))
        season.subscribe(2)
        season.all_of("2022-07-04 10:00")
        assert season.states() == [
            ("broken", "2022-07-04", "asking", "failed"),
            ("whole", "2022-07-04", "done", ""),
        ]
        assert season.counts() == {"whole": 2}

    def test_what_says_the_wrong_thing_to_nobody_is_never_rendered_before_its_time(self, season: Season) -> None:
        season.tick("2022-07-01 09:00")
        assert season.occurrence("letter").payload is None


def test_several_announcers_at_once_do_each_thing_once(store: Store, usual: Edition) -> None:
    season = Season(store, usual)
    season.subscribe(6000)
    others = [Season(store, usual, clock=season.clock) for _ in range(3)]

    async def tick() -> None:
        await asyncio.gather(*(one.announcer.tick() for one in (season, *others)))

    season.go_to("2022-07-01 09:00")
    run(tick())
    assert len(season.states()) == 7
    season.go_to("2022-07-06 10:00")
    for _ in range(3):
        run(tick())
    assert season.tally(1).audience == season.tally(1).queued == 6000
    assert season.history(1) == [("scheduled", ""), ("started", "")]
