"""Signs of life: seen at once, never waited for."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from bot.channels.base import Parcel
from handlers.message import Tap
from tests.bot.channels.telegram_line import Keeper, polling, until
from tests.bot.fakes import FixedClock
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Post, Trouble, throttled


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


def test_the_typing_sign_comes_once_the_question_is_kept(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        keeper.is_open.clear()
        async with polling(api, keeper):
            api.world.say("一")
            api.world.say("@desk_bot 二", chat=-100, thread=7)
            api.world.say("聞こえない", chat=-100)
            await asyncio.sleep(0.1)
            assert api.world.called("sendChatAction") == []
            keeper.is_open.set()
            await until(lambda: len(api.world.called("sendChatAction")) == 2)
        assert sorted((dict(call.params) for call in api.world.called("sendChatAction")), key=len) == [
            {"chat_id": "101", "action": "typing"},
            {"chat_id": "-100", "action": "typing", "message_thread_id": "7"},
        ]

    asyncio.run(work())


def test_what_has_no_words_calls_for_no_thinking(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        contact = {"contact": {"phone_number": "1", "first_name": "x"}}
        async with polling(api, keeper):
            api.world.show(contact, chat=201)
            api.world.say("/start", chat=202)
            api.world.show(contact, chat=203, caption="この人は？")
            await until(lambda: bool(api.world.called("sendChatAction")))
        assert [call.params["chat_id"] for call in api.world.called("sendChatAction")] == ["203"]

    asyncio.run(work())


def test_a_sign_that_fails_bothers_nobody(api: BotApi) -> None:
    async def work() -> list[object]:
        bothered: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: bothered.append(context))
        api.world.troubles.append(Trouble("fail", method="sendChatAction", code=500))
        keeper = Keeper()
        async with polling(api, keeper):
            api.world.say("一")
            await until(lambda: bool(api.world.called("sendChatAction")))
            await asyncio.sleep(0.1)
            gc.collect()
        return bothered

    assert asyncio.run(work()) == []


def test_signs_hold_nothing_up_and_are_few(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        api.world.troubles.append(Trouble("slow", 100, method="sendChatAction", seconds=5.0))
        async with polling(api, keeper):
            for number in range(30):
                api.world.say(f"{number}", chat=200 + number)
            await keeper.has(30, seconds=3.0)
            await until(lambda: len(api.world.called("sendChatAction")) == 8)
            api.world.say("もう一つ")
            await keeper.has(31, seconds=3.0)
        assert len(api.world.called("sendChatAction")) == 8

    asyncio.run(work())


def test_signs_pause_when_telegram_asks_for_it(api: BotApi) -> None:
    async def work() -> None:
        keeper, machine = Keeper(), FixedClock()
        api.world.troubles.append(throttled(30, method="sendChatAction"))
        async with polling(api, keeper, machine=machine):
            api.world.say("一")
            await until(lambda: len(api.world.called("sendChatAction")) == 1)
            await asyncio.sleep(0.1)
            api.world.say("二")
            await keeper.has(2)
            machine.move(30)
            api.world.say("三")
            await until(lambda: len(api.world.called("sendChatAction")) == 2)
        assert keeper.texts == ["一", "二", "三"]

    asyncio.run(work())


def rateable(api: BotApi) -> None:
    api.world.add_chat(101)
    rows = ((("👍", "7:rate:up"), ("👎", "7:rate:down")), (("はい", "7:entry:a"),))
    api.world.posts_made.append(Post(api.world.fresh_id(), 101, "答え", 0.0, rows))


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("👍", "rate:up", {"text": "rated_up"}),
        ("👎", "rate:down", {"text": "rated_down"}),
        ("はい", "entry:a", {}),
    ],
)
def test_a_tap_is_answered_at_once(api: BotApi, label: str, value: str, said: dict[str, str]) -> None:
    async def work() -> Parcel:
        keeper = Keeper()
        rateable(api)
        async with polling(api, keeper):
            api.world.tap(label)
            query = api.world.updates[0]["callback_query"]["id"]
            await until(lambda: bool(api.world.called("answerCallbackQuery")))
        assert [call.params for call in api.world.called("answerCallbackQuery")] == [
            {"callback_query_id": query, **said}
        ]
        return keeper.parcels[0]

    message = asyncio.run(work()).message
    assert message is not None
    assert message.content == Tap(value, 7)
