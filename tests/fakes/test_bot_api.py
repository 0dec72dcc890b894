"""The fake Bot API behaves as the real one is documented to."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import REAL_RATES, Rate, World

CHAT = 101


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_chat(CHAT)
        yield api


def call(api: BotApi, method: str, token: str | None = None, **params: Any) -> Mapping[str, Any]:
    url = f"{api.url}/bot{token or api.world.token}/{method}"
    with httpx.Client(trust_env=False) as client:
        answer: Mapping[str, Any] = client.post(url, json=params).json()
    return answer


def said(api: BotApi, **params: Any) -> list[str]:
    return [update["message"]["text"] for update in call(api, "getUpdates", **params)["result"]]


def refusal(api: BotApi, **params: Any) -> str:
    wanted: dict[str, Any] = {"chat_id": CHAT, "text": "x"} | params
    answer = call(api, "sendMessage", **wanted)
    return "" if answer["ok"] else str(answer["description"])


def test_updates_come_again_until_a_higher_offset_confirms_them(api: BotApi) -> None:
    for text in ("一", "二", "三"):
        api.world.say(text)
    assert said(api) == ["一", "二", "三"]
    assert said(api, limit=2) == ["一", "二"]
    assert said(api, offset=700_002) == ["二", "三"]
    assert said(api) == ["二", "三"]
    assert said(api, offset=700_004) == []


def test_a_long_poll_waits_for_its_time(api: BotApi) -> None:
    begin = time.monotonic()
    assert said(api, timeout=0.2) == []
    assert time.monotonic() - begin >= 0.2


def test_what_was_not_asked_for_does_not_come(api: BotApi) -> None:
    call(api, "getUpdates", allowed_updates=["callback_query"])
    api.world.say("一")
    assert said(api) == []


def test_nobody_polls_beside_a_webhook(api: BotApi) -> None:
    call(api, "setWebhook", url="http://127.0.0.1:1/x")
    assert call(api, "getUpdates")["error_code"] == 409
    call(api, "deleteWebhook")
    assert call(api, "getUpdates")["ok"]


def test_strangers_are_turned_away(api: BotApi) -> None:
    assert call(api, "getMe", token="1:wrong")["error_code"] == 401
    assert call(api, "noSuchMethod")["error_code"] == 404


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({}, ""),
        ({"chat_id": 5}, "Bad Request: chat not found"),
        ({"text": " "}, "Bad Request: message text is empty"),
        ({"text": "𠮷" * 2048}, ""),
        ({"text": "𠮷" * 2048 + "x"}, "Bad Request: message is too long"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 2}]}, "Bad Request: ENTITY_BOUNDS_INVALID"),
        ({"message_thread_id": 3}, "Bad Request: message thread not found"),
        ({"reply_parameters": {"message_id": 3}}, "Bad Request: message to be replied not found"),
        ({"reply_parameters": {"message_id": 3, "allow_sending_without_reply": True}}, ""),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 64}]]}}, ""),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "あ" * 22}]]}},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
    ],
)
def test_only_sound_posts_are_taken(api: BotApi, params: Mapping[str, Any], reason: str) -> None:
    assert refusal(api, **params) == reason
    assert len(api.world.posts(CHAT)) == int(not reason)


def test_the_real_rates_are_enforced_and_violations_counted(api: BotApi) -> None:
    api.world.rates = [Rate("overall", 2, 60), *REAL_RATES]
    api.world.add_chat(102)
    api.world.add_chat(103)
    assert refusal(api) == ""
    assert refusal(api) == "Too Many Requests: retry after 1"
    assert refusal(api, chat_id=102) == ""
    assert refusal(api, chat_id=103) == "Too Many Requests: retry after 60"
    assert api.world.violations == 2


def test_a_group_has_a_rate_of_its_own() -> None:
    world = World(rates=[Rate("group", 1, 60)])
    with running_bot_api(world) as api:
        for chat in (CHAT, -5):
            world.add_chat(chat)
        assert [refusal(api), refusal(api), refusal(api, chat_id=-5)] == ["", "", ""]
        assert refusal(api, chat_id=-5) == "Too Many Requests: retry after 60"


def test_it_comes_back_on_the_same_port(api: BotApi) -> None:
    port = api.port
    api.stop()
    with pytest.raises(httpx.ConnectError):
        call(api, "getMe")
    api.start()
    assert api.port == port
    assert call(api, "getMe")["result"]["username"] == "desk_bot"


def test_as_a_process_it_is_steered_over_http() -> None:
    process = subprocess.Popen([sys.executable, "-m", "tests.fakes.bot_api", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, httpx.Client(base_url=process.stdout.readline().strip(), trust_env=False) as client:
        bot = f"/bot{World().token}"
        assert client.post("/control/say", json={"text": "はい", "chat": CHAT}).json() == {"result": 1}
        assert client.post(f"{bot}/getUpdates").json()["result"][0]["message"]["text"] == "はい"
        client.post("/control/trouble", json={"kind": "fail", "code": 502})
        sends = [client.post(f"{bot}/sendMessage", json={"chat_id": CHAT, "text": "答え"}) for _ in range(2)]
        assert [answer.status_code for answer in sends] == [502, 200]
        assert [post["text"] for post in client.get("/control/posts", params={"chat": CHAT}).json()] == ["答え"]
        assert [made["method"] for made in client.get("/control/calls").json()] == [
            "getUpdates",
            "sendMessage",
            "sendMessage",
        ]
        assert client.get("/control/state").json() == {
            "unconfirmed": 1,
            "posts": 1,
            "violations": 0,
            "webhook": "",
            "commands": [],
        }
        process.terminate()
