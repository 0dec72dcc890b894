"""One process at a time does what only one may do; when it dies, another does."""

import asyncio

from bot.leadership import Leadership
from bot.store.transactions import Store
from tests.bot.fakes import FixedClock


def test_one_leads_until_it_dies(store: Store) -> None:
    async def work() -> None:
        machine = FixedClock()
        first, second = (Leadership(store, holder, machine, 10) for holder in ("a:1", "b:2"))
        assert await first.leads("poll")
        assert not await second.leads("poll")
        assert await first.leads("poll")
        machine.move(10)
        assert await second.leads("poll")
        await first.stop()
        assert not await Leadership(store, "c:3", machine, 10).leads("poll")
        await second.stop()

    asyncio.run(work())


def test_who_stops_in_order_lets_others_lead_at_once(store: Store) -> None:
    async def work() -> None:
        first, second = (Leadership(store, holder, FixedClock(), 10) for holder in ("a:1", "b:2"))
        assert await first.leads("poll")
        await first.stop()
        assert await second.leads("poll")
        await second.stop()

    asyncio.run(work())


def test_who_lives_renews_what_it_holds(store: Store) -> None:
    async def work() -> None:
        machine = FixedClock()
        first, second = (Leadership(store, holder, machine, 0.3) for holder in ("a:1", "b:2"))
        assert await first.leads("poll")
        machine.move(0.25)
        await asyncio.sleep(0.3)
        machine.move(0.25)
        assert not await second.leads("poll")
        await first.stop()

    asyncio.run(work())


def test_different_things_are_held_apart(store: Store) -> None:
    async def work() -> None:
        first, second = (Leadership(store, holder, FixedClock(), 10) for holder in ("a:1", "b:2"))
        assert await first.leads("poll")
        assert await second.leads("other")
        await first.stop()
        await second.stop()

    asyncio.run(work())
