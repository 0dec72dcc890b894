"""Telegram starts, tells what is wrong, and confirms nothing before it is kept."""

import asyncio
import time
import traceback
from collections.abc import Iterator

import pytest

from bot.errors import ChannelNotReady
from tests.bot.channels.telegram_line import Keeper, channel_of, polling, until
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, throttled

MENU = [
    *("start", "menu", "ask", "seminars", "next", "calendar", "join"),
    *("subscribe", "unsubscribe", "link", "status", "human", "help"),
]
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


def test_being_asked_to_wait_is_no_trouble_of_the_network(api: BotApi) -> None:
    api.world.troubles.append(throttled(17, method="getMe"))
    assert str(asyncio.run(refusal_of(api))) == (
        "telegram: Telegram から 17 秒待つよう求められています。自動でもう一度つなぎますので、そのままお待ちください。"
    )


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


def test_stopping_is_prompt(api: BotApi) -> None:
    async def work() -> float:
        async with polling(api, Keeper()):
            await until(lambda: bool(api.world.called("getUpdates")))
            begin = time.monotonic()
        return time.monotonic() - begin

    assert asyncio.run(work()) < 1.0
