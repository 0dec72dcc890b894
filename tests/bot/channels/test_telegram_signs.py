"""Signs of life: seen at once, never waited for."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from bot.channels.base import Outgoing, Parcel, Throttled
from bot.clock import RealClock
from handlers.effects import Reply
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


def tapped(api: BotApi, count: int) -> list[str]:
    """Taps by so many people, and the ids of their queries."""
    rateable(api)
    for number in range(count):
        api.world.tap("はい", person=500 + number)
    return [update["callback_query"]["id"] for update in api.world.updates]


def answered(api: BotApi) -> list[str]:
    return [call.params["callback_query_id"] for call in api.world.called("answerCallbackQuery")]


def test_more_taps_than_go_at_once_wait_their_turn(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        queries = tapped(api, 30)
        api.world.troubles.append(Trouble("slow", 8, method="answerCallbackQuery", seconds=0.5))
        async with polling(api, keeper):
            await keeper.has(30)
            await until(lambda: len(answered(api)) == 8)
            await asyncio.sleep(0.2)
            assert len(answered(api)) == 8
            await until(lambda: len(answered(api)) == 30)
        assert sorted(answered(api)) == sorted(queries)

    asyncio.run(work())


def test_no_more_taps_wait_than_there_is_room_for(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        tapped(api, 90)
        api.world.troubles.append(Trouble("slow", 8, method="answerCallbackQuery", seconds=0.5))
        async with polling(api, keeper):
            await keeper.has(90)
            await until(lambda: len(answered(api)) == 72)
            await asyncio.sleep(0.3)
        assert len(answered(api)) == 72

    asyncio.run(work())


def test_a_tap_that_telegram_puts_off_is_answered_once_the_wait_is_over(api: BotApi) -> None:
    async def work() -> None:
        [query] = tapped(api, 1)
        api.world.troubles.append(throttled(0.5, method="answerCallbackQuery"))
        async with polling(api, Keeper(), machine=RealClock()):
            await until(lambda: len(answered(api)) == 2)
        assert answered(api) == [query, query]
        first, second = (call.at for call in api.world.called("answerCallbackQuery"))
        assert 0.5 <= second - first < 1.0

    asyncio.run(work())


def test_while_a_send_has_to_wait_there_are_no_signs_and_then_the_taps_are_answered(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        api.world.add_chat(101)
        api.world.troubles.append(throttled(0.6))
        async with polling(api, keeper, machine=RealClock()) as channel:
            assert await channel.send(Outgoing(7, "101", Reply("どうぞ"))) == Throttled(0.6)
            refused_at = api.world.called("sendMessage")[0].at
            [query] = tapped(api, 1)
            api.world.say("一")
            await keeper.has(2)
            await until(lambda: answered(api) == [query])
            assert 0.6 <= api.world.called("answerCallbackQuery")[0].at - refused_at < 1.2
            assert api.world.called("sendChatAction") == []
            api.world.say("二")
            await until(lambda: len(api.world.called("sendChatAction")) == 1)

    asyncio.run(work())


def test_a_shorter_wait_does_not_end_a_longer_one(api: BotApi) -> None:
    async def work() -> None:
        keeper, machine = Keeper(), FixedClock()
        api.world.add_chat(101)
        api.world.troubles += [throttled(30), throttled(1)]
        async with polling(api, keeper, machine=machine) as channel:
            for seconds in (30.0, 1.0):
                assert await channel.send(Outgoing(7, "101", Reply("どうぞ"))) == Throttled(seconds)
            machine.move(29)
            api.world.say("一")
            await keeper.has(1)
            await asyncio.sleep(0.1)
            assert api.world.called("sendChatAction") == []

    asyncio.run(work())
