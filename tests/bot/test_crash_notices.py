"""A desk killed while a notice goes out forgets nobody, and doubles nothing but what nobody can know of."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.models import DeliveryState
from tests.bot.broadcast_reckoning import BroadcastCourse, BroadcastFaults
from tests.bot.broadcasting import BLOCKED, BroadcastPlan, Policy, crash_a_broadcast
from tests.bot.outposts import OUTPOSTS

RECIPIENTS, KILLS = 500, 8
IN_FLIGHT = 8
ALL_REACHED = {DeliveryState.SENT: RECIPIENTS - RECIPIENTS // BLOCKED, DeliveryState.FAILED: RECIPIENTS // BLOCKED}


def course_of(channel: str, unknown: Policy, database: str, engine: Engine, folder: Path, seed: int) -> BroadcastCourse:
    with OUTPOSTS[channel]() as outpost:
        return crash_a_broadcast(outpost, database, engine, folder, BroadcastPlan(RECIPIENTS, KILLS, seed, unknown))


@pytest.mark.parametrize("seed", [31])
def test_what_is_held_comes_once_or_is_left_to_staff(database: str, engine: Engine, tmp_path: Path, seed: int) -> None:
    course = course_of("telegram", "hold", database, engine, tmp_path, seed)
    assert course.faults() == BroadcastFaults()
    assert course.duplicates() == 0
    assert set(course.states) == {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN}
    assert course.kills_underway >= KILLS // 2


@pytest.mark.parametrize("seed", [32])
def test_what_is_sent_again_doubles_no_more_than_was_underway(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    course = course_of("telegram", "resend", database, engine, tmp_path, seed)
    assert course.faults() == BroadcastFaults()
    assert course.most_duplicates() <= IN_FLIGHT
    assert course.states == ALL_REACHED


@pytest.mark.parametrize("seed", [33])
def test_what_can_be_read_back_comes_once_to_everybody(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    course = course_of("slack", "hold", database, engine, tmp_path, seed)
    assert course.faults() == BroadcastFaults()
    assert course.duplicates() == 0
    assert course.states == ALL_REACHED
