"""The command that lists notices, shows how far one has come, follows it, and stops it."""

import os
import pty
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

from bot.cli import main
from bot.store.models import DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.fakes import MONDAY
from tests.bot.noticing import Newsroom
from tests.conftest import ROOT

PATIENCE_SECONDS = 30
MEMBERS = [{"name": "佐藤", "login": "sato"}, {"name": "鈴木", "login": "suzuki", "roles": ["staff", "lead"]}]


@pytest.fixture
def settings_file(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", database)
    values = {
        "clock": {"start": MONDAY.isoformat()},
        "knowledge": {"folder": str(ROOT / "knowledge"), "cache": str(ROOT / "var" / "index")},
        "staff": {"members": MEMBERS},
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    return str(path)


@pytest.fixture
def room(store: Store, book: Book, engine: Engine) -> Newsroom:
    """A desk that is sending a notice to three."""
    subscribe(engine, [("telegram", str(number)) for number in range(3)], NoticeTopic.SEMINAR)
    room = Newsroom(store, book)
    room.approved()
    room.tick()
    return room


def told(settings_file: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str], str]:
    capsys.readouterr()
    status = main(["--config", settings_file, "notices", *options])
    out, err = capsys.readouterr()
    return status, out.splitlines(), err


def test_it_lists_the_season_with_what_became_of_each(
    settings_file: str, room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines, _ = told(settings_file, capsys)
    assert (status, lines[-1]) == (0, f"{len(lines) - 1}件")
    assert "1\t2022-07-04 09:00\t送信中\tセミナー\t会場\t0/3人" in lines
    assert any("2023-03-31 10:00\t予定\tデスク便り\t" in line for line in lines)


def test_it_shows_the_report_with_reasons_and_the_history(
    settings_file: str, room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    room.end(1, DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.UNKNOWN, error="blocked")
    room.tick()
    _, lines, _ = told(settings_file, capsys, "show", "1")
    assert lines[:9] == [
        "1\t2022-07-04 09:00\t送信済み\tセミナー\t会場",
        "宛先\t3人",
        "届いた\t1人",
        "これから\t0人",
        "届かなかった\t1人",
        "分からない\t1人",
        "途中で登録をやめた\t0人",
        "送るのをやめた\t0人",
        "\t受け取る人がデスクをブロックしています\t1人",
    ]
    assert lines[9].split("\t")[1:] == ["telegram", "2"]
    assert [line.split("\t")[1:] for line in lines[10:]] == [
        ["佐藤", "下書きを作りました"],
        ["佐藤", "承認を求めました"],
        ["鈴木", "承認しました"],
        ["-", "送り始めました"],
        ["-", "送り終えました"],
    ]


@pytest.mark.parametrize(
    ("action", "state"), [("pause", OccurrenceState.PAUSED), ("cancel", OccurrenceState.CANCELLED)]
)
def test_what_is_being_sent_is_stopped(
    settings_file: str, room: Newsroom, capsys: pytest.CaptureFixture[str], action: str, state: OccurrenceState
) -> None:
    status, lines, _ = told(settings_file, capsys, action, "1", "--by", "suzuki")
    assert (status, lines, room.state(1)) == (0, [f"1\t{room.book.phrase(f'notice_state_{state}')}"], state)


def test_what_was_paused_goes_on_by_those_who_may(
    settings_file: str, room: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    told(settings_file, capsys, "pause", "1", "--by", "sato")
    status, lines, trouble = told(settings_file, capsys, "resume", "1", "--by", "sato")
    assert (status, lines, trouble.strip()) == (2, [], room.book.phrase("notice_refused_not_allowed"))
    assert told(settings_file, capsys, "resume", "1", "--by", "suzuki")[:2] == (0, ["1\t送信中"])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("show", "99"), "missing"),
        (("pause", "99", "--by", "sato"), "missing"),
        (("pause", "1", "--by", "x"), "stranger"),
    ],
)
def test_what_cannot_be_done_is_said(
    settings_file: str, room: Newsroom, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], reason: str
) -> None:
    status, lines, trouble = told(settings_file, capsys, *options)
    assert (status, lines, trouble.strip()) == (2, [], room.book.phrase(f"notice_refused_{reason}", login="x"))


@contextmanager
def watching(settings_file: str, errors: int) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that watches the notice."""
    command = [sys.executable, "-m", "bot", "--config", settings_file, "notices", "watch", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT) as process:
        ending = threading.Timer(PATIENCE_SECONDS, process.kill)
        ending.start()
        yield process
        assert process.wait() == 0
        ending.cancel()


def test_watching_in_a_pipe_gives_a_line_whenever_something_changed(settings_file: str, room: Newsroom) -> None:
    with watching(settings_file, subprocess.STDOUT) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        room.end(1, DeliveryState.SENT)
        second = process.stdout.readline()
        room.tick()
        rest = process.stdout.read()
    assert [first, second, rest] == [
        "送信中\t0/3人\t届いた 0人\n",
        "送信中\t3/3人\t届いた 3人\n",
        "送信済み\t3/3人\t届いた 3人\n",
    ]


def test_watching_in_a_terminal_shows_a_bar_and_at_the_end_a_line(settings_file: str, room: Newsroom) -> None:
    screen, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    room.end(1, DeliveryState.SENT)
    with watching(settings_file, theirs) as process:
        os.close(theirs)
        shown = b""
        while b"3/3" not in shown:
            shown += os.read(screen, 4096)
        room.tick()
        assert process.stdout is not None
        assert process.stdout.read() == "送信済み\t3/3人\t届いた 3人\n"
    os.close(screen)
    assert "会場: 100%" in shown.decode()
