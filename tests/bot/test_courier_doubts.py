"""From the outbox to the channel: what may or may not have arrived is looked for, and sent again within bounds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.channels.base import NeverTold, NotSent, NotTold, Unknown
from bot.pacing import Pacing
from bot.store import outbox
from bot.store.models import DeliveryState
from bot.store.transactions import Store
from tests.bot.couriers import Run, all_in, doubted, queue, retried, settle_down
from tests.bot.fakes import MONDAY, FakeChannel


@dataclass
class Slow:
    """A store that is long about saying what was claimed."""

    store: Store

    async def read(self, work: Callable[..., Any], *values: Any) -> Any:
        return await self.store.read(work, *values)

    async def write(self, work: Callable[..., Any], *values: Any) -> Any:
        done = await self.store.write(work, *values)
        if work is outbox.claim:
            await asyncio.sleep(0.1)
        return done


def test_where_the_channel_cannot_be_read_an_unknown_reply_is_sent_again_within_bounds(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Unknown("timeout")] * 9)
        run = Run(store, channel)
        for times, seconds in ((1, 3), (2, 4), (3, 8)):
            await run.until(doubted(times))
            run.machine.move(seconds)
        (found,) = await run.until(lambda found: found[0].not_before is None)
        assert (found.state, found.tries, len(channel.sent)) == (DeliveryState.UNKNOWN, 3, 3)

    asyncio.run(work())


def test_an_unknown_reply_that_is_found_at_the_platform_is_not_sent_again(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Unknown("timeout")], seen=[True])
        run = Run(store, channel)
        await run.until(doubted(1))
        run.machine.move(3)
        await run.until(all_in(DeliveryState.SENT))
        assert len(channel.sent) == 1

    asyncio.run(work())


def test_an_unknown_reply_that_is_not_found_at_the_platform_is_sent_again(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Unknown("timeout")], seen=[False])
        run = Run(store, channel)
        await run.until(doubted(1))
        run.machine.move(3)
        await run.until(all_in(DeliveryState.SENT))
        assert len(channel.sent) == 2

    asyncio.run(work())


def test_a_step_counts_what_was_found_out_before_the_next_could_be_claimed(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(Slow(store), FakeChannel(outcomes=[Unknown("timeout")], seen=[False]))
        await run.until(doubted(1))
        run.machine.move(3)
        assert [await run.courier.step() for _ in range(3)] == [1, 1, 0]

    asyncio.run(work())


def test_what_never_arrives_is_given_up_when_patience_ends(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(store, FakeChannel(outcomes=[Unknown("server error")] * 9, seen=[False] * 9))
        await run.until(doubted(1))
        run.machine.move(3)
        await run.until(doubted(2))
        run.machine.move(3600)
        (found,) = await run.until(all_in(DeliveryState.FAILED))
        assert (found.tries, found.error) == (2, "never arrived")

    asyncio.run(work())


def test_while_the_platform_cannot_be_asked_an_unknown_reply_is_not_sent_again(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Unknown("timeout")], seen=[ConnectionError(), ConnectionError(), True])
        run = Run(store, channel)
        await run.until(doubted(1))
        for _ in range(3):
            run.machine.move(60)
            await settle_down(run)
        await run.until(all_in(DeliveryState.SENT))
        assert len(channel.sent) == 1

    asyncio.run(work())


def test_what_surely_did_not_arrive_does_not_use_up_the_tries_of_what_is_unknown(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[*[NotSent("conflict")] * 4, Unknown("timeout")])
        run = Run(store, channel)
        for times in range(1, 5):
            await run.until(retried(times))
            run.machine.move(60)
        await run.until(doubted(5))
        run.machine.move(3)
        await run.until(all_in(DeliveryState.SENT))

    asyncio.run(work())


def test_what_can_never_be_read_back_is_left_to_an_operator_and_holds_nothing_back(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        await queue(store, "二")
        channel = FakeChannel(outcomes=[Unknown("timeout")], seen=[NeverTold("missing_scope")])
        run = Run(store, channel)
        await run.until(doubted(1))
        run.machine.move(3)
        first, second = await run.until(lambda found: found[1].state == DeliveryState.SENT)
        assert (first.state, first.not_before) == (DeliveryState.UNKNOWN, None)
        assert (first.error, second.error) == ("not to be read back: missing_scope", None)

    asyncio.run(work())


def test_a_platform_that_asks_to_wait_is_asked_again_no_earlier(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[Unknown("timeout")], seen=[NotTold("throttled", 20.0), True])
        run = Run(store, channel)
        await run.until(doubted(1))
        run.machine.move(3)
        (found,) = await run.until(lambda found: found[0].doubts == 2)
        assert found.not_before == run.machine.at + timedelta(seconds=20)
        run.machine.move(20)
        await run.until(all_in(DeliveryState.SENT))

    asyncio.run(work())


def test_what_a_crash_left_in_sending_is_sent_again_when_the_lease_has_run_out(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        await store.write(outbox.claim, "fake", Pacing(), 8, MONDAY, MONDAY + timedelta(seconds=30))
        channel = FakeChannel()
        run = Run(store, channel)
        await settle_down(run)
        assert channel.sent == []
        run.machine.move(31)
        (found,) = await run.until(all_in(DeliveryState.SENT))
        assert found.tries == 2

    asyncio.run(work())


def test_what_a_crash_left_in_sending_is_looked_for_at_the_platform_first(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        await store.write(outbox.claim, "fake", Pacing(), 8, MONDAY, MONDAY + timedelta(seconds=30))
        channel = FakeChannel(seen=[True])
        run = Run(store, channel)
        run.machine.move(31)
        await run.until(all_in(DeliveryState.SENT))
        assert channel.sent == []

    asyncio.run(work())
