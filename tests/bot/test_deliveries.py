"""The command that lists what did not arrive for sure, and settles it."""

from pathlib import Path

import pytest

from bot.cli import main
from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.transactions import Store
from handlers.effects import Reply
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import Kept

SECRET = "消えてしまいたい"


@pytest.fixture
def settings_file(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", database)
    path = tmp_path / "config.yaml"
    path.write_text("clock:\n  start: 2022-07-04T09:00:00+09:00\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def unknown(store: Store) -> int:
    """A delivery that nobody knows about; another one waits."""
    kept = Kept(store)
    kept.settle(message(SECRET, "k1"), Reply(SECRET))
    (claimed,) = kept.claim()
    kept.do(outbox.doubt, claimed, UNLIMITED, MONDAY, None, "timeout")
    kept.settle(message("二", "k2", "b"), Reply("二"))
    return claimed.id


def command(settings_file: str, *options: str) -> int:
    return main(["--config", settings_file, "deliveries", *options])


def test_it_lists_what_is_unknown_failed_or_waiting_and_counts_all(
    settings_file: str, unknown: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(settings_file) == 0
    first, second, counts = capsys.readouterr().out.splitlines()
    assert first.split("\t") == [str(unknown), "unknown", "2022-07-04 09:00", "fake", "a", "1回", "timeout"]
    assert second.split("\t")[1:4] == ["queued", "2022-07-04 09:00", "fake"]
    assert counts == "queued 1  sending 0  sent 0  failed 0  cancelled 0  unknown 1   計 2"
    assert SECRET not in first


def test_it_lists_one_state_alone(settings_file: str, unknown: int, capsys: pytest.CaptureFixture[str]) -> None:
    command(settings_file, "--state", "unknown")
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[:-1]] == [str(unknown)]


@pytest.mark.parametrize(("verdict", "state"), [("sent", "sent"), ("again", "queued"), ("drop", "cancelled")])
def test_an_operator_settles_an_unknown_one(
    settings_file: str, unknown: int, capsys: pytest.CaptureFixture[str], verdict: str, state: str
) -> None:
    assert command(settings_file, "--settle", str(unknown), "--as", verdict) == 0
    assert capsys.readouterr().out == f"{unknown}\t{state}\n"


def test_what_cannot_be_settled_is_told_with_what_to_do(
    settings_file: str, unknown: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(settings_file, "--settle", str(unknown)) == 2
    assert "--as に sent、again、drop" in capsys.readouterr().err
    assert command(settings_file, "--settle", "999", "--as", "drop") == 2
    assert "一覧で確かめて" in capsys.readouterr().err
