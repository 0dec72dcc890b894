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


FORUM = -100_200
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
)
FORCED = {"force_reply": True, "selective": True}


def told(api: BotApi, method: str, **params: Any) -> str:
    """Why a call is refused, "" where it is not."""
    answer = call(api, method, **params)
    return "" if answer["ok"] else str(answer["description"])


def test_a_post_is_edited_once_and_deleted_once(api: BotApi) -> None:
    assert refusal(api, text="一") == ""
    where = {"chat_id": CHAT, "message_id": 1}
    assert told(api, "editMessageText", **where, text="二") == ""
    assert told(api, "editMessageText", **where, text="二") == NOT_MODIFIED
    assert told(api, "editMessageText", **where, text=" ") == "Bad Request: message text is empty"
    assert [post.text for post in api.world.posts(CHAT)] == ["二"]
    assert told(api, "deleteMessage", **where) == ""
    assert told(api, "deleteMessage", **where) == "Bad Request: message to delete not found"
    assert told(api, "editMessageText", **where, text="三") == "Bad Request: message to edit not found"
    assert told(api, "deleteMessage", chat_id=5, message_id=1) == "Bad Request: chat not found"


def test_a_post_that_asks_for_an_answer_cannot_be_edited(api: BotApi) -> None:
    assert refusal(api, reply_markup=FORCED) == ""
    assert told(api, "editMessageText", chat_id=CHAT, message_id=1, text="二") == "Bad Request: message can't be edited"


def test_topics_are_opened_in_forums_by_who_may(api: BotApi) -> None:
    wanted = {"chat_id": FORUM, "name": "#12"}
    assert told(api, "createForumTopic", **wanted) == "Bad Request: chat not found"
    api.world.add_chat(FORUM)
    assert told(api, "createForumTopic", **wanted) == "Bad Request: the chat is not a forum"
    api.world.add_forum(FORUM)
    assert told(api, "createForumTopic", chat_id=FORUM, name="あ" * 129) == "Bad Request: TOPIC_TITLE_INVALID"
    topic = call(api, "createForumTopic", **wanted)["result"]["message_thread_id"]
    assert refusal(api, chat_id=FORUM, message_thread_id=topic) == ""
    api.world.standing[FORUM] = {"status": "administrator"}
    assert told(api, "createForumTopic", **wanted) == "Bad Request: not enough rights to create a topic"
    api.world.standing[FORUM] = {"status": "kicked"}
    assert told(api, "createForumTopic", **wanted) == "Forbidden: bot was kicked from the supergroup chat"


def test_what_is_said_in_a_topic_replies_to_the_note_that_opened_it_unless_to_a_post(api: BotApi) -> None:
    api.world.add_forum(FORUM)
    topic = call(api, "createForumTopic", chat_id=FORUM, name="#12")["result"]["message_thread_id"]
    assert refusal(api, chat_id=FORUM, message_thread_id=topic) == ""
    api.world.say("一", chat=FORUM, person=5, thread=topic)
    api.world.say("二", chat=FORUM, person=5, thread=topic, reply_to=topic + 1)
    first, second = (update["message"]["reply_to_message"] for update in call(api, "getUpdates")["result"])
    assert (first["message_id"], first["forum_topic_created"]["name"]) == (topic, "#12")
    assert (second["message_id"], "forum_topic_created" in second) == (topic + 1, False)


def test_of_a_group_the_bot_learns_what_it_is_there(api: BotApi) -> None:
    api.world.add_forum(FORUM)
    assert call(api, "getChat", chat_id=FORUM)["result"]["is_forum"] is True
    me = call(api, "getMe")["result"]
    assert me["can_read_all_group_messages"] is True
    member = call(api, "getChatMember", chat_id=FORUM, user_id=me["id"])["result"]
    assert (member["status"], member["can_manage_topics"], member["user"]) == ("administrator", True, me)
    assert call(api, "getChatMember", chat_id=CHAT, user_id=me["id"])["result"]["status"] == "member"
    assert told(api, "getChatMember", chat_id=CHAT, user_id=9) == "Bad Request: user not found"


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
