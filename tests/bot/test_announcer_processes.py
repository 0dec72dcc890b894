"""Announcers in processes of their own, at the same time on one database: nothing twice, nothing left out."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from bot.store.transactions import Store
from handlers.notice import Tally
from tests.bot.announcing import Season, edition
from tests.bot.processes import ROOT, surroundings

SUBSCRIBERS = 1100
MOMENTS = ("2022-07-01 09:00", "2022-07-06 10:00")


def start(database: str, folder: Path, sent: Path) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [sys.executable, "-m", "tests.bot.announcing_worker", database, str(folder), str(sent), *MOMENTS]
    return subprocess.Popen(command, cwd=ROOT, env=surroundings(), stdout=subprocess.DEVNULL)


def test_two_processes_tick_together(database: str, store: Store, tmp_path: Path) -> None:
    season = Season(store, edition(tmp_path / "own"))
    season.subscribe(SUBSCRIBERS)
    running = [start(database, tmp_path / str(n), tmp_path / "sent") for n in range(2)]
    assert [one.wait(120) for one in running] == [0, 0]
    lines = (tmp_path / "sent").read_text("utf-8").splitlines()
    everybody = [f"a{n}" for n in range(SUBSCRIBERS)]
    assert Counter(lines) == Counter(f"{who} week 7月13日(水)" for who in everybody)
    assert season.tally(1) == Tally(SUBSCRIBERS, sent=SUBSCRIBERS)
    assert season.history(1) == [("scheduled", ""), ("started", ""), ("finished", "")]
    assert len(season.states()) == 7
