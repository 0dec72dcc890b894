"""Several desks on one database: each message is worked off by one of them, also where one has died."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.channels.base import parcel_of
from bot.store.models import InboundState
from bot.store.transactions import Store
from handlers.effects import Effect
from handlers.message import Message
from handlers.situation import Situation
from tests.bot.desks import HOLD_SECONDS, a_desk, all_of, inbounds, keep, replies, swept
from tests.bot.fakes import MONDAY, FixedClock, decide, message


def test_what_was_left_by_a_crash_is_worked_off_in_order_when_the_hold_has_run_out(store: Store) -> None:
    keep(store, *[message(f"{number}", f"k{number}") for number in range(3)])
    asyncio.run(swept(store, after=HOLD_SECONDS - 1))
    assert replies(store) == []
    asyncio.run(swept(store, after=HOLD_SECONDS))
    assert replies(store) == ["0ですね()", "1ですね(0)", "2ですね(0、1)"]


def test_messages_of_channels_served_elsewhere_are_left_alone(store: Store) -> None:
    keep(store, message("一", channel="other"))
    asyncio.run(swept(store, after=HOLD_SECONDS))
    assert [row.state for row in inbounds(store)] == [InboundState.NEW]


def test_messages_of_a_conversation_that_another_process_holds_are_left_to_it(store: Store) -> None:
    keep(store, message("一", "k1"), holder="other")
    all_of(store, a_desk(store), message("二", "k2"))
    assert replies(store) == []
    all_of(store, a_desk(store, holder="other"), message("三", "k3"))
    assert replies(store) == ["一ですね()", "二ですね(一)", "三ですね(一、二)"]


def test_a_conversation_is_given_back_when_nothing_is_left(store: Store) -> None:
    all_of(store, a_desk(store), message("一", "k1"))
    all_of(store, a_desk(store, holder="other"), message("二", "k2"))
    assert replies(store) == ["一ですね()", "二ですね(一)"]


def test_a_conversation_is_given_back_when_the_database_fails_in_the_middle(store: Store) -> None:
    def fail(_message: Message, _situation: Situation) -> Sequence[Effect]:
        raise OperationalError("SELECT", {}, Exception("gone"))

    all_of(store, a_desk(store, fail), message("一"))
    asyncio.run(swept(store))
    assert replies(store) == ["一ですね()"]


def test_two_desks_on_one_database_settle_a_message_once(store: Store) -> None:
    keep(store, message("一"))
    decided: list[str] = []

    def decide_and_count(message: Message, situation: Situation) -> Sequence[Effect]:
        decided.append(message.key)
        return decide(message, situation)

    async def both() -> None:
        machine = FixedClock(MONDAY + timedelta(seconds=HOLD_SECONDS))
        desks = [a_desk(store, decide_and_count, holder=holder, machine=machine) for holder in ("one", "two")]
        await asyncio.gather(*[desk.sweep() for desk in desks])
        await asyncio.gather(*[desk.finish() for desk in desks])

    asyncio.run(both())
    assert (replies(store), decided) == (["一ですね()"], ["k1"])


def test_desks_that_receive_the_same_message_at_the_same_moment_answer_it_once(store: Store) -> None:
    async def both() -> None:
        desks = [a_desk(store, holder=holder) for holder in ("one", "two", "three")]
        parcels = [[parcel_of(message("一", f"k{n}", f"a{place}")) for place in range(3)] for n in range(20)]
        await asyncio.gather(*[desk.receive([same[n]]) for same in parcels for n, desk in enumerate(desks)])
        await asyncio.gather(*[desk.finish() for desk in desks])

    asyncio.run(both())
    assert [row.state for row in inbounds(store)] == [InboundState.DONE] * 20
    assert sum(len(replies(store, f"a{place}")) for place in range(3)) == 20
