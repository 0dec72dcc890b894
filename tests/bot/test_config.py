"""Settings: typed, every fault at once with its place, overrides from the environment."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.config import Config, load_config
from bot.config_staff import ClosureSettings
from bot.errors import ConfigFaults

SHIPPED = Path(__file__).parents[2] / "config.yaml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigFaults) as caught:
        load_config(path, environ or {})
    return [str(fault) for fault in caught.value.faults]


def test_the_shipped_file_sets_the_clock_to_the_summer_of_2022() -> None:
    config = load_config(SHIPPED, {})
    assert config.clock.start == datetime(2022, 7, 4, tzinfo=UTC)
    assert (config.channels.web.host, config.channels.web.port) == ("127.0.0.1", 8000)


def test_the_shipped_values_are_the_defaults_but_for_the_clock_and_the_turn_of_the_year() -> None:
    own = {"clock": True, "staff": {"hours": {"closures"}}}
    shipped = load_config(SHIPPED, {})
    assert shipped.model_dump(exclude=own) == Config().model_dump(exclude=own)
    assert shipped.staff.hours.closures == (ClosureSettings(begins=date(2022, 12, 29), ends=date(2023, 1, 3)),)


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "clock:\n  speed: -1\nchanels: {}\nchannels:\n  web:\n    port: x\nlog: loud\n")
    told = faults(path)
    assert len(told) == 4
    assert "config.yaml:2: clock.speed: 0.0 より大きい値にしてください" in told
    assert "config.yaml:3: chanels: この名前の設定はありません" in told
    assert "config.yaml:6: channels.web.port: 整数で書いてください" in told
    assert any(fault.startswith("config.yaml:7: log:") for fault in told)


def test_a_key_written_twice_is_a_fault_beside_the_others(tmp_path: Path) -> None:
    told = faults(written(tmp_path, "log:\n  level: info\n  level: debug\nnope: 1\n"))
    assert told == [
        "config.yaml:3: log.level が二度書かれています",
        "config.yaml:4: nope: この名前の設定はありません",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("clock: [\n", 2), ("a: b: c\n", 1), ("- 1\n- 2\n", 1), ("just words\n", 1), ("a: *nothing\n", 1)],
)
def test_broken_yaml_is_a_fault_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert faults(written(tmp_path, text))[0].startswith(f"config.yaml:{line}: ")


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    assert "ファイルを読めません" in faults(tmp_path / "absent.yaml")[0]
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"clock: \xff\n")
    assert faults(broken) == ["broken.yaml: UTF-8で書いてください"]


def test_an_impossible_date_is_a_fault_with_its_line(tmp_path: Path) -> None:
    told = faults(written(tmp_path, "clock:\n  start: 2022-13-45T09:00:00+09:00\n"))
    assert [fault.split(" ")[0] for fault in told] == ["config.yaml:2:"]


def test_a_time_without_zone_is_a_fault(tmp_path: Path) -> None:
    told = faults(written(tmp_path, "clock:\n  start: 2022-07-04T09:00:00\n"))
    assert told[0].startswith("config.yaml:2: clock.start: 時差もつけて書いてください")


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "# nothing\n"), {}) == Config()


def test_speed_without_a_start_is_a_fault(tmp_path: Path) -> None:
    assert "clock.start も必要です" in faults(written(tmp_path, "clock: {speed: 2}\n"))[0]


def test_the_environment_overrides_the_file_with_types(tmp_path: Path) -> None:
    path = written(tmp_path, "channels:\n  web:\n    port: 8000\n")
    environ = {
        "DESK__CHANNELS__WEB__PORT": "8123",
        "DESK__CHANNELS__WEB__ENABLED": "false",
        "DESK__CLOCK__START": "2022-09-01T00:00:00+09:00",
        "PATH": "/bin",
    }
    config = load_config(path, environ)
    assert (config.channels.web.port, config.channels.web.enabled) == (8123, False)
    assert config.clock.start == datetime(2022, 8, 31, 15, tzinfo=UTC)


def test_faults_of_the_environment_name_the_variable(tmp_path: Path) -> None:
    path = written(tmp_path, "channels:\n  web:\n    port: 8000\n")
    environ = {
        "DESK__CHANNELS__WEB__PORT": "many",
        "DESK__CHANNELS__WEB__PROT": "1",
        "DESK__LOG": "loud",
        "DESK__DATABASE__PASSWORD": "secret",
    }
    told = faults(path, environ)
    assert sorted(fault.split(": ")[0] for fault in told) == sorted(environ)
    assert not any("secret" in fault for fault in told)


def test_the_database_url_comes_from_its_own_variable_and_is_never_shown() -> None:
    config = load_config(SHIPPED, {"DATABASE_URL": "postgresql://desk:geheim@db/desk"})
    assert config.database.get_secret_value().startswith("postgresql://")
    assert "geheim" not in repr(config) + str(config.model_dump())


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = faults(written(tmp_path, "database: postgresql://desk:geheim@db/desk\n"))
    assert told == ["config.yaml:1: database: パスワードは環境変数 DATABASE_URL に入れてください"]


def test_a_variable_takes_a_limit_away_as_the_file_does(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("{}", encoding="utf-8")
    config = load_config(path, {"DESK__CHANNELS__TELEGRAM__CHAT_PER_SECOND": "null"})
    assert (config.channels.telegram.chat_per_second, config.channels.telegram.per_second) == (None, 30)
