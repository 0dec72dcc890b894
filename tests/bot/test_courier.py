"""From the outbox to the channel: every outcome is noted, none is silent."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.channels.base import NotSent, Outcome, Outgoing, Sent, Unknown
from bot.config import DeliverySettings
from bot.courier import Courier, pause
from bot.store import inbox, outbox
from bot.store.apply import settle
from bot.store.models import Delivery, DeliveryState, InboundState
from bot.store.transactions import Store
from handlers.effects import Reply
from tests.bot.fakes import MONDAY, FakeChannel, FixedClock, message

SETTINGS = DeliverySettings(lease_seconds=30, tries=3, in_flight=2)


async def queue(store: Store, text: str, address: str = "a") -> None:
    conversation = await store.write(inbox.keep, message(text, f"{address}:{text}", address))
    assert conversation is not None
    inbound = await store.write(inbox.next_new, conversation)
    assert inbound is not None
    await store.write(settle, inbound, InboundState.DONE, [Reply(text)], MONDAY)


async def deliveries(store: Store) -> list[Delivery]:
    rows = select(Delivery).order_by(Delivery.id)
    return list(await store.read(lambda session: session.scalars(rows).all()))


class Run:
    """A courier at work on one fake channel, with a machine clock to move."""

    def __init__(self, store: Store, channel: FakeChannel, settings: DeliverySettings = SETTINGS) -> None:
        self.store = store
        self.machine = FixedClock()
        self.courier = Courier(store, {channel.name: channel}, settings, FixedClock(), self.machine)

    async def until(self, holds: Callable[[list[Delivery]], bool]) -> list[Delivery]:
        """Work until something holds of the deliveries."""
        running = asyncio.create_task(self.courier.run())
        try:
            async with asyncio.timeout(10):
                while not holds(found := await deliveries(self.store)):
                    self.courier.wake()
                    await asyncio.sleep(0.01)
            await self.courier.finish()
            return found
        finally:
            running.cancel()


def all_in(state: DeliveryState) -> Callable[[list[Delivery]], bool]:
    return lambda found: all(delivery.state == state for delivery in found)


def retried(times: int) -> Callable[[list[Delivery]], bool]:
    """Back in the queue after so many tries."""
    return lambda found: (found[0].tries, found[0].state) == (times, DeliveryState.QUEUED)


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
        channel = FakeChannel(outcomes=[NotSent("busy", after=0.0), Sent(), NotSent("busy", after=0.0)])
        await Run(store, channel).until(all_in(DeliveryState.SENT))
        assert [out.reply.text for out in channel.sent if out.reply] == ["一", "一", "二", "二", "三"]

    asyncio.run(work())


@pytest.mark.parametrize(
    ("outcome", "final"),
    [(NotSent("blocked"), DeliveryState.FAILED), (Unknown("timeout"), DeliveryState.UNKNOWN)],
)
def test_after_bounded_tries_the_outcome_is_named(
    store: Store, outcome: NotSent | Unknown, final: DeliveryState
) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(store, FakeChannel(outcomes=[outcome] * 9))
        await run.until(retried(1))
        run.machine.move(2)
        await run.until(retried(2))
        run.machine.move(4)
        (found,) = await run.until(all_in(final))
        assert (found.tries, found.error) == (3, outcome.reason)

    asyncio.run(work())


def test_a_retry_waits_for_its_time(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        channel = FakeChannel(outcomes=[NotSent("busy", after=60.0)])
        run = Run(store, channel)
        (found,) = await run.until(retried(1))
        assert found.not_before == MONDAY + timedelta(seconds=60)
        run.machine.move(59)
        await settle_down(run)
        assert len(channel.sent) == 1
        run.machine.move(1)
        await run.until(all_in(DeliveryState.SENT))

    asyncio.run(work())


async def settle_down(run: Run) -> None:
    """Let the courier look a few times."""
    looked: list[int] = []
    await run.until(lambda _found: looked.append(1) is None and len(looked) > 10)


def test_an_error_inside_of_a_channel_leaves_the_outcome_unknown_and_is_tried_again(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        run = Run(store, FakeChannel(outcomes=[ConnectionResetError("gone")]))
        (found,) = await run.until(retried(1))
        assert found.error == "ConnectionResetError"
        run.machine.move(2)
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
        (found,) = await run.until(retried(1))
        assert found.error == "TimeoutError"

    asyncio.run(work())


def test_what_a_crash_left_in_sending_is_sent_again_when_the_lease_has_run_out(store: Store) -> None:
    async def work() -> None:
        await queue(store, "一")
        await store.write(outbox.claim, ["fake"], 8, MONDAY, MONDAY + timedelta(seconds=30))
        channel = FakeChannel()
        run = Run(store, channel)
        await settle_down(run)
        assert channel.sent == []
        run.machine.move(31)
        (found,) = await run.until(retried(1))
        assert found.error == "lease"
        run.machine.move(2)
        await run.until(all_in(DeliveryState.SENT))

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


def test_pauses_grow_to_a_bound_unless_the_channel_names_its_own() -> None:
    assert [pause(tries, None).total_seconds() for tries in (1, 2, 3, 20)] == [2, 4, 8, 300]
    assert pause(1, 17.5).total_seconds() == 17.5
