"""Telegram starts, tells what is wrong, and receives by long poll without losing anything."""

import asyncio
import itertools
import time
import traceback
from collections.abc import Iterator

import httpx
import pytest

from bot.channels.telegram import poll as telegram_poll
from bot.errors import ChannelNotReady
from tests.bot.channels.telegram_line import Keeper, channel_of, polling, until
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, throttled

MENU = ["start", "menu", "ask", "seminars", "next", "status", "human", "help"]
UPDATES = '["message", "edited_message", "callback_query", "my_chat_member"]'


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


async def refusal_of(api: BotApi, **settings: object) -> ChannelNotReady:
    channel = channel_of(api, **settings)  # type: ignore[arg-type]
    try:
        with pytest.raises(ChannelNotReady) as caught:
            await channel.start(Keeper())
    finally:
        await channel.stop()
    return caught.value


def test_a_wrong_token_is_named_without_being_shown(api: BotApi) -> None:
    error = asyncio.run(refusal_of(api, token="4242:AAwrong-token"))
    assert str(error) == (
        "telegram: トークンが受け付けられません。"
        "環境変数 TELEGRAM_BOT_TOKEN に、BotFather から受け取ったトークンを入れ直してください"
        "(channels.telegram.api_base を変えた場合は、その値も確かめてください)。"
    )
    assert error.__cause__ is None
    assert "AAwrong" not in "".join(traceback.format_exception(error))


def test_a_server_that_is_away_is_named_and_the_start_can_be_tried_again(api: BotApi) -> None:
    async def work() -> None:
        api.stop()
        channel, keeper = channel_of(api), Keeper()
        with pytest.raises(ChannelNotReady) as caught:
            await channel.start(keeper)
        assert str(caught.value) == (
            "telegram: Bot API が応えません(NetworkError)。"
            "ネットワークと config.yaml の channels.telegram.api_base を確かめてください。"
        )
        api.start()
        await channel.start(keeper)
        api.world.say("はい")
        await keeper.has(1)
        await channel.stop()

    asyncio.run(work())


def test_a_server_that_is_no_bot_api_is_named(api: BotApi) -> None:
    api.world.troubles.append(Trouble("garble", method="getMe"))
    assert str(asyncio.run(refusal_of(api))).startswith("telegram: Bot API が応えません(TelegramError)。")


def test_a_webhook_needs_a_public_url(api: BotApi) -> None:
    assert str(asyncio.run(refusal_of(api, mode="webhook"))) == (
        "telegram: webhook で受け取るための公開 URL がありません。"
        "config.yaml の channels.telegram.public_url に、https:// で始まる URL を書いてください。"
    )


def test_a_webhook_that_somebody_else_has_set_is_named(api: BotApi) -> None:
    api.world.webhook_seen = "https://other.example/hook"
    assert str(asyncio.run(refusal_of(api, mode="webhook", public_url="https://desk.example"))) == (
        "telegram: webhook の宛先が https://desk.example/telegram/webhook ではなく "
        "https://other.example/hook になっています。同じボットをほかのプログラムが使っていないか確かめてください。"
    )


def test_the_menu_shows_each_command_with_what_it_does(api: BotApi) -> None:
    async def work() -> None:
        async with polling(api, Keeper()):
            assert api.world.commands == [{"command": name, "description": f"command_{name}"} for name in MENU]

    asyncio.run(work())


def test_polling_takes_the_place_of_a_webhook_and_keeps_what_waited(api: BotApi) -> None:
    async def work() -> None:
        api.world.say("待っていました")
        api.world.webhook = {"url": "http://127.0.0.1:1/gone", "secret": ""}
        keeper = Keeper()
        async with polling(api, keeper):
            await keeper.has(1)
        assert keeper.texts == ["待っていました"]
        assert api.world.called("getUpdates")[0].params == {"timeout": "20", "allowed_updates": UPDATES}

    asyncio.run(work())


def test_nothing_is_confirmed_before_it_is_kept(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        keeper.is_open.clear()
        async with polling(api, keeper):
            api.world.say("一")
            api.world.say("二")
            await asyncio.sleep(0.1)
            assert [call.params.get("offset") for call in api.world.called("getUpdates")] == [None]
            assert len(api.world.updates) == 2
            keeper.is_open.set()
            await until(lambda: not api.world.updates)
        assert keeper.texts == ["一", "二"]

    asyncio.run(work())


def test_what_was_not_kept_comes_again_to_the_next_process(api: BotApi) -> None:
    async def work() -> None:
        api.world.say("一")
        dying, next_one = Keeper(), Keeper()
        dying.is_open.clear()
        async with polling(api, dying):
            await asyncio.sleep(0.1)
        async with polling(api, next_one):
            await next_one.has(1)
        assert dying.parcels == []
        assert next_one.texts == ["一"]

    asyncio.run(work())


def test_while_nothing_can_be_kept_it_is_fetched_again(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper(failures=1)
        async with polling(api, keeper):
            api.world.say("一")
            api.world.say("二")
            await until(lambda: not api.world.updates)
        assert keeper.texts == ["一", "二"]

    asyncio.run(work())


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


def test_stopping_is_prompt(api: BotApi) -> None:
    async def work() -> float:
        async with polling(api, Keeper()):
            await until(lambda: bool(api.world.called("getUpdates")))
            begin = time.monotonic()
        return time.monotonic() - begin

    assert asyncio.run(work()) < 1.0
