"""Setting passwords of the console from the command line."""

import asyncio
import io
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.passwords import NOBODY, hashed, is_right
from bot.store import logins
from bot.store.transactions import Store

PASSWORD = "sakura-saku-2022"
SETTINGS = """
staff:
  members:
    - {name: 佐藤, login: sato, roles: [staff, lead]}
    - {name: 鈴木, slack: U0123}
    - {name: 田中, login: tanaka}
"""


@pytest.fixture
def settings_file(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", database)
    path = tmp_path / "config.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    return str(path)


class Terminal(io.StringIO):
    """Where somebody types."""

    def isatty(self) -> bool:
        return True


def set_password(settings_file: str, monkeypatch: pytest.MonkeyPatch, login: str, typed: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["--config", settings_file, "staff", "password", login])


def kept(store: Store, login: str) -> str | None:
    return asyncio.run(store.read(logins.password_hash, login))


def test_a_password_is_set_and_only_its_hash_is_kept(
    store: Store, settings_file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_password(settings_file, monkeypatch, "sato", f"{PASSWORD}\n") == 0
    found = kept(store, "sato") or ""
    assert PASSWORD not in found
    assert is_right(PASSWORD, found)
    assert PASSWORD not in capsys.readouterr().out


def test_at_a_terminal_it_is_typed_twice_and_not_shown(
    store: Store, settings_file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [PASSWORD, PASSWORD, PASSWORD, "something-else"]
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("bot.commands.staff.getpass", lambda _prompt: typed.pop(0))
    assert main(["--config", settings_file, "staff", "password", "sato"]) == 0
    before = kept(store, "sato")
    assert main(["--config", settings_file, "staff", "password", "sato"]) == 2
    assert "2回の入力が同じではありません" in capsys.readouterr().err
    assert kept(store, "sato") == before


@pytest.mark.parametrize(
    ("login", "typed", "why"),
    [("sato", "short", "12文字以上"), ("sato", "", "12文字以上"), ("suzuki", PASSWORD, "staff.members に")],
)
def test_what_cannot_be_a_password_is_refused_with_what_to_do(
    store: Store,
    settings_file: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    login: str,
    typed: str,
    why: str,
) -> None:
    assert set_password(settings_file, monkeypatch, login, typed) == 2
    assert why in capsys.readouterr().err
    assert kept(store, login) is None


def test_the_list_says_who_can_log_in(
    engine: object, settings_file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_password(settings_file, monkeypatch, "sato", PASSWORD)
    capsys.readouterr()
    assert main(["--config", settings_file, "staff", "list"]) == 0
    first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert first[:3] == ["sato", "佐藤", "staff,lead"]
    assert first[3] > "2020"
    assert second == ["tanaka", "田中", "staff", "パスワード未設定"]


def test_the_same_password_is_kept_in_another_form_each_time() -> None:
    first, second = hashed(PASSWORD, b"1" * 16), hashed(PASSWORD, b"2" * 16)
    assert first != second
    assert first.split("$")[:4] == ["scrypt", "32768", "8", "3"]
    assert is_right("ｓakura-saku-2022", first)
    assert not is_right(f"{PASSWORD}!", second)


def test_no_password_opens_a_login_that_is_unknown() -> None:
    assert not any(is_right(password, NOBODY) for password in ("", "\x00", PASSWORD))
