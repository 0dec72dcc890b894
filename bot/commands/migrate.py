"""migrate: bring the database to the version that this program works with."""

from argparse import ArgumentParser, Namespace

from bot.commands.context import settings

HELP = "データベースを用意し、新しい版にします"


def add_arguments(_parser: ArgumentParser) -> None:
    """No options of its own."""


def run(options: Namespace) -> int:
    """0 when the database is ready."""
    from bot.store.engine import open_engine
    from bot.store.schema import migrate

    engine = open_engine(settings(options).database.get_secret_value())
    try:
        version = migrate(engine)
    finally:
        engine.dispose()
    print(f"データベースの用意ができました(版 {version})。")
    return 0
