"""When staff are there: weekdays from nine to five in Japan time, without public holidays and closures."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.hours import LONGEST_CLOSURE_DAYS, BusinessHours, Closure
from tests.moments import at, day

HOURS = BusinessHours(closures=(Closure(day("2022-12-29"), day("2023-01-03")),))
SECONDS_OF_THE_SEASON = 395 * 24 * 60 * 60
MOMENTS = st.integers(0, SECONDS_OF_THE_SEASON).map(
    lambda second: at("2022-04-01 00:00") + dt.timedelta(seconds=second)
)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2022-07-04 08:59:59", False),
        ("2022-07-04 09:00", True),
        ("2022-07-04 12:30", True),
        ("2022-07-04 16:59:59", True),
        ("2022-07-04 17:00", False),
        ("2022-07-02 12:00", False),
        ("2022-07-03 12:00", False),
        ("2022-07-18 12:00", False),
        ("2022-08-11 12:00", False),
        ("2022-09-23 12:00", False),
        ("2022-12-28 12:00", True),
        ("2022-12-29 12:00", False),
        ("2023-01-03 12:00", False),
        ("2023-01-04 12:00", True),
        ("2023-01-09 12:00", False),
    ],
)
def test_staff_are_there_in_business_hours(moment: str, is_open: bool) -> None:
    assert HOURS.is_open(at(moment)) is is_open


def test_the_zone_of_a_moment_does_not_matter() -> None:
    assert HOURS.is_open(dt.datetime(2022, 7, 4, 0, 0, tzinfo=dt.UTC))
    assert not HOURS.is_open(dt.datetime(2022, 7, 4, 9, 0, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2022-07-04 12:34", "2022-07-04 12:34"),
        ("2022-07-04 03:00", "2022-07-04 09:00"),
        ("2022-07-04 16:59:59", "2022-07-04 16:59:59"),
        ("2022-07-04 17:00", "2022-07-05 09:00"),
        ("2022-07-01 17:00", "2022-07-04 09:00"),
        ("2022-07-15 17:00", "2022-07-19 09:00"),
        ("2022-07-18 03:00", "2022-07-19 09:00"),
        ("2022-05-02 18:00", "2022-05-06 09:00"),
        ("2022-12-28 17:00", "2023-01-04 09:00"),
        ("2023-01-01 00:00", "2023-01-04 09:00"),
    ],
)
def test_when_staff_are_there_next(moment: str, opens: str) -> None:
    assert HOURS.next_open(at(moment)) == at(opens)


def test_a_desk_that_never_opens_is_looked_ahead_at_only_so_far() -> None:
    closed = BusinessHours(closures=(Closure(day("2022-01-01"), day("2023-12-31")),))
    found = closed.next_open(at("2022-07-04 12:00"))
    assert found == at("2022-07-05 09:00") + dt.timedelta(days=LONGEST_CLOSURE_DAYS)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2022-07-04 09:00", "2022-07-04 09:00", 0),
        ("2022-07-04 09:00", "2022-07-04 10:30", 90),
        ("2022-07-04 10:30", "2022-07-04 09:00", 0),
        ("2022-07-04 00:00", "2022-07-05 00:00", 480),
        ("2022-07-04 16:59", "2022-07-04 17:01", 1),
        ("2022-07-04 16:59", "2022-07-05 09:01", 2),
        ("2022-07-01 16:00", "2022-07-04 10:00", 120),
        ("2022-07-02 10:00", "2022-07-03 16:00", 0),
        ("2022-07-15 16:00", "2022-07-19 10:00", 120),
        ("2022-12-28 16:00", "2023-01-04 10:00", 120),
        ("2022-07-04 09:00", "2022-07-11 09:00", 5 * 480),
        ("2022-10-28 16:00", "2022-10-31 10:00", 120),
    ],
)
def test_how_much_business_time_has_gone_by(since: str, until: str, minutes: int) -> None:
    assert HOURS.elapsed(at(since), at(until)) == dt.timedelta(minutes=minutes)


def test_a_desk_may_keep_other_hours() -> None:
    evening = BusinessHours(dt.time(17, 30), dt.time(20))
    assert evening.is_open(at("2022-07-04 17:30"))
    assert not evening.is_open(at("2022-07-04 17:29"))
    assert evening.elapsed(at("2022-07-04 00:00"), at("2022-07-06 00:00")) == dt.timedelta(hours=5)


@given(moments=st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
def test_business_time_adds_up(moments: list[dt.datetime]) -> None:
    first, middle, last = moments
    whole = HOURS.elapsed(first, last)
    assert HOURS.elapsed(first, middle) + HOURS.elapsed(middle, last) == whole
    assert dt.timedelta() <= whole <= last - first


@given(moment=MOMENTS)
def test_the_next_opening_is_open_and_no_business_time_lies_before_it(moment: dt.datetime) -> None:
    opens = HOURS.next_open(moment)
    assert HOURS.is_open(opens)
    assert HOURS.elapsed(moment, opens) == dt.timedelta()
