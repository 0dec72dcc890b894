"""Every message is stored first, then decided and settled: in order, once, and never lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.base import Parcel, parcel_of
from bot.desk import TRIES
from bot.store import queries
from bot.store.models import Delivery, Inbound, InboundState
from bot.store.transactions import Store
from handlers.effects import Effect, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from tests.bot.desks import HOLD_SECONDS, a_desk, all_of, inbounds, keep, replies, swept
from tests.bot.fakes import MONDAY, FixedClock, decide, message


def test_a_message_is_answered_and_done(store: Store) -> None:
    all_of(store, a_desk(store), message("一"))
    assert replies(store) == ["一ですね()"]
    assert [row.state for row in inbounds(store)] == [InboundState.DONE]


def test_a_repeated_message_is_answered_once(store: Store) -> None:
    all_of(store, a_desk(store), message("一"), message("一"), message("一"))
    assert replies(store) == ["一ですね()"]


def test_messages_of_a_conversation_are_decided_in_order_each_knowing_the_last(store: Store) -> None:
    all_of(store, a_desk(store), *[message(f"{n}", f"k{n}") for n in range(4)])
    assert replies(store) == ["0ですね()", "1ですね(0)", "2ですね(0、1)", "3ですね(0、1、2)"]


def test_conversations_do_not_mix(store: Store) -> None:
    all_of(store, a_desk(store), *[message(f"{n}", f"k{n}", f"a{n % 3}") for n in range(9)])
    assert replies(store, "a1") == ["1ですね()", "4ですね(1)", "7ですね(1、4)"]


def test_nothing_is_acknowledged_before_it_is_stored(store: Store) -> None:
    async def receive_and_look() -> int:
        desk = a_desk(store)
        await desk.receive([parcel_of(message("一"))])
        kept = len(await store.read(lambda session: session.scalars(select(Inbound)).all()))
        await desk.finish()
        return kept

    assert asyncio.run(receive_and_look()) == 1


def test_a_message_that_cannot_be_decided_is_set_aside_with_an_apology_and_a_ticket(store: Store) -> None:
    all_of(store, a_desk(store), message("爆発", "k1"), message("二", "k2"))
    poisoned, fine = inbounds(store)
    assert (poisoned.state, poisoned.tries, poisoned.error) == (InboundState.SET_ASIDE, TRIES, "ValueError")
    assert fine.state == InboundState.DONE
    assert replies(store) == [f"sorry_broken {poisoned.id}", "二ですね()"]
    (ticket,) = asyncio.run(store.read(queries.open_questions))
    assert (ticket.number, ticket.question, ticket.reason) == (poisoned.id, "爆発", "broken")


def test_poison_of_one_does_not_hold_up_others(store: Store) -> None:
    all_of(store, a_desk(store), message("爆発", "k1", "a"), message("二", "k2", "b"))
    assert replies(store, "b") == ["二ですね()"]


def test_what_cannot_even_be_apologised_for_is_set_aside_in_the_end(store: Store) -> None:
    all_of(store, a_desk(store, sorry=decide), message("爆発"))
    asyncio.run(swept(store, sorry=decide))
    assert [row.state for row in inbounds(store)] == [InboundState.SET_ASIDE]
    assert replies(store) == []


def test_what_is_left_over_is_found_without_being_asked(store: Store) -> None:
    keep(store, message("一"))

    async def run() -> None:
        desk = a_desk(store, machine=FixedClock(MONDAY + timedelta(seconds=HOLD_SECONDS)))
        running = asyncio.create_task(desk.run())
        await until(lambda: _count(store, "a"), 1)
        await desk.finish()
        running.cancel()

    asyncio.run(run())
    assert replies(store) == ["一ですね()"]


def test_messages_that_come_together_are_kept_and_answered_in_their_order(store: Store) -> None:
    parcels = [parcel_of(message(f"{n}", f"k{n}", f"a{n % 2}")) for n in (5, 3, 1, 4, 2, 0)]

    async def work() -> None:
        desk = a_desk(store)
        await desk.receive(parcels)
        await desk.finish()

    asyncio.run(work())
    assert replies(store, "a1") == ["5ですね()", "3ですね(5)", "1ですね(5、3)"]
    assert replies(store, "a0") == ["4ですね()", "2ですね(4)", "0ですね(4、2)"]


def test_what_is_no_message_is_received_without_an_answer(store: Store) -> None:
    async def work() -> None:
        desk = a_desk(store)
        await desk.receive([Parcel("fake", "u1", MONDAY, "{}"), Parcel("fake", "u2", MONDAY, "{", error="ValueError")])
        await desk.receive([])
        await desk.finish()

    asyncio.run(work())
    assert inbounds(store) == []


def test_a_message_that_comes_while_its_conversation_is_worked_off_is_answered_too(store: Store) -> None:
    async def work() -> None:
        desk = a_desk(store)
        for number in range(30):
            await desk.receive([parcel_of(message(f"{number}", f"k{number}"))])
            await asyncio.sleep(number % 3 * 0.002)
        await desk.finish()

    asyncio.run(work())
    assert [text.partition("ですね")[0] for text in replies(store)] == [f"{number}" for number in range(30)]


def test_the_courier_is_told_after_each_commit(store: Store) -> None:
    told: list[int] = []

    def count_replies() -> None:
        told.append(1)

    desk = a_desk(store, settled=count_replies)
    all_of(store, desk, message("一", "k1"), message("二", "k2"))
    assert len(told) == 2


def test_a_slow_decision_does_not_stop_the_others(store: Store) -> None:
    gate = asyncio.Event()

    def slow(message: Message, situation: Situation) -> Sequence[Effect]:
        assert isinstance(message.content, Text)
        if message.content.text == "遅い":
            asyncio.run_coroutine_threadsafe(gate.wait(), loops[0]).result(10)
        return [Reply(message.content.text)]

    loops: list[asyncio.AbstractEventLoop] = []

    async def work() -> None:
        loops.append(asyncio.get_running_loop())
        desk = a_desk(store, slow)
        await desk.receive([parcel_of(message("遅い", "k1", "a"))])
        await desk.receive([parcel_of(message("速い", "k2", "b"))])
        await until(lambda: _count(store, "b"), 1)
        assert await _count(store, "a") == 0
        gate.set()
        await desk.finish()

    asyncio.run(work())
    assert replies(store) == ["遅い"]


async def _count(store: Store, address: str) -> int:
    lines = await store.read(queries.conversation, "fake", address, 0, 200)
    return sum(line.delivery is not None for line in lines)


async def until(count: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(10):
        while await count() < wanted:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("text", ["", "😀" * 50, "\x01\x02", "'; DROP TABLE line; --", "あ" * 100_000])
def test_whatever_was_written_is_kept_and_answered(store: Store, text: str) -> None:
    all_of(store, a_desk(store), message(text))
    assert inbounds(store)[0].content == Text(text)
    assert replies(store) == [f"{text}ですね()"]


def test_deliveries_belong_to_the_message_they_answer(store: Store) -> None:
    all_of(store, a_desk(store), message("一"))
    found = asyncio.run(store.read(lambda session: session.scalars(select(Delivery)).one()))
    assert found.inbound_id == inbounds(store)[0].id
