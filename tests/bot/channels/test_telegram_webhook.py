"""The webhook takes updates from Telegram alone, and says so only once they are kept."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator

import httpx
import pytest

from bot.web.body import LARGEST_EVENT
from tests.bot.channels.telegram_line import Keeper, channel_of, hooked, listening_socket, serving, until
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import World

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


def secret(world: World) -> str:
    return hmac.new(world.token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()


def update(number: int = 1, text: str = "はい") -> bytes:
    world = World()
    world.say(text)
    return json.dumps(world.updates[0] | {"update_id": number}).encode()


async def post(api: BotApi, url: str, body: bytes, **headers: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, content=body, headers={HEADER: secret(api.world)} | headers)
    return answer.status_code


def test_the_webhook_is_set_with_its_secret_and_what_we_want_to_hear(api: BotApi) -> None:
    async def work() -> None:
        async with hooked(api, Keeper()) as url:
            assert api.world.webhook == {"url": url, "secret": secret(api.world)}
            assert list(api.world.allowed) == ["message", "edited_message", "callback_query", "my_chat_member"]
        assert api.world.called("getUpdates") == []

    asyncio.run(work())


def test_what_telegram_hands_over_is_kept_in_order(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with hooked(api, keeper):
            for number in range(20):
                api.world.say(str(number))
            await keeper.has(20)
            await until(lambda: not api.world.updates)
        assert keeper.texts == [str(number) for number in range(20)]

    asyncio.run(work())


def test_what_could_not_be_kept_is_handed_over_again(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper(failures=2)
        async with hooked(api, keeper) as url:
            assert await post(api, url, update()) == 503
            api.world.say("一")
            await keeper.has(1)
        assert keeper.texts == ["一"]

    asyncio.run(work())


@pytest.mark.parametrize("shown", ["", "wrong", "あ", None])
def test_without_the_secret_nothing_is_kept(api: BotApi, shown: str | None) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with hooked(api, keeper) as url, httpx.AsyncClient(trust_env=False) as client:
            headers = [] if shown is None else [(HEADER.encode(), shown.encode())]
            answer = await client.post(url, content=update(), headers=headers)
            assert answer.status_code == 401
        assert keeper.parcels == []

    asyncio.run(work())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"3", 400),
        (b"\xff\xfe", 400),
        (b"[" * 60_000, 400),
        (b'{"update_id": 1' + b"0" * 5000 + b"}", 400),
        (b"x" * (LARGEST_EVENT + 1), 413),
        (b"{}", 200),
        (b'{"update_id": "1"}', 200),
    ],
)
def test_what_is_no_update_is_refused_or_passed_over_and_the_next_one_kept(
    api: BotApi, body: bytes, status: int
) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with hooked(api, keeper) as url:
            assert await post(api, url, body) == status
            assert keeper.parcels == []
            assert await post(api, url, update(2, "次")) == 200
        assert keeper.texts == ["次"]

    asyncio.run(work())


def test_the_kind_of_content_does_not_matter(api: BotApi) -> None:
    async def work() -> None:
        keeper = Keeper()
        async with hooked(api, keeper) as url:
            assert await post(api, url, update(), **{"Content-Type": "application/json; charset=utf-8"}) == 200
            assert await post(api, url, update(2), **{"Content-Type": "text/plain"}) == 200
        assert keeper.texts == ["はい", "はい"]

    asyncio.run(work())


def test_until_the_channel_has_started_telegram_is_asked_to_come_again(api: BotApi) -> None:
    async def work() -> None:
        keeper, listening = Keeper(), listening_socket()
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        channel = channel_of(api, mode="webhook", public_url=base)
        async with serving(channel.routes(keeper), listening):
            assert await post(api, f"{base}/telegram/webhook", update()) == 503
            await channel.start(keeper)
            assert await post(api, f"{base}/telegram/webhook", update()) == 200
            await channel.stop()
        assert keeper.texts == ["はい"]

    asyncio.run(work())


def test_nothing_but_posting_is_served(api: BotApi) -> None:
    async def work() -> int:
        async with hooked(api, Keeper()) as url, httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(url, headers={HEADER: secret(api.world)})).status_code

    assert asyncio.run(work()) == 405


def test_who_polls_serves_nothing(api: BotApi) -> None:
    assert list(channel_of(api).routes(Keeper())) == []
