"""The rows follow the plan: what is new is planned, what moved with its session does not go at its old time."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.build import Edition
from tests.bot.announcing import Season, edition
from tests.moments import at


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"))


@pytest.fixture
def season(store: Store, usual: Edition) -> Season:
    return Season(store, usual)


def test_what_was_due_long_ago_when_a_desk_is_first_started_does_not_go(season: Season) -> None:
    season.subscribe(1)
    season.all_of("2022-07-26 20:30")
    assert [(name, state, reason) for name, _, state, reason in season.states()] == [
        ("week", "skipped", "past"),
        ("day", "skipped", "past"),
        ("hour", "skipped", "past"),
        ("week", "skipped", "past"),
        ("day", "skipped", "past"),
        ("hour", "planned", ""),
        ("letter", "planned", ""),
    ]


def test_the_notices_of_a_session_move_with_it(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-01 09:00")
    season.move_session(2, "2022-07-15")
    season.tick("2022-07-01 09:01")
    assert season.states("day") == [
        ("day", "2@2022-07-13T13:30", "moved", "moved"),
        ("day", "2@2022-07-15T13:30", "planned", ""),
        ("day", "3@2022-07-27T13:30", "planned", ""),
    ]
    season.all_of("2022-07-12 10:00")
    assert season.counts() == {"week 7月15日(金)": 1}


def test_two_edits_in_a_row_leave_the_last_one(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-01 09:00")
    for day in ("2022-07-15", "2022-07-14"):
        season.move_session(2, day)
        season.tick()
    states = [one[1:] for one in season.states("hour")]
    assert states == [
        ("2@2022-07-13T13:30", "moved", "moved"),
        ("2@2022-07-14T13:30", "planned", ""),
        ("2@2022-07-15T13:30", "moved", "moved"),
        ("3@2022-07-27T13:30", "planned", ""),
    ]


def test_a_session_that_moves_back_has_its_notices_again(season: Season) -> None:
    season.tick("2022-07-01 09:00")
    season.move_session(2, "2022-07-15")
    season.tick()
    season.move_session(2, "2022-07-13")
    season.tick()
    assert season.states("hour")[0] == ("hour", "2@2022-07-13T13:30", "planned", "")
    assert season.history(3) == [("scheduled", ""), ("moved", "moved"), ("scheduled", "")]


def test_nobody_is_told_once_more_what_was_due_before_the_session_moved(season: Season) -> None:
    season.subscribe(1)
    season.tick("2022-07-01 09:00")
    season.all_of("2022-07-06 10:00")
    season.move_session(2, "2022-07-12")
    season.all_of("2022-07-06 12:00")
    assert season.counts() == {"week 7月13日(水)": 1}
    assert ("week", "2@2022-07-12T13:30", "skipped", "past") in season.states("week")


def test_what_is_being_sent_about_a_session_that_moves_stops(season: Season) -> None:
    season.tick("2022-07-01 09:00")
    season.all_of("2022-07-06 10:00")
    season.subscribe(20)
    season.tick("2022-07-12 10:00")
    season.send(rounds=1)
    season.move_session(2, "2022-07-20")
    season.all_of("2022-07-12 10:01")
    assert season.states("day")[0] == ("day", "2@2022-07-13T13:30", "cancelled", "moved")
    assert len(season.sent()) == 8


def test_what_a_member_decided_about_its_time_is_not_undone_by_the_next_start(season: Season) -> None:
    season.tick("2022-07-01 09:00")
    season.tick("2022-08-02 09:00")
    season.do(_send_now, season.occurrence("letter").id, at("2022-08-02 22:00"))
    season.go_to("2022-08-02 22:00")
    season.restart()
    season.all_of("2022-08-02 22:00")
    season.all_of("2022-08-03 08:00")
    assert season.states("letter")[0][2] == "done"


def _send_now(session: Session, number: int, now: datetime) -> None:
    row = session.get_one(Occurrence, number)
    row.state, row.due, row.approver, row.version = OccurrenceState.PLANNED, now, "鈴木", row.version + 1
