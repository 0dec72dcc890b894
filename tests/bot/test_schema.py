"""The refusal to start on another schema, and the databases that are opened."""

import traceback
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.errors import DatabaseNotReady, DatabaseTooNew, DatabaseUnreachable
from bot.store.engine import open_engine
from bot.store.schema import ensure_current, migrate
from tests.bot.postgres import EMPTY, Postgres


def test_an_empty_database_is_refused_with_the_command_that_mends_it(database: str) -> None:
    engine = open_engine(database)
    with pytest.raises(DatabaseNotReady, match="python -m bot migrate"):
        ensure_current(engine)
    engine.dispose()


def test_an_old_schema_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(DatabaseNotReady, match="0000"):
        ensure_current(engine)


def test_a_schema_from_a_later_version_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew):
        migrate(engine)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgresql://localhost:port/desk",
        "sqlite:////proc/no/desk.sqlite3",
        "mongo://db/desk",
        "postgresql://desk@127.0.0.1:1/desk",
        "postgres://desk@127.0.0.1:1/desk",
        "postgresql://desk@127.0.0.1/desk?nonsense=1",
    ],
)
def test_a_database_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        open_engine(url)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://desk:geheim@127.0.0.1:1/desk",
        "postgresql://desk:geheim@127.0.0.1:1/desk",
        "postgres://desk:geheim@127.0.0.1:1/desk",
        "postgresql://127.0.0.1:1/desk?user=desk&password=geheim",
        "postgresql://desk:geheim@127.0.0.1:port/desk",
    ],
)
def test_a_password_does_not_appear_in_the_error(url: str) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        open_engine(url)
    assert "geheim" not in "".join(traceback.format_exception(caught.value))


def test_postgresql_is_known_by_both_of_its_names(postgres: Postgres) -> None:
    with postgres.database(EMPTY) as url:
        engines = [open_engine(url), open_engine(url.replace("postgresql://", "postgres://"))]
        for engine in engines:
            with engine.connect() as connection:
                values = [
                    connection.exec_driver_sql(f"SHOW {name}").scalar()
                    for name in ("transaction_isolation", "lock_timeout", "statement_timeout", "timezone")
                ]
            engine.dispose()
            assert values == ["read committed", "10s", "30s", "UTC"]


def test_sqlite_is_durable_and_checks_references(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/desk.sqlite3")
    with engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert values == ["wal", 2, 1]


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/new/folder/desk.sqlite3").dispose()
    assert (tmp_path / "new" / "folder" / "desk.sqlite3").exists()
