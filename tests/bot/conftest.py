"""A migrated database and its store, new for each test; every test that asks for one runs on both kinds."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.store.engine import open_engine
from bot.store.schema import migrate
from bot.store.transactions import Store
from tests.bot.postgres import EMPTY, MIGRATED, Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server for all tests."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file to copy."""
    file = tmp_path_factory.mktemp("migrated") / "desk.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of the test's own: migrated where the test also asks for `engine`, else empty."""
    is_migrated = "engine" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "desk.sqlite3"
        if is_migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(MIGRATED if is_migrated else EMPTY) as url:
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = open_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    store = Store(engine)
    yield store
    store.close()
