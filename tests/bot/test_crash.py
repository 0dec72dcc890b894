"""A process killed in the middle of its work loses nothing and doubles nothing."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from tests.bot.site import free_port, post, said

ROOT = Path(__file__).parents[2]


@contextmanager
def process(database: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A desk that is killed, not stopped, at the end."""
    command = [sys.executable, "-m", "tests.bot.served", database, str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            wait_until_it_answers(port)
            yield running
        finally:
            running.kill()


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the desk does not answer")


@pytest.mark.parametrize("patience", [0.0, 0.06, 0.2])
def test_every_acknowledged_message_is_answered_once_after_a_kill(
    database: str, engine: Engine, patience: float
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=30) as browser:
        with process(database, port) as running:
            browser.get("/")
            for number in range(8):
                assert post(browser, str(number), f"key-{number:04}").status_code == 202
            time.sleep(patience)
            running.kill()
        with process(database, port):
            for number in range(8):
                assert post(browser, str(number), f"key-{number:04}").status_code == 202
            lines = said(browser, 16)
            time.sleep(0.5)
            assert len(said(browser, 16)) == 16
    mine = [line["text"] for line in lines if line["who"] == "you"]
    replies = [str(line["text"]).partition("ですね")[0] for line in lines if line["who"] == "desk"]
    assert mine == replies == [str(number) for number in range(8)]
