"""What is done at regular times."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.channels.base import Parcel
from bot.config import RetentionSettings
from bot.jobs import Jobs
from bot.store import inbox
from bot.store.models import Raw
from bot.store.transactions import Store
from tests.bot.fakes import MONDAY, FixedClock


async def keep(store: Store, key: str, days: float) -> None:
    at = MONDAY + timedelta(days=days)
    await store.write(inbox.keep_all, [Parcel("fake", key, at, raw="{}")], "me", at, at)


async def keys(store: Store) -> list[str]:
    return list(await store.read(lambda session: session.scalars(select(Raw.key).order_by(Raw.key)).all()))


def test_what_platforms_handed_over_is_forgotten_after_its_days(store: Store) -> None:
    async def work() -> None:
        await keep(store, "old", 0)
        await keep(store, "young", 3)
        await Jobs(store, RetentionSettings(raw_days=2), FixedClock(MONDAY + timedelta(days=4))).tidy()
        assert await keys(store) == ["young"]

    asyncio.run(work())


def test_the_first_tick_comes_at_once(store: Store) -> None:
    async def work() -> None:
        await keep(store, "old", 0)
        jobs = Jobs(store, RetentionSettings(raw_days=2), FixedClock(MONDAY + timedelta(days=4)))
        jobs.start()
        try:
            async with asyncio.timeout(10):
                while await keys(store):
                    await asyncio.sleep(0.01)
        finally:
            jobs.stop()

    asyncio.run(work())
