"""What is published is in every running desk soon, and nothing that is published can stop one."""

import asyncio
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.log import configure_log
from bot.shelf import Shelf
from bot.store import published
from bot.store.desk_models import Published
from bot.store.engine import open_engine
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.situation import Situation
from knowledge.build import Edition, new_edition
from knowledge.schema import Entry
from tests.bot.curating import Work, new_entry, run, small_edition
from tests.bot.fakes import MONDAY, message


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return small_edition(tmp_path_factory.mktemp("content"))


@pytest.fixture
def log() -> StringIO:
    stream = StringIO()
    configure_log("info", "json", stream)
    return stream


def publish(store: Store, *entries: Entry) -> None:
    for entry in entries:
        run(store.write(published.publish, entry, "佐藤", MONDAY))


def raw(store: Store, entry_id: str, text: str) -> None:
    row = Published(entry_id=entry_id, entry=text, at=MONDAY, actor="佐藤")
    run(store.write(lambda session: session.add(row)))


def answer(shelf: Shelf, text: str) -> list[str]:
    effects = shelf.decide(message(text), Situation(MONDAY, (), 1))
    return [effect.text for effect in effects if isinstance(effect, Reply)]


def test_an_entry_is_answered_from_within_a_second_in_every_process_on_the_database(
    store: Store, database: str, edition: Edition
) -> None:
    async def work() -> float:
        other = Store(open_engine(database))
        shelves = [Shelf(edition, store), Shelf(edition, other)]
        running = [asyncio.create_task(shelf.run()) for shelf in shelves]
        await asyncio.sleep(0.5)
        begun = time.perf_counter()
        await store.write(published.publish, new_entry(answer="北口にあります。"), "佐藤", MONDAY)
        while [answer(shelf, "park 3") for shelf in shelves] != [["北口にあります。"]] * 2:
            await asyncio.sleep(0.01)
            assert time.perf_counter() - begun < 20
        seconds = time.perf_counter() - begun
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        other.close()
        return seconds

    assert run(work()) < 1.0


def test_questions_are_answered_from_the_old_book_while_the_new_one_is_made(store: Store, edition: Edition) -> None:
    shelf = Shelf(edition, store)
    before = shelf.book
    publish(store, new_entry())
    run(shelf.look())
    assert shelf.book is not before
    assert (before.entry("park"), shelf.book.entry("park")) == (None, new_entry())


def test_a_look_where_nothing_is_new_makes_no_book(store: Store, edition: Edition) -> None:
    shelf = Shelf(edition, store)
    publish(store, new_entry())
    run(shelf.look())
    book = shelf.book
    run(shelf.look())
    assert shelf.book is book


def test_the_newest_of_an_entry_counts_whenever_a_desk_starts(store: Store, edition: Edition) -> None:
    fee = edition.content.entries[0]
    running = Shelf(edition, store)
    for text in ("一です。", "二です。"):
        publish(store, fee.model_copy(update={"answer": text}))
        run(running.look())
    started = Shelf(edition, store)
    run(started.look())
    assert answer(running, "参加費は") == answer(started, "参加費は") == ["二です。"]


def test_an_entry_that_went_back_to_what_the_content_says_is_so_in_running_desks(
    store: Store, edition: Edition
) -> None:
    fee = edition.content.entries[0]
    shelf = Shelf(edition, store)
    publish(store, fee.model_copy(update={"answer": "一です。"}))
    run(shelf.look())
    publish(store, fee)
    run(Shelf(edition, store).look())
    run(shelf.look())
    assert answer(shelf, "参加費は") == ["お答えします。"]


def test_what_the_content_has_by_now_gives_way_to_later_changes_of_the_content(store: Store, edition: Edition) -> None:
    fee = edition.content.entries[0]
    published_fee = fee.model_copy(update={"answer": "一です。"})
    publish(store, published_fee)
    merged = new_edition(edition, [published_fee])
    run(Shelf(merged, store).look())
    edited = Shelf(new_edition(merged, [fee.model_copy(update={"answer": "二です。"})]), store)
    run(edited.look())
    assert answer(edited, "参加費は") == ["二です。"]
    assert [row.merged for row in Work(store).rows(Published)] == [True]


@pytest.mark.parametrize(
    "text",
    ["{", '{"id": "park"}', new_entry(answer="{{ nowhere }}").model_dump_json(by_alias=True)],
)
def test_what_cannot_be_read_is_left_out_and_told_once(
    store: Store, edition: Edition, log: StringIO, text: str
) -> None:
    shelf = Shelf(edition, store)
    raw(store, "park", text)
    publish(store, new_entry("lake"))
    run(shelf.look())
    publish(store, new_entry("hill"))
    run(shelf.look())
    assert [shelf.book.entry(name) is not None for name in ("park", "lake", "hill")] == [False, True, True]
    assert log.getvalue().count("published entry left out") == 1
    assert "nowhere" not in log.getvalue()


def test_a_database_that_is_away_stops_nothing(edition: Edition, tmp_path: Path, log: StringIO) -> None:
    """The tables come later, as a database does that was away."""
    from bot.store.schema import migrate

    engine: Engine = open_engine(f"sqlite:///{tmp_path / 'away.sqlite3'}")

    async def work() -> list[str]:
        store = Store(engine)
        shelf = Shelf(edition, store)
        running = asyncio.create_task(shelf.run())
        await asyncio.sleep(0.3)
        await asyncio.to_thread(migrate, engine)
        await store.write(published.publish, new_entry(answer="北口です。"), "佐藤", MONDAY + timedelta(days=1))
        async with asyncio.timeout(20):
            while not shelf.book.entry("park"):
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        store.close()
        return answer(shelf, "park 3")

    assert run(work()) == ["北口です。"]
    assert "published entries not looked for" in log.getvalue()
