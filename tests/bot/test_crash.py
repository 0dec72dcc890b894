"""A desk killed in the middle of its work loses nothing, and doubles only what nobody can know of."""

import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from tests.bot.crashing import Plan, crash, desk_on
from tests.bot.platforms import WAYS, telegram
from tests.bot.processes import QUICK, Setup, answers, running, until
from tests.bot.reckoning import Faults
from tests.bot.site import free_port, post, said
from tests.fakes.telegram_world import REAL_RATES

KILLS = 3
IN_FLIGHT = 8
TELEGRAM = {"sqlite": "telegram poll", "postgresql": "telegram webhook"}
SLACK = {"sqlite": "slack socket", "postgresql": "slack http"}


@pytest.mark.parametrize("patience", [0.0, 0.06, 0.2])
def test_every_acknowledged_message_is_answered_once_after_a_kill(
    database: str, engine: Engine, tmp_path: Path, patience: float
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    desk = Setup(tmp_path, database, {"web": {"port": port}}, delivery=QUICK, thinking=0.05)
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=30) as browser:
        with running(desk):
            until(lambda: answers(port), "the desk serves")
            browser.get("/")
            for number in range(8):
                assert post(browser, str(number), f"key-{number:04}").status_code == 202
            time.sleep(patience)
        with running(desk):
            until(lambda: answers(port), "the desk serves")
            for number in range(8):
                assert post(browser, str(number), f"key-{number:04}").status_code == 202
            lines = said(browser, 16)
            time.sleep(0.5)
            assert len(said(browser, 16)) == 16
    mine = [line["text"] for line in lines if line["who"] == "you"]
    replies = [str(line["text"]).partition("ですね")[0] for line in lines if line["who"] == "desk"]
    assert mine == replies == [str(number) for number in range(8)]


@pytest.mark.parametrize("seed", [11])
def test_telegram_loses_nothing_and_doubles_only_what_was_underway(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    with WAYS[TELEGRAM[engine.dialect.name]]() as platform:
        course = crash(desk_on(platform, database, tmp_path), platform, engine, Plan(KILLS, seed))
    assert len(course.questions) > KILLS
    assert course.faults() == Faults()
    assert course.most_duplicates() <= IN_FLIGHT


@pytest.mark.parametrize("seed", [12])
def test_slack_loses_nothing_and_doubles_nothing(database: str, engine: Engine, tmp_path: Path, seed: int) -> None:
    with WAYS[SLACK[engine.dialect.name]]() as platform:
        course = crash(desk_on(platform, database, tmp_path), platform, engine, Plan(KILLS, seed))
    assert len(course.questions) > KILLS
    assert course.faults() == Faults()
    assert course.duplicates() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [13])
def test_a_kill_does_not_make_us_write_faster_than_we_may(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    with telegram("poll", REAL_RATES) as platform:
        course = crash(desk_on(platform, database, tmp_path), platform, engine, Plan(KILLS, seed, 40, 40))
        violations = platform.api.world.violations
    assert course.faults() == Faults()
    assert course.most_duplicates() <= IN_FLIGHT
    assert violations == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [14])
def test_processes_that_decide_beside_are_killed_too_and_nothing_is_lost(
    database: str, engine: Engine, tmp_path: Path, seed: int
) -> None:
    with WAYS["slack http"]() as platform:
        desk = desk_on(platform, database, tmp_path, processes=2)
        course = crash(desk, platform, engine, Plan(KILLS, seed))
    assert len(course.questions) > KILLS
    assert course.faults() == Faults()
    assert course.duplicates() == []
    assert "process beside gone" in desk.log.read_text(encoding="utf-8")
