"""The engine, and all that is peculiar to one database: the only file that knows their names."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Session

from bot.errors import DatabaseUnreachable

BUSY_SECONDS = 10


def open_engine(url: str) -> Engine:
    """An engine that can be reached. Raises DatabaseUnreachable."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnreachable("(URL)", error) from None
    try:
        engine = _engine(parsed)
        with engine.connect():
            return engine
    except (DBAPIError, NoSuchModuleError, ImportError, OSError) as error:
        raise DatabaseUnreachable(parsed.render_as_string(hide_password=True), error) from None


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails as "locked" whatever the timeout.
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def insert_unless_there(session: Session, table: type[DeclarativeBase], **values: Any) -> None:
    """Insert a row, or do nothing where a unique key is taken already."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())
