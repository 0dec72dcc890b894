"""A desk killed while tickets are in flight loses none, and staff and participants see the same end."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.bot.crashing import Plan
from tests.bot.platforms import WAYS
from tests.bot.rooms import room_on
from tests.bot.ticket_reckoning import TicketCourse, TicketFaults
from tests.bot.ticketing import LONGEST_WORK, course_of_several, crash_with_tickets, staffed_desk_on

KILLS = 3
PEOPLE = 4
IN_FLIGHT = 8
TELEGRAM = {"sqlite": "telegram poll", "postgresql": "telegram webhook"}
SLACK = {"sqlite": "slack socket", "postgresql": "slack http"}


def course_of(way: str, database: str, engine: Engine, folder: Path, seed: int) -> TicketCourse:
    with WAYS[way]() as platform:
        room = room_on(platform)
        room.open()
        desk = staffed_desk_on(platform, room, database, folder)
        return crash_with_tickets(desk, platform, room, engine, Plan(KILLS, seed, PEOPLE, work=LONGEST_WORK))


@pytest.mark.parametrize("seed", [21])
def test_no_ticket_is_lost_on_telegram_and_only_what_was_underway_is_doubled(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    course = course_of(TELEGRAM[engine.dialect.name], database, engine, tmp_path, seed)
    assert len(course.questions) >= PEOPLE
    assert course.faults() == TicketFaults()
    assert course.duplicates() <= IN_FLIGHT * KILLS


@pytest.mark.parametrize("seed", [22])
def test_no_ticket_is_lost_and_none_doubled_on_slack(database: str, engine: Engine, tmp_path: Path, seed: int) -> None:
    course = course_of(SLACK[engine.dialect.name], database, engine, tmp_path, seed)
    assert len(course.questions) >= PEOPLE
    assert course.faults() == TicketFaults()
    assert (course.duplicates(), course.card_copies()) == (0, 0)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_processes_on_one_database_show_every_card_and_post_once(
    database: str, engine: Engine, tmp_path: Path
) -> None:
    with WAYS["slack socket"]() as platform:
        room = room_on(platform)
        desks = [staffed_desk_on(platform, room, database, tmp_path / name) for name in ("one", "other")]
        course = course_of_several(desks, platform, room, engine, PEOPLE)
    assert len(course.questions) >= PEOPLE
    assert course.faults() == TicketFaults()
    assert (course.duplicates(), course.card_copies()) == (0, 0)
    logs = [desk.log.read_text("utf-8") for desk in desks]
    assert all('"event": "delivery"' in log for log in logs)
