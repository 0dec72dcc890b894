"""The engine, and all that is peculiar to one database: the only file that knows their names."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import URL, Connection, Engine, ExceptionContext, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Session

from bot.errors import DatabaseUnreachable

# How many threads of a process work with the database at a time.
THREADS = 8
SPARE_CONNECTIONS = 2
BUSY_SECONDS = 10
POSTGRES_NAMES = ("postgres", "postgresql")
POSTGRES_OPTIONS = {
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
# PostgreSQL's class of errors that quote the value they complain about.
BAD_VALUE = "22"
# The values of a statement, by the names of its parameters.
Values = Mapping[str, object]
MIGRATION_LOCK = 2_022_070_409
# Less than PostgreSQL waits before it looks for a deadlock (a second), which it ends by breaking either side.
GIVES_WAY_AFTER = "300ms"


def open_engine(url: str) -> Engine:
    """An engine that can be reached. Raises DatabaseUnreachable."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnreachable("(URL)", error) from None
    try:
        engine = _engine(parsed)
        with engine.connect():
            return engine
    except (DBAPIError, NoSuchModuleError, ImportError, OSError) as error:
        shown = parsed.difference_update_query(["password", "sslpassword"])
        raise DatabaseUnreachable(shown.render_as_string(hide_password=True), error) from None


def _engine(url: URL) -> Engine:
    name = url.get_backend_name()
    if name in POSTGRES_NAMES:
        return _postgres_engine(url)
    if name == "sqlite":
        return _sqlite_engine(url)
    return create_engine(url, hide_parameters=True)


def _postgres_engine(url: URL) -> Engine:
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_OPTIONS.items())
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=THREADS,
        max_overflow=SPARE_CONNECTIONS,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": BUSY_SECONDS, "options": options},
    )
    event.listen(engine, "handle_error", _hide_values)
    return engine


def _sqlite_engine(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=THREADS,
        max_overflow=SPARE_CONNECTIONS,
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _commit_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails as "locked" whatever the timeout.
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _commit_sqlite(connection: Connection) -> None:
    # SQLite undoes a whole transaction by itself where the disk is full; the driver's commit would say nothing.
    connection.exec_driver_sql("COMMIT")


def _hide_values(context: ExceptionContext) -> None:
    """Cut an error down to its first line: the details show the row, and with it what somebody wrote."""
    original = context.original_exception
    diagnosis = getattr(original, "diag", None)
    if diagnosis is None or diagnosis.message_primary is None:
        return
    is_quoting = str(diagnosis.sqlstate).startswith(BAD_VALUE)
    said = diagnosis.sqlstate if is_quoting else diagnosis.message_primary
    original.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(original).__name__}) {said}",)


def has_one_writer(engine: Engine) -> bool:
    """Whether the database lets only one transaction write at a time."""
    return engine.dialect.name == "sqlite"


def lock_schema(connection: Connection) -> None:
    """Wait until no other process migrates, and keep others waiting until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


@contextmanager
def unchecked_references(connection: Connection) -> Iterator[None]:
    """Let tables that others refer to be made anew; SQLite has to be told before the transaction begins.

    What the transaction leaves is for `check_references`. Source: https://sqlite.org/lang_altertable.html, 7.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Raises IntegrityError where a row refers to none, which only SQLite lets happen, and only unchecked."""
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise sqlite3.IntegrityError("a row refers to none")


def give_way(session: Session) -> None:
    """Let this transaction be the one that fails, soon, where it waits for another's locks."""
    if dialect_of(session) == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{GIVES_WAY_AFTER}'"))


def table_of(model: type[DeclarativeBase]) -> Table:
    """The table of a model, for statements that need none of the ORM's care."""
    return cast(Table, model.__table__)


def dialect_of(session: Session) -> str:
    """The name of the database, for `insert_into`."""
    return session.get_bind().dialect.name


def one_or_many(rows: Sequence[Values]) -> Values | Sequence[Values]:
    """What a statement is to be executed with: one row alone is spared the detour that many rows take."""
    return rows if len(rows) > 1 else rows[0]


def insert_into(dialect: str, model: type[DeclarativeBase]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can be told what to do on a conflict."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table_of(model))
