"""What becomes of a notice by the clock alone."""

import datetime as dt
from dataclasses import replace

import pytest

from handlers.notice import Notice, OccurrenceState
from handlers.timing import Season, Step, moments, next_step
from knowledge.announcement import Late, LatePolicy, NoticeTopic
from knowledge.quiet import Quiet
from tests.moments import at

SEASON = Season(at("2022-07-01 00:00"), at("2023-04-01 00:00"), Quiet(dt.time(21), dt.time(8)))
S = OccurrenceState
LATER = "2022-07-06 10:00"


def notice(state: S = S.PLANNED, due: str | None = "2022-07-04 10:00", urgent: bool = False) -> Notice:
    when = None if due is None else at(due)
    return Notice(1, "week", "2", NoticeTopic.SEMINAR, state, "題", when, urgent)


def step(
    what: Notice, now: str, then: LatePolicy = LatePolicy.SKIP, minutes: int = 60, expires: str = LATER
) -> Step | None:
    return next_step(what, Late(minutes=minutes, then=then), at(expires), SEASON, at(now))


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ("2022-07-04 09:59", LatePolicy.SKIP, None),
        ("2022-07-04 10:00", LatePolicy.SKIP, Step(S.SENDING)),
        ("2022-07-04 11:00", LatePolicy.SKIP, Step(S.SENDING)),
        ("2022-07-04 11:01", LatePolicy.SKIP, Step(S.SKIPPED, "late")),
        ("2022-07-04 11:01", LatePolicy.ASK, Step(S.ASKING, "late")),
        ("2022-07-04 11:01", LatePolicy.SEND, Step(S.SENDING)),
        ("2022-07-04 21:00", LatePolicy.SKIP, None),
        ("2022-07-05 08:00", LatePolicy.SKIP, Step(S.SKIPPED, "late")),
        ("2022-07-06 10:00", LatePolicy.SEND, Step(S.SKIPPED, "expired")),
        ("2023-04-01 00:00", LatePolicy.ASK, Step(S.SKIPPED, "desk_closed")),
    ],
)
def test_it_goes_waits_asks_or_is_left_out(now: str, then: LatePolicy, expected: Step | None) -> None:
    assert step(notice(), now, then) == expected


def test_the_night_in_which_it_was_due_makes_it_no_later() -> None:
    at_night = notice(due="2022-07-04 21:30")
    assert step(at_night, "2022-07-05 07:59") is None
    assert step(at_night, "2022-07-05 09:00") == Step(S.SENDING)
    assert step(at_night, "2022-07-05 09:01") == Step(S.SKIPPED, "late")


def test_what_is_urgent_knows_no_night() -> None:
    urgent = notice(due="2022-07-04 21:30", urgent=True)
    assert step(urgent, "2022-07-04 21:30") == Step(S.SENDING)
    assert step(urgent, "2022-07-04 22:31") == Step(S.SKIPPED, "late")


@pytest.mark.parametrize("state", [S.SENDING, S.PAUSED])
def test_what_is_in_flight_goes_on_until_it_is_too_late(state: S) -> None:
    assert step(notice(state), "2022-07-05 10:00") is None
    assert step(notice(state), LATER) == Step(S.CANCELLED, "expired")
    assert step(notice(state), "2023-04-01 00:00", expires="2023-04-01 00:00") == Step(S.CANCELLED, "desk_closed")


def test_what_asks_staff_waits_for_them_until_it_is_too_late() -> None:
    assert step(notice(S.ASKING), "2022-07-05 10:00") is None
    assert step(notice(S.ASKING), LATER) == Step(S.SKIPPED, "expired")


@pytest.mark.parametrize(
    ("state", "reason", "now", "expected"),
    [
        (S.SKIPPED, "desk_closed", "2022-07-04 09:00", Step(S.PLANNED)),
        (S.SKIPPED, "late", "2022-07-04 11:00", Step(S.PLANNED)),
        (S.SKIPPED, "late", "2022-07-04 11:01", None),
        (S.SKIPPED, "expired", "2022-07-06 10:00", None),
        (S.SKIPPED, "past", "2022-07-04 09:59", Step(S.PLANNED)),
        (S.SKIPPED, "past", "2022-07-04 10:00", None),
        (S.SKIPPED, "staff", "2022-07-04 09:00", None),
        (S.ASKING, "late", "2022-07-04 09:00", Step(S.PLANNED)),
        (S.ASKING, "failed", "2022-07-04 09:00", None),
    ],
)
def test_what_a_clock_that_was_ahead_left_out_is_planned_again(
    state: S, reason: str, now: str, expected: Step | None
) -> None:
    assert step(replace(notice(state), reason=reason), now) == expected


def test_nothing_goes_before_the_desk_opens() -> None:
    early = notice(due="2022-06-30 10:00")
    assert step(early, "2022-06-30 10:00", minutes=6000) is None
    assert step(early, "2022-07-01 08:00", minutes=6000) == Step(S.SENDING)


@pytest.mark.parametrize(
    ("what", "now", "expected"),
    [
        (notice(), "2022-07-01 09:00", ["2022-07-06 10:00", "2022-07-04 10:00"]),
        (notice(due="2022-07-04 22:00"), "2022-07-04 23:00", ["2022-07-06 10:00", "2022-07-05 08:00"]),
        (notice(S.SENDING), "2022-07-04 21:00", ["2022-07-06 10:00", "2022-07-05 08:00"]),
        (notice(S.PAUSED), "2022-07-04 21:00", ["2022-07-06 10:00"]),
        (notice(S.ASKING), "2022-07-04 21:00", ["2022-07-06 10:00"]),
    ],
)
def test_when_something_is_to_be_done_is_known_beforehand(what: Notice, now: str, expected: list[str]) -> None:
    assert list(moments(what, at(LATER), SEASON, at(now))) == [at(moment) for moment in expected]
