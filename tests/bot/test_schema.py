"""Migrations, and the refusal to start on another schema."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from bot.errors import DatabaseNotReady, DatabaseTooNew, DatabaseUnreachable
from bot.store.engine import open_engine
from bot.store.models import Base
from bot.store.schema import ensure_current, migrate, wanted_version


def test_the_migrations_make_exactly_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == wanted_version()
    ensure_current(engine)


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


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/no/desk.sqlite3", "mongo://db/desk"])
def test_a_database_that_cannot_be_opened_is_told(url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        open_engine(url)


def test_a_password_does_not_appear_in_the_error() -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        open_engine("mysql://desk:geheim@localhost:1/desk")
    assert "geheim" not in str(caught.value)


def test_sqlite_is_durable_and_checks_references(engine: Engine) -> None:
    with engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/new/folder/desk.sqlite3").dispose()
    assert (tmp_path / "new" / "folder" / "desk.sqlite3").exists()
