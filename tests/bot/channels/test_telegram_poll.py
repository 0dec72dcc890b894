"""The long poll outlives every trouble, keeps what it is asked to wait, and never runs hot."""

import asyncio
import itertools
from collections.abc import Iterator

import httpx
import pytest

from bot.channels.telegram import poll as telegram_poll
from bot.clock import RealClock
from tests.bot.channels.telegram_line import Keeper, polling, until
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, throttled


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


TROUBLES = [
    Trouble("fail", method="getUpdates", code=502),
    Trouble("fail", method="getUpdates", code=500),
    Trouble("refuse", method="getUpdates", code=409, description="Conflict: terminated by other getUpdates request"),
    Trouble("drop_before", method="getUpdates"),
    Trouble("drop_after", method="getUpdates"),
    Trouble("garble", method="getUpdates"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: f"{trouble.kind}{trouble.code}")
def test_the_poll_outlives_troubles(api: BotApi, trouble: Trouble) -> None:
    async def work() -> None:
        keeper = Keeper()
        api.world.say("一")
        api.world.troubles.append(Trouble(**vars(trouble)))
        async with polling(api, keeper):
            await keeper.has(1)
        assert keeper.texts == ["一"]

    asyncio.run(work())


def test_the_poll_waits_as_long_as_it_is_asked_to(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        api.world.say("一")
        api.world.troubles.append(throttled(1, method="getUpdates"))
        async with polling(api, keeper):
            await keeper.has(1)
        first, second = (call.at for call in api.world.called("getUpdates")[:2])
        assert 1.0 <= second - first < 1.5

    asyncio.run(work())


def test_another_poller_costs_nothing_but_time(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with polling(api, keeper):
            await until(lambda: len(api.world.called("getUpdates")) == 1)
            async with httpx.AsyncClient(trust_env=False) as client:
                await client.post(f"{api.url}/bot{api.world.token}/getUpdates", data={"timeout": "0"})
            api.world.say("一")
            await keeper.has(1)
        assert keeper.texts == ["一"]

    asyncio.run(work())


def test_only_the_process_that_leads_fetches(api: BotApi) -> None:
    async def work() -> None:
        asked: list[str] = []
        answers = iter([False])

        async def lead(name: str) -> bool:
            asked.append(name)
            return next(answers, True)

        keeper = Keeper()
        api.world.say("一")
        async with polling(api, keeper, lead):
            await until(lambda: len(asked) == 1)
            assert api.world.called("getUpdates") == []
            await keeper.has(1)
        assert set(asked) == {"telegram:poll"}

    asyncio.run(work())


def test_an_update_that_cannot_be_read_spoils_nothing(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        api.world.say("一")
        number = api.world.push("message", {"text": 3, "chat": []})
        api.world.updates.append({"message": "without a number"})
        api.world.say("二")
        async with polling(api, keeper):
            await keeper.has(3)
        assert keeper.texts == ["一", "二"]
        assert [parcel.key for parcel in keeper.parcels if parcel.error] == [f"4242:{number}"]

    asyncio.run(work())


def test_what_can_never_be_confirmed_is_not_fetched_in_a_rush(api: BotApi) -> None:
    async def work() -> None:
        api.world.updates.append({"message": "without a number"})
        async with polling(api, Keeper()):
            await asyncio.sleep(0.3)
        assert len(api.world.called("getUpdates")) == 1

    asyncio.run(work())


def test_a_server_that_answers_before_there_is_anything_is_not_asked_in_a_rush(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_poll, "LONG_POLL_SECONDS", 0)

    async def work() -> None:
        async with polling(api, Keeper(), machine=RealClock()):
            await until(lambda: len(api.world.called("getUpdates")) == 2)
        first, second = (call.at for call in api.world.called("getUpdates"))
        assert 0.5 <= second - first < 0.9

    asyncio.run(work())


def test_after_a_long_poll_without_news_the_next_follows_at_once(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_poll, "LONG_POLL_SECONDS", 1)

    async def work() -> None:
        async with polling(api, Keeper(), machine=RealClock()):
            await until(lambda: len(api.world.called("getUpdates")) == 2)
        first, second = (call.at for call in api.world.called("getUpdates"))
        assert 1.0 <= second - first < 1.4

    asyncio.run(work())


def test_numbers_that_begin_anew_lower_down_are_heard(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_poll, "LONG_POLL_SECONDS", 0)

    async def work() -> None:
        keeper = Keeper()
        async with polling(api, keeper):
            api.world.say("一")
            await keeper.has(1)
            await until(lambda: not api.world.updates)
            await until(lambda: api.world.called("getUpdates")[-1].params.get("offset") is None)
            api.world._update_ids = itertools.count(5)
            api.world.say("二")
            await keeper.has(2)
        assert [parcel.key for parcel in keeper.parcels] == ["4242:700001", "4242:5"]

    asyncio.run(work())
