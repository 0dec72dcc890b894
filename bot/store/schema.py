"""The schema's version: what the database has, what this code wants, and the way from one to the other."""

from pathlib import Path

from sqlalchemy import Engine

from bot.errors import DatabaseNotReady, DatabaseTooNew
from bot.store.engine import check_references, lock_schema, unchecked_references

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def migrate(engine: Engine) -> str:
    """Bring the database to the newest version, in one transaction, one process at a time. Raises DatabaseTooNew."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.connect() as connection, unchecked_references(connection), connection.begin():
            lock_schema(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            check_references(connection)
    except CommandError:
        raise DatabaseTooNew(wanted_version()) from None
    return wanted_version()


def ensure_current(engine: Engine) -> None:
    """Raises DatabaseNotReady unless the database has exactly the version that this code wants."""
    found, wanted = found_version(engine), wanted_version()
    if found != wanted:
        raise DatabaseNotReady(found, wanted)


def wanted_version() -> str:
    """The newest migration there is."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def found_version(engine: Engine) -> str | None:
    """The version of the database; None where it has none."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
