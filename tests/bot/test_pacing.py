"""Limits are held in every window of the platform's, whatever the way of a send."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Limit, free_at, remembered, room
from tests.bot.fakes import MONDAY

CHAT = (Limit(1, 1.0), Limit(20, 60.0))


def at(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


def test_without_limits_there_is_always_room() -> None:
    assert room((), (), 500, MONDAY) is None
    assert free_at((), [MONDAY]) is None
    assert remembered(()) == 0


def test_room_is_what_is_neither_underway_nor_within_the_window() -> None:
    limits = (Limit(5, 1.0),)
    ended = [at(0.1), at(0.9), at(1.5)]
    assert room(limits, ended, 1, at(1.05)) == 5 - 1 - 3
    assert room(limits, ended, 1, at(1.1)) == 5 - 1 - 2
    assert room(limits, ended, 9, at(9)) == 0


def test_the_strictest_limit_says_when_the_next_may_begin() -> None:
    assert free_at(CHAT, []) is None
    assert free_at(CHAT, [at(3)]) == at(4)
    assert free_at(CHAT, [at(n) for n in range(20)]) == at(60)
    assert remembered(CHAT) == 20


durations = st.floats(0.0, 3.0)


@given(st.lists(st.tuples(durations, durations, st.floats(0.0, 1.0)), min_size=1, max_size=60))
def test_no_window_of_the_platform_holds_more_than_the_limit(sends: list[tuple[float, float, float]]) -> None:
    """Each send waits, takes its time, and is counted by the platform at some point on its way."""
    limits, now, ended, counted = (Limit(3, 1.0),), MONDAY, [], []
    for waits, takes, where in sends:
        begin = max(now + timedelta(seconds=waits), free_at(limits, ended) or now)
        counted.append(begin + timedelta(seconds=takes * where))
        now = begin + timedelta(seconds=takes)
        ended.append(now)
    for first in counted:
        assert sum(first <= moment < first + timedelta(seconds=1) for moment in counted) <= 3
