"""The command line as a person meets it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.bot.site import free_port

ROOT = Path(__file__).parents[2]


class Shell:
    """Runs `python -m bot` with settings and a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.environ = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "DESK__LOG__FORMAT": "json",
            "DESK__LOG__LEVEL": "debug",
            "PYTHONWARNINGS": "error",
        }

    def __call__(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, input=typed, capture_output=True, text=True, timeout=120
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_help_names_every_command(shell: Shell) -> None:
    shown = shell("--help").stdout
    for command in ("run", "chat", "ask", "questions", "check", "evaluate", "migrate"):
        assert command in shown


@pytest.mark.parametrize("command", ["run", "chat", "questions"])
def test_without_a_migrated_database_a_command_names_the_one_that_mends_it(shell: Shell, command: str) -> None:
    done = shell(command)
    assert done.returncode == 2
    assert "python -m bot migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_makes_the_database_ready(shell: Shell) -> None:
    assert shell("migrate").returncode == 0
    assert shell("migrate").returncode == 0
    questions = shell("questions")
    assert (questions.returncode, questions.stdout) == (0, "0件\n")


def test_broken_settings_are_told_all_at_once_without_a_traceback(shell: Shell, tmp_path: Path) -> None:
    broken = tmp_path / "config.yaml"
    broken.write_text("nope: 1\nlog:\n  level: loud\n", encoding="utf-8")
    shell.environ["DESK__CHANNELS__WEB__PORT"] = "many"
    done = shell("--config", str(broken), "questions")
    assert done.returncode == 2
    assert "config.yaml:1: nope" in done.stderr
    assert "DESK__CHANNELS__WEB__PORT: channels.web.port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_opened_is_told_without_its_password(shell: Shell) -> None:
    shell.environ["DATABASE_URL"] = "mysql://desk:geheim@nowhere/desk"
    done = shell("migrate")
    assert done.returncode == 2
    assert "geheim" not in done.stderr
    assert "Traceback" not in done.stderr


def test_the_shipped_settings_and_content_have_no_faults(shell: Shell) -> None:
    done = shell("check")
    assert (done.stdout, done.returncode) == ("誤りはありません。\n", 0)


def test_check_tells_faults_of_settings_beside_those_of_content(shell: Shell, tmp_path: Path) -> None:
    shell.environ["DESK__NOPE"] = "1"
    done = shell("check")
    assert done.returncode == 1
    assert "DESK__NOPE: nope: この名前の設定はありません" in done.stdout


def test_a_question_is_answered_in_words(shell: Shell) -> None:
    done = shell("ask", "セミナーの参加費はいくらですか")
    assert done.returncode == 0
    assert "無料" in done.stdout


def test_a_question_is_answered_at_the_time_asked_for_as_json_with_reasons(shell: Shell) -> None:
    import json

    done = shell("ask", "次のセミナーはいつですか", "--at", "2022-09-08T09:00", "--json", "--explain")
    line = json.loads(done.stdout)
    assert line["outcome"] == "answer"
    assert "9月21日" in line["text"]
    assert line["explanation"]


def test_a_batch_goes_on_after_broken_lines_and_says_so(shell: Shell, tmp_path: Path) -> None:
    import json

    batch = tmp_path / "batch.jsonl"
    good = '{"id": "a", "at": "2022-07-04T09:00:00+09:00", "turns": [], "text": "参加費はいくらですか"}'
    batch.write_bytes(b'{"id": "bad", "text": "\xff"}\n' + good.encode() + b"\n{\n")
    done = shell("ask", "--batch", str(batch))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [line["id"] for line in lines] == [None, "a", None]
    assert [line.get("line") for line in lines] == [1, None, 3]
    assert lines[1]["outcome"] == "answer"


def test_asking_needs_no_database(shell: Shell, tmp_path: Path) -> None:
    shell.environ["DATABASE_URL"] = "sqlite:////proc/no/desk.sqlite3"
    assert shell("ask", "こんにちは").returncode == 0


def test_evaluating_prints_the_figures(shell: Shell, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"id": "a", "style": "terse", "at": "2022-07-04T09:00:00+09:00", "turns": [], '
        '"text": "セミナーの参加費はいくらですか", "expect": "answer", "must": ["無料"], "must_not": []}\n',
        encoding="utf-8",
    )
    done = shell("evaluate", str(questions))
    assert done.returncode == 0
    assert "right answers %            100.0" in done.stdout


def test_a_conversation_in_the_terminal_is_kept(shell: Shell) -> None:
    shell("migrate")
    done = shell("chat", typed="セミナーの参加費はいくらですか\n駐車場はありますか\n")
    assert done.returncode == 0, done.stderr
    assert "無料" in done.stdout
    assert "駐車場" in shell("questions").stdout


@pytest.mark.parametrize("processes", [0, 2])
def test_the_desk_runs_answers_and_stops_in_order_without_logging_what_was_said(
    shell: Shell, tmp_path: Path, processes: int
) -> None:
    shell("migrate")
    port = free_port()
    shell.environ["DESK__CHANNELS__WEB__PORT"] = str(port)
    shell.environ["DESK__KNOWLEDGE__PROCESSES"] = str(processes)
    log = tmp_path / "log"
    with log.open("w") as written:
        running = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=shell.environ, stderr=written)
        try:
            reply = _ask(f"http://127.0.0.1:{port}", "セミナーの参加費はいくらですか")
        finally:
            running.send_signal(signal.SIGTERM)
            status = running.wait(20)
    assert "無料" in reply
    assert status == 0
    told = log.read_text(encoding="utf-8")
    assert '"event": "serving"' in told
    assert '"event": "stopped"' in told
    assert "参加費" not in told
    assert "Traceback" not in told
    assert "process beside" not in told


def test_a_desk_that_is_killed_leaves_no_process_behind(shell: Shell) -> None:
    shell("migrate")
    shell.environ |= {"DESK__CHANNELS__WEB__PORT": (port := str(free_port())), "DESK__KNOWLEDGE__PROCESSES": "2"}
    command = [sys.executable, "-m", "bot", "run"]
    running = subprocess.Popen(command, cwd=ROOT, env=shell.environ, stderr=subprocess.PIPE, text=True)
    _ask(f"http://127.0.0.1:{port}", "セミナーの参加費はいくらですか")
    running.kill()
    # Whoever is left would keep this open.
    running.communicate(timeout=20)


def _ask(url: str, text: str) -> str:
    """Ask as a browser would, as soon as the desk answers."""
    with httpx.Client(base_url=url, headers={"origin": url}, timeout=30) as browser:
        deadline = time.monotonic() + 60
        while True:
            try:
                browser.get("/").raise_for_status()
                break
            except httpx.ConnectError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        browser.post("/api/messages", json={"key": "12345678", "text": text}).raise_for_status()
        items: list[dict[str, str]] = []
        while len(items) < 2:
            assert time.monotonic() < deadline
            items = browser.get("/api/conversation", params={"wait": 1}).json()["items"]
        return items[1]["text"]


def test_a_port_in_use_is_told(shell: Shell) -> None:
    shell("migrate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        shell.environ["DESK__CHANNELS__WEB__PORT"] = str(taken.getsockname()[1])
        done = shell("run")
    assert done.returncode == 2
    assert "DESK__CHANNELS__WEB__PORT" in done.stderr
    assert "Traceback" not in done.stderr
