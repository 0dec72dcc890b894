"""Quiet hours, in Japan time."""

import datetime as dt

import pytest

from knowledge.quiet import Quiet
from tests.moments import at

NIGHT = Quiet(dt.time(21), dt.time(8))


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        ("2022-07-04 20:59", False),
        ("2022-07-04 21:00", True),
        ("2022-07-05 00:00", True),
        ("2022-07-05 07:59", True),
        ("2022-07-05 08:00", False),
    ],
)
def test_the_night_is_quiet_over_midnight(moment: str, is_quiet: bool) -> None:
    assert NIGHT.holds(at(moment)) is is_quiet
    assert NIGHT.holds(at(moment).astimezone(dt.UTC)) is is_quiet


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        ("2022-12-31 22:15", "2023-01-01 08:00"),
        ("2023-01-01 03:00", "2023-01-01 08:00"),
        ("2023-01-01 12:00", "2023-01-01 12:00"),
    ],
)
def test_it_ends_in_the_morning(moment: str, ends: str) -> None:
    assert NIGHT.ends_after(at(moment)) == at(ends)


def test_it_can_lie_within_a_day_or_be_nothing() -> None:
    noon = Quiet(dt.time(12), dt.time(13))
    assert [noon.holds(at(f"2022-07-04 {time}")) for time in ("11:59", "12:00", "13:00")] == [False, True, False]
    assert noon.ends_after(at("2022-07-04 12:30")) == at("2022-07-04 13:00")
    assert not Quiet(dt.time(8), dt.time(8)).holds(at("2022-07-04 08:00"))
