"""A migrated database and its store, new for each test, on both kinds; desks on a socket, and small books."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from bot.config import Config
from bot.ports import Words
from bot.store.engine import open_engine
from bot.store.schema import migrate
from bot.store.transactions import Store
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.build import Edition
from tests.bot import announcing, programmes
from tests.bot.audiences import subscribe
from tests.bot.console_site import MEMBERS, Desk, Members, config_of, let_in, member, running_console
from tests.bot.curating import Work
from tests.bot.fakes import FakeBook
from tests.bot.kept import Kept
from tests.bot.noticing import Newsroom
from tests.bot.postgres import EMPTY, MIGRATED, Postgres, running_postgres
from tests.bot.site import Site, page_config, running_site
from tests.bot.subscribers import People


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


@pytest.fixture
def kept(store: Store) -> Kept:
    return Kept(store)


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


@pytest.fixture
def config(database: str, engine: Engine) -> Config:
    """A desk with its page and nothing beside it."""
    return page_config(database)


@pytest.fixture(scope="module")
def words() -> Words:
    """What the page says: a module that looks for the real sentences brings them."""
    return FakeBook()


@pytest.fixture
def site(config: Config, words: Words) -> Iterator[Site]:
    with running_site(config, words=words) as running:
        yield running


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    """A browser that has not opened the page yet: a module that needs it opened says so."""
    with site.stranger() as client:
        yield client


@pytest.fixture
def members() -> Members:
    """Who works at the console: a module that needs other roles says so."""
    return MEMBERS


@pytest.fixture
def console(database: str, members: Members, store: Store, book: Book) -> Iterator[Site]:
    """A desk with its console, in which 佐藤 and 鈴木 have a password."""
    let_in(store, "sato", "suzuki")
    with running_console(config_of(database, members), book) as running:
        yield running


@pytest.fixture
def participant(console: Site) -> Iterator[httpx.Client]:
    """Somebody's browser on the page of the desk that has the console."""
    with console.browser() as client:
        yield client


@pytest.fixture
def sato(console: Site) -> Iterator[Desk]:
    with member(console, "sato") as desk:
        yield desk


@pytest.fixture
def suzuki(console: Site) -> Iterator[Desk]:
    with member(console, "suzuki") as desk:
        yield desk


@pytest.fixture
def room(store: Store, book: Book) -> Newsroom:
    return Newsroom(store, book)


@pytest.fixture
def three(engine: Engine) -> list[int]:
    """Those who subscribe to seminars; their conversations have the same ids."""
    return subscribe(engine, [("web", "w1"), ("telegram", "7"), ("slack", "U7")], NoticeTopic.SEMINAR)


@pytest.fixture
def people(store: Store) -> People:
    """Who subscribe on Telegram: a module that needs another channel says so."""
    return People(store)


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """A season of two sessions to come, with notices about them and a letter."""
    return announcing.edition(tmp_path_factory.mktemp("usual"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The same season without any announcement."""
    return announcing.edition(tmp_path_factory.mktemp("empty"), [])


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """A season of three sessions that can be moved."""
    return programmes.small_season(tmp_path_factory.mktemp("movable"))
