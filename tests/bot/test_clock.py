"""The clocks."""

import time
from datetime import UTC, datetime, timedelta

from bot.clock import JAPAN, RealClock, RunningClock, clock_from

START = datetime(2022, 7, 4, 9, 0, tzinfo=JAPAN)


def test_a_running_clock_starts_where_it_is_set_and_runs_on() -> None:
    clock = RunningClock(START)
    first = clock.now()
    time.sleep(0.02)
    assert START <= first < clock.now() < START + timedelta(seconds=5)
    assert first.tzinfo is UTC


def test_a_fast_clock_runs_as_many_times_faster() -> None:
    clock = RunningClock(START, speed=86_400)
    time.sleep(0.05)
    assert clock.now() > START + timedelta(hours=1)


def test_without_a_start_the_real_time_is_used() -> None:
    assert abs(clock_from(None, 1.0).now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert isinstance(clock_from(None, 1.0), RealClock)


def test_with_a_start_the_clock_runs_from_it() -> None:
    assert abs(clock_from(START, 1.0).now() - START) < timedelta(seconds=5)
