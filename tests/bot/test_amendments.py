"""A session that a member moves is on its new day in every running desk, with whatever else is published."""

import asyncio
import time
from datetime import date

import pytest

from bot.shelf import Shelf
from bot.store import amendments, published
from bot.store.engine import open_engine
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.situation import Situation
from knowledge.amending import Move
from knowledge.build import Edition
from knowledge.schema import Entry
from tests.bot.curating import run
from tests.bot.fakes import MONDAY, message
from tests.bot.programmes import SECOND, edited, small_season
from tests.moments import day

TO_15TH = Move(2, day("2022-07-13"), day("2022-07-15"))
TO_19TH = Move(2, day("2022-07-13"), day("2022-07-19"))
BACK = Move(2, day("2022-07-13"), day("2022-07-13"))


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return small_season(tmp_path_factory.mktemp("content"))


def add(store: Store, *moves: Move) -> list[bool]:
    return [run(store.write(amendments.add, move, run(store.read(amendments.stamp)), "佐藤", MONDAY)) for move in moves]


def answer(shelf: Shelf) -> list[str]:
    effects = shelf.decide(message("日程"), Situation(MONDAY, (), 1))
    return [effect.text for effect in effects if isinstance(effect, Reply)]


def days(shelf: Shelf) -> list[date]:
    return [one.date for one in shelf.programme.seminars.sessions]


def test_of_two_who_move_at_the_same_time_one_does(store: Store) -> None:
    known = run(store.read(amendments.stamp))

    async def both() -> list[bool]:
        moving = (store.write(amendments.add, move, known, "佐藤", MONDAY) for move in (TO_15TH, TO_19TH))
        return await asyncio.gather(*moving)

    assert sorted(run(both())) == [False, True]
    assert len(run(store.read(amendments.moves))) == 1


def test_the_newest_of_each_session_is_read_in_the_order_of_moving(store: Store) -> None:
    third = Move(3, day("2022-07-27"), day("2022-07-28"))
    assert add(store, TO_15TH, third, TO_19TH) == [True, True, True]
    assert run(store.read(amendments.moves)) == [third, TO_19TH]
    assert run(store.read(amendments.stamp)) == 3


def test_a_moved_session_is_answered_within_a_second_in_every_process(
    store: Store, database: str, edition: Edition
) -> None:
    async def work() -> float:
        other = Store(open_engine(database))
        shelves = [Shelf(edition, store), Shelf(edition, other)]
        running = [asyncio.create_task(shelf.run()) for shelf in shelves]
        await asyncio.sleep(0.3)
        begun = time.perf_counter()
        await store.write(amendments.add, TO_15TH, 0, "佐藤", MONDAY)
        while [answer(shelf) for shelf in shelves] != [["第2回は7月15日(金)です。"]] * 2:
            await asyncio.sleep(0.01)
            assert time.perf_counter() - begun < 20
        seconds = time.perf_counter() - begun
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        other.close()
        return seconds

    assert run(work()) < 1.0


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("entry_first", [True, False])
def test_published_entries_and_moves_work_together_in_any_order(
    store: Store, edition: Edition, entry_first: bool, together: bool
) -> None:
    entry = Entry.model_validate(SECOND | {"answer": "改訂版。第2回は{{ session(2).day }}です。"})
    shelf = Shelf(edition, store)
    run(shelf.look())
    steps = [lambda: run(store.write(published.publish, entry, "佐藤", MONDAY)), lambda: add(store, TO_15TH)]
    for step in steps if entry_first else reversed(steps):
        step()
        if not together:
            run(shelf.look())
    run(shelf.look())
    started = Shelf(edition, store)
    run(started.look())
    assert answer(shelf) == answer(started) == ["改訂版。第2回は7月15日(金)です。"]


def test_looks_at_the_same_time_lose_nothing(store: Store, edition: Edition) -> None:
    shelf = Shelf(edition, store)
    entry = Entry.model_validate(SECOND | {"answer": "改訂版。{{ session(2).day }}"})
    run(store.write(published.publish, entry, "佐藤", MONDAY))
    add(store, TO_15TH)

    async def look_twice() -> None:
        await asyncio.gather(shelf.look(), shelf.look())

    run(look_twice())
    assert answer(shelf) == ["改訂版。7月15日(金)"]


def test_a_move_back_is_as_if_nothing_had_moved(store: Store, edition: Edition) -> None:
    shelf = Shelf(edition, store)
    before = days(shelf)
    for move in (TO_15TH, BACK):
        add(store, move)
        run(shelf.look())
    assert days(shelf) == before
    assert answer(shelf) == ["第2回は7月13日(水)です。"]


def test_once_the_file_says_another_day_the_file_counts(store: Store, edition: Edition) -> None:
    add(store, TO_15TH)
    started = Shelf(edited(edition, {2: "2022-07-20"}), store)
    run(started.look())
    assert days(started)[1] == day("2022-07-20")
    assert started.written == started.programme


def test_a_look_where_nothing_moved_makes_no_book(store: Store, edition: Edition) -> None:
    shelf = Shelf(edition, store)
    add(store, TO_15TH)
    run(shelf.look())
    book = shelf.book
    add(store, TO_15TH)
    run(shelf.look())
    assert shelf.book is book
