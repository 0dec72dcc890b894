"""Every message is stored first, then decided and settled: in order, once, and never lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import Engine, select

from bot.desk import TRIES, Decisions, Desk
from bot.ports import Decide
from bot.store import inbox, queries
from bot.store.models import Delivery, Inbound, InboundState
from bot.store.transactions import Store
from handlers.effects import Effect, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from tests.bot.fakes import FakeBook, FixedClock, decide, message


def apologise(message: Message, situation: Situation) -> Sequence[Effect]:
    from bot.apology import apologise as say_sorry

    return say_sorry(FakeBook(), message, situation)


def a_desk(store: Store, how: Decide = decide, sorry: Decide = apologise) -> Desk:
    return Desk(store, Decisions(how, sorry), FixedClock(), ["fake"], lambda: None)


def all_of(store: Store, desk: Desk, *messages: Message) -> None:
    """Receive messages one after another and wait until they are settled."""

    async def work() -> None:
        for one in messages:
            await desk.receive(one)
        await desk.finish()

    asyncio.run(work())


def replies(store: Store, address: str = "a") -> list[str]:
    lines = asyncio.run(store.read(queries.conversation, "fake", address, 0, 200))
    return [line.delivery.payload.text for line in lines if line.delivery]


def inbounds(store: Store) -> list[Inbound]:
    everything = select(Inbound).order_by(Inbound.id)
    return list(asyncio.run(store.read(lambda session: session.scalars(everything).all())))


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


def test_nothing_is_acknowledged_before_it_is_stored(store: Store, engine: Engine) -> None:
    async def receive_and_look() -> int:
        desk = a_desk(store)
        await desk.receive(message("一"))
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
    desk = a_desk(store, sorry=decide)
    all_of(store, desk, message("爆発"))
    asyncio.run(swept(store, sorry=decide))
    assert [row.state for row in inbounds(store)] == [InboundState.SET_ASIDE]
    assert replies(store) == []


async def swept(store: Store, sorry: Decide = apologise) -> None:
    """A new desk starts, finds what was left over, and works it off."""
    desk = a_desk(store, sorry=sorry)
    running = asyncio.create_task(desk.run())
    while await store.read(inbox.waiting, ["fake"]):
        await asyncio.sleep(0.01)
    await desk.finish()
    running.cancel()


def test_what_was_left_by_a_crash_is_worked_off_at_the_next_start_in_order(store: Store) -> None:
    for number in range(3):
        asyncio.run(store.write(inbox.keep, message(f"{number}", f"k{number}")))
    asyncio.run(swept(store))
    assert replies(store) == ["0ですね()", "1ですね(0)", "2ですね(0、1)"]


def test_messages_of_channels_served_elsewhere_are_left_alone(store: Store) -> None:
    asyncio.run(store.write(inbox.keep, message("一", channel="other")))
    asyncio.run(swept(store))
    assert [row.state for row in inbounds(store)] == [InboundState.NEW]


def test_two_desks_on_one_database_settle_a_message_once(store: Store) -> None:
    async def both() -> None:
        await store.write(inbox.keep, message("一"))
        desks = [a_desk(store), a_desk(store)]
        for desk in desks:
            await desk._sweep()
        for desk in desks:
            await desk.finish()

    asyncio.run(both())
    assert replies(store) == ["一ですね()"]


def test_the_courier_is_told_after_each_commit(store: Store) -> None:
    told: list[int] = []

    def count_replies() -> None:
        told.append(1)

    desk = Desk(store, Decisions(decide, apologise), FixedClock(), ["fake"], count_replies)
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
        await desk.receive(message("遅い", "k1", "a"))
        await desk.receive(message("速い", "k2", "b"))
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
