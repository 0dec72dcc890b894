"""Desks as processes of their own: started, waited for, killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.config import ROLES

ROOT = Path(__file__).parents[2]
# So that what a killed desk held is free again soon.
QUICK = {"lease_seconds": 1.5, "hold_seconds": 1.0, "read_back_seconds": 0.2}
PATIENCE_SECONDS = 60.0
OURS = ("DESK__", "TELEGRAM_", "SLACK_")


@dataclass(frozen=True)
class Setup:
    """How a desk is set up: `folder` takes its settings and its log, `channels`, `delivery` and `staff` are sections.

    `others` are further sections by name. Where there are staff or notices, the real decisions answer.
    """

    folder: Path
    database: str = field(repr=False)
    channels: Mapping[str, Any]
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    delivery: Mapping[str, Any] = field(default_factory=dict)
    roles: Sequence[str] = ROLES
    thinking: float = 0.0
    staff: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Any] = field(default_factory=dict)

    def start(self) -> subprocess.Popen[bytes]:
        """A new process of it; its log goes on where the last one's ended."""
        file = self.folder / "config.yaml"
        settings = {
            "channels": self.channels,
            "delivery": self.delivery,
            "staff": self.staff,
            "limits": {"messages_per_minute": 1000},
            "log": {"format": "json"},
            **self.others,
        }
        file.write_text(yaml.safe_dump(settings), encoding="utf-8")
        given = [str(file), "--only", ",".join(self.roles), "--thinking", str(self.thinking)]
        given += ["--tickets"] if self.staff or "notices" in self.others else []
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.bot.served", *given],
                cwd=ROOT,
                env={**surroundings(), "DATABASE_URL": self.database, **self.tokens},
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> Path:
        return self.folder / "desk.log"


def surroundings() -> dict[str, str]:
    """The environment without anything that would set up a desk: a token in it belongs to a real bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@contextmanager
def running(desk: Setup) -> Iterator[int]:
    """A desk that is killed, not stopped, at the end; the number of its process."""
    with desk.start() as process:
        try:
            yield process.pid
        finally:
            process.kill()


def beside(process: int) -> list[int]:
    """The processes that it began, and that these began, as Linux tells it (proc_pid_children(5))."""
    try:
        lists = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    begun = [int(number) for some in lists for number in some.split()]
    return [*begun, *(other for one in begun for other in beside(one))]


def until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Return once it is so. Raises AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)


def answers(port: int) -> bool:
    """Whether a desk serves on this port."""
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False)
    except httpx.TransportError:
        return False
    return True
