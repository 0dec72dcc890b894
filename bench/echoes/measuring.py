"""One run: messages posted to a bot, and when each was acknowledged, stored and answered."""

import json
import pickle
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

PLATFORM = 18800
PLATFORM_URL = f"http://127.0.0.1:{PLATFORM}"
PATIENCE_SECONDS = 120.0
GLANCE_SECONDS = 0.003
STORED = """
select delivery.id, conversation.address from delivery join conversation on conversation.id = conversation_id
where delivery.id > ? order by delivery.id
"""


@dataclass(frozen=True)
class Run:
    """Seconds of the steady clock: when each was due and acknowledged, and when it was stored and posted, by chat."""

    due: list[float]
    acknowledged: list[float]
    stored: dict[str, float]
    posted: dict[str, float]

    def rate(self, answered: dict[str, float]) -> float:
        """Messages a second."""
        return len(answered) / (max(answered.values()) - min(self.due))


class Watch:
    """Looks into the desk's database from outside, and notes when each chat's answer was first there."""

    def __init__(self, database: Path) -> None:
        self.stored: dict[str, float] = {}
        self._database = database
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        with closing(sqlite3.connect(self._database, isolation_level=None)) as connection:
            (last,) = connection.execute("select coalesce(max(id), 0) from delivery").fetchone()
            while not self._ended.wait(GLANCE_SECONDS):
                for number, chat in connection.execute(STORED, (last,)).fetchall():
                    self.stored.setdefault(chat, time.monotonic())
                    last = number


def post(port: int, requests: Sequence[bytes], rate: float) -> tuple[list[float], list[float]]:
    """Post them from a process of its own: when each was due and acknowledged."""
    command = [sys.executable, "-m", "bench.load", str(port), str(rate)]
    done = subprocess.run(command, input=pickle.dumps(list(requests)), capture_output=True, check=True)
    told: list[tuple[float, float, int]] = pickle.loads(done.stdout)
    if {status for _, _, status in told} != {200}:
        raise SystemExit(f"not all were acknowledged: {sorted({status for _, _, status in told})}")
    return [due for due, _, _ in told], [at for _, at, _ in told]


def posts() -> list[tuple[str, float]]:
    """All posts that the platform got so far."""
    with urllib.request.urlopen(f"{PLATFORM_URL}/posts") as answer:
        return [(chat, at) for chat, at in json.load(answer)]


def ensure_decided(database: Path) -> None:
    """An apology for a message that could not be decided is no answer. Raises SystemExit where there is one."""
    with closing(sqlite3.connect(database)) as connection:
        (aside,) = connection.execute("select count(*) from inbound where state = 'set_aside' or tries > 0").fetchone()
    if aside:
        raise SystemExit(f"{aside} messages could not be decided at the first try")


def measure(port: int, requests: Sequence[bytes], database: Path, rate: float = 0) -> Run:
    """Post messages (all at once, or `rate` a second) and wait for an answer to each."""
    before = len(posts())
    with Watch(database) as watch:
        due, acknowledged = post(port, requests, rate)
        ended = time.monotonic() + PATIENCE_SECONDS
        while len({chat for chat, _ in posts()[before:]}) < len(requests):
            if time.monotonic() > ended:
                raise SystemExit("not all were answered")
            time.sleep(0.1)
    first = dict(reversed(posts()[before:]))
    return Run(due, acknowledged, watch.stored, first)
