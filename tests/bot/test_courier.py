"""From the outbox to the channel: every outcome is noted, none is silent."""

import asyncio
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy import text as sql

from bot.channels.base import Gone, Moved, NotSent, Outcome, Outgoing, Refused, Sent, Throttled
from bot.config import DeliverySettings
from bot.courier import Courier, pause
from bot.pacing import Limit, Pacing
from bot.store.models import Conversation, DeliveryState
from bot.store.transactions import Store
from tests.bot.couriers import SETTINGS, Run, all_in, deliveries, doubted, queue, retried, settle_down
from tests.bot.fakes import ANY_TIME, MONDAY, FakeChannel, FixedClock


def test_a_reply_is_sent_and_noted(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel()
        (found,) = await Run(store, channel).until(all_in(DeliveryState.SENT))
        assert [(out.address, out.reply.text, out.id) for out in channel.sent] == [("a", "一", found.id)]
        assert (found.tries, found.sent_at, found.error, found.lease_until) == (1, MONDAY, None, None)

    asyncio.run(work())


def test_replies_of_one_conversation_arrive_in_order_in_spite_of_failures(store: Store) -> None:
    async def work() -> None:
        for text in "一二三":
            await queue(store, text)
        channel = FakeChannel(outcomes=[Throttled(0.0), Sent(), Throttled(0.0)])
        await Run(store, channel).until(all_in(DeliveryState.SENT))
        assert [out.reply.text for out in channel.sent if out.reply] == ["一", "一", "二", "二", "三"]

    asyncio.run(work())


def test_what_surely_did_not_arrive_is_tried_until_patience_ends(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(store, FakeChannel(outcomes=[NotSent("unreachable")] * 99))
        for times, seconds in enumerate([2, 4, 8, 16, 3600], start=1):
            await run.until(retried(times))
            run.machine.move(seconds)
        (found,) = await run.until(all_in(DeliveryState.FAILED))
        assert (found.tries, found.error) == (6, "unreachable")

    asyncio.run(work())


def test_what_is_refused_is_not_tried_again(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Refused("too long")])
        (found,) = await Run(store, channel).until(all_in(DeliveryState.FAILED))
        assert (found.tries, found.error) == (1, "too long")

    asyncio.run(work())


def test_being_asked_to_wait_is_honoured_and_costs_no_try(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Throttled(60.0)] * 9)
        run = Run(store, channel)
        for times in range(1, 10):
            (found,) = await run.until(retried(times))
            assert (found.failures, found.not_before) == (0, run.machine.at + timedelta(seconds=60))
            run.machine.move(59.9)
            await settle_down(run)
            assert len(channel.sent) == times
            run.machine.move(0.1)
        await run.until(all_in(DeliveryState.SENT))

    asyncio.run(work())


def test_to_a_recipient_who_is_gone_nothing_more_is_sent(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        await queue(store, "二")
        channel = FakeChannel(outcomes=[Gone("blocked")])
        found = await Run(store, channel).until(all_in(DeliveryState.FAILED))
        assert [(one.tries, one.error) for one in found] == [(1, "blocked"), (0, "blocked")]
        gone = await store.read(lambda session: session.scalars(select(Conversation.gone)).all())
        assert gone == ["blocked"]

    asyncio.run(work())


def test_a_group_that_moved_gets_the_reply_under_its_new_name(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一", "-1")
        channel = FakeChannel(outcomes=[Moved("-100")])
        (found,) = await Run(store, channel).until(all_in(DeliveryState.SENT))
        assert [out.address for out in channel.sent] == ["-1", "-100"]
        assert (found.tries, found.failures) == (2, 1)

    asyncio.run(work())


def test_a_group_that_moves_in_circles_is_followed_ever_more_slowly(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一", "-1")
        channel = FakeChannel(outcomes=[Moved("-2"), Moved("-1")] * 9)
        run = Run(store, channel)
        (found,) = await run.until(retried(2))
        assert (found.not_before, len(channel.sent)) == (MONDAY + timedelta(seconds=2), 2)
        await settle_down(run)
        assert len(channel.sent) == 2

    asyncio.run(work())


def test_an_outcome_is_noted_when_the_database_is_back(store: Store, engine: Engine) -> None:
    class Cutting(FakeChannel):
        async def send(self, outgoing: Outgoing) -> Outcome:
            with engine.begin() as connection:
                connection.execute(sql("ALTER TABLE delivery RENAME TO away"))
            return await super().send(outgoing)

    async def work() -> None:
        await queue(store, "一")
        channel = Cutting()
        courier = Courier(store, channel, SETTINGS, ANY_TIME, FixedClock(), FixedClock())
        running = asyncio.create_task(courier.run())
        while not channel.sent:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        with engine.begin() as connection:
            connection.execute(sql("ALTER TABLE away RENAME TO delivery"))
        await courier.finish()
        running.cancel()
        (found,) = await deliveries(store)
        assert (found.state, found.tries, len(channel.sent)) == (DeliveryState.SENT, 1, 1)

    asyncio.run(work())


def test_an_error_inside_of_a_channel_leaves_the_outcome_unknown(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(store, FakeChannel(outcomes=[ConnectionResetError("gone")]))
        (found,) = await run.until(doubted(1))
        assert found.error == "ConnectionResetError"
        run.machine.move(3)
        await run.until(all_in(DeliveryState.SENT))

    asyncio.run(work())


def test_a_channel_that_hangs_is_given_up_when_the_lease_ends(store: Store) -> None:
    class Hanging(FakeChannel):
        async def send(self, outgoing: Outgoing) -> Outcome:
            await asyncio.sleep(60)
            return Sent()

    async def work() -> None:
        await queue(store, "一")
        run = Run(store, Hanging(), DeliverySettings(lease_seconds=0.05))
        (found,) = await run.until(doubted(1))
        assert found.error == "TimeoutError"

    asyncio.run(work())


def test_the_pace_of_the_channel_is_kept(store: Store) -> None:
    async def work() -> None:
        for number in range(3):
            await queue(store, str(number))
        channel = FakeChannel(pacing=Pacing(of_place=lambda _place: (Limit(1, 1.0),)))
        run = Run(store, channel)
        for sent in (1, 2, 3):
            await settle_down(run)
            assert len(channel.sent) == sent
            run.machine.move(1)

    asyncio.run(work())


def test_sending_is_committed_before_the_call(store: Store) -> None:
    states: list[DeliveryState] = []

    class Looking(FakeChannel):
        async def send(self, outgoing: Outgoing) -> Outcome:
            states.extend(delivery.state for delivery in await deliveries(store))
            return Sent()

    async def work() -> None:
        await queue(store, "一")
        await Run(store, Looking()).until(all_in(DeliveryState.SENT))

    asyncio.run(work())
    assert states == [DeliveryState.SENDING]


def test_no_more_are_underway_than_the_settings_allow(store: Store) -> None:
    underway: list[int] = [0, 0]

    class Counting(FakeChannel):
        async def send(self, outgoing: Outgoing) -> Outcome:
            underway[0] += 1
            underway[1] = max(underway)
            await asyncio.sleep(0.01)
            underway[0] -= 1
            return Sent()

    async def work() -> None:
        for number in range(10):
            await queue(store, "一", f"a{number}")
        await Run(store, Counting()).until(all_in(DeliveryState.SENT))

    asyncio.run(work())
    assert underway == [0, 2]


def test_pauses_grow_to_a_bound() -> None:
    assert [pause(failures).total_seconds() for failures in (1, 2, 3, 20, 9999)] == [2, 4, 8, 300, 300]
