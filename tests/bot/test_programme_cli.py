"""The programme on the command line: what is shown, what is asked, what is done."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine

from bot.cli import main
from bot.store import amendments
from bot.store.transactions import Store
from knowledge.amending import Move
from tests.bot.curating import run
from tests.bot.programmes import Season, season_folder
from tests.moments import day

MEMBERS = [
    {"name": "佐藤", "login": "sato", "roles": ["staff", "curator"]},
    {"name": "鈴木", "login": "suzuki"},
]


@pytest.fixture
def config(tmp_path: Path, database: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    settings: dict[str, Any] = {
        "clock": {"start": "2022-07-04T09:00:00+09:00"},
        "knowledge": {"folder": str(season_folder(tmp_path / "knowledge")), "cache": str(tmp_path / "cache")},
        "staff": {"members": MEMBERS},
        "log": {"level": "error"},
    }
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", database)
    return str(file)


def answered(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("builtins.input", lambda _: answer)


def moves(store: Store) -> list[Move]:
    found: list[Move] = run(store.read(amendments.moves))
    return found


def test_without_more_the_sessions_are_listed(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", config, "programme"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "第1回\t2022年6月29日(水)\t題1",
        "第2回\t2022年7月13日(水)\t題2",
        "第3回\t2022年7月27日(水)\t題3",
    ]


def test_a_session_moves_once_what_follows_was_seen_and_confirmed(
    config: str, store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    season = Season(store)
    season.told(season.occurrence(2, "2022-07-13"), season.subscriber("a"))
    answered(monkeypatch, "y")
    assert main(["--config", config, "programme", "move", "2", "2022-07-14", "--by", "sato"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "第2回(題2): 2022年7月13日(水) → 2022年7月14日(木)",
        "注意\t新しい日は、ほかの回と曜日が違います。",
        "お知らせ\t1週間前のご案内\t7月6日(水)10:00 → 7月7日(木)10:00",
        "前の日程をお知らせで受け取った人\t1人",
        "日程を変えると、訂正のお知らせの案ができます。担当者が承認するまで送られません。",
        "動かしました。",
    ]
    assert moves(store) == [Move(2, day("2022-07-13"), day("2022-07-14"))]
    main(["--config", config, "programme"])
    assert "第2回\t2022年7月14日(木)\t題2\t佐藤さんが7月13日(水)から変更" in capsys.readouterr().out


@pytest.mark.parametrize("answer", ["", "n", "はい"])
def test_without_a_yes_nothing_moves(
    config: str, store: Store, monkeypatch: pytest.MonkeyPatch, answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(monkeypatch, answer)
    assert main(["--config", config, "programme", "move", "2", "2022-07-14", "--by", "sato"]) == 1
    assert capsys.readouterr().out.endswith("動かしていません。\n")
    assert moves(store) == []


def test_where_nobody_can_be_asked_nothing_moves(config: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert main(["--config", config, "programme", "move", "2", "2022-07-14", "--by", "sato"]) == 1
    assert moves(store) == []


def test_a_script_may_move_and_undo_without_being_asked(
    config: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", config, "programme", "move", "3", "2022-07-28", "--by", "sato", "--yes"]) == 0
    assert main(["--config", config, "programme", "undo", "3", "--by", "sato", "--yes"]) == 0
    assert moves(store) == [Move(3, day("2022-07-27"), day("2022-07-27"))]
    assert "第3回(題3): 2022年7月28日(木) → 2022年7月27日(水)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["move", "2", "2022-07-14", "--by", "suzuki"], "curator か lead"),
        (["move", "2", "2022-08-14", "--by", "sato"], "前の回よりあと"),
        (["undo", "2", "--by", "sato"], "動かしたものではありません"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_moves(
    config: str, store: Store, arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--config", config, "programme", *arguments]) == 2
    assert why in capsys.readouterr().err
    assert moves(store) == []


@pytest.mark.parametrize("given", ["2022-02-30", "7/14", "tomorrow"])
def test_a_day_that_is_none_is_refused(config: str, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--config", config, "programme", "move", "2", given, "--by", "sato"])
    assert "DATE" in capsys.readouterr().err
