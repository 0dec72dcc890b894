"""Every way in which a send can end is told apart, and nothing is sent twice by ourselves."""

import asyncio
import io
import logging
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr
from telegram.error import TelegramError

from bot.channels.base import Gone, Moved, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.telegram import request as telegram_request
from bot.channels.telegram.api import outcome_of
from bot.channels.telegram.channel import webhook_secret
from bot.log import configure_log
from bot.pacing import Limit, Pacing
from handlers.effects import Choice, Reply
from tests.bot.channels.telegram_line import Keeper, channel_of, polling
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import REAL_RATES, Trouble, World, blocked, migrated, throttled

GROUP = -100_200
HELLO = Outgoing(7, "101", Reply("こんにちは"))


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_chat(101)
        api.world.add_chat(GROUP)
        yield api


async def sent_by(api: BotApi, outgoing: Outgoing, token: str | None = None) -> Outcome:
    """What a channel that was never started makes of it."""
    channel = channel_of(api, token=token)
    try:
        return await channel.send(outgoing)
    finally:
        await channel.stop()


def send(api: BotApi, outgoing: Outgoing = HELLO, token: str | None = None) -> Outcome:
    return asyncio.run(sent_by(api, outgoing, token))


def refused(description: str, code: int = 400) -> Trouble:
    return Trouble("refuse", code=code, description=description)


def waiting(header: str) -> Trouble:
    """A 429 that says how long to wait in nothing but its header."""
    return Trouble("refuse", code=429, description="Too Many Requests", headers={"Retry-After": header})


def test_a_post_arrives_as_it_was_written(api: BotApi) -> None:
    text = "<b>*_`[a.b-(c)! &amp; http://127.0.0.1/"
    outcome = send(api, Outgoing(7, "101", Reply(text, sources=("チラシ",), rateable=True)))
    post = api.world.posts(101)[0]
    assert outcome == Sent(str(post.message_id))
    assert post.text == f"{text}\nsource チラシ"
    assert post.entities == ({"type": "italic", "offset": len(text) + 1, "length": 10},)
    assert post.buttons == ((("👍", "7:rate:up"), ("👎", "7:rate:down")),)
    assert set(post.params) == {"chat_id", "text", "entities", "reply_markup", "link_preview_options"}
    assert post.params["link_preview_options"] == '{"is_disabled": true}'


def test_in_a_group_who_asked_is_answered_even_if_the_question_is_gone(api: BotApi) -> None:
    asked = api.world.say("@desk_bot はい", chat=GROUP, thread=7)
    assert send(api, Outgoing(7, f"{GROUP}:7", Reply("どうぞ"), to=str(asked))) == Sent("2")
    assert send(api, Outgoing(8, str(GROUP), Reply("どうぞ"), to="999")) == Sent("3")
    assert [(post.thread, post.reply_to) for post in api.world.posts(GROUP)] == [(7, asked), (None, None)]


def test_the_widest_button_is_taken_by_telegram(api: BotApi) -> None:
    choices = (Choice("あ" * 60, "x" * 62), Choice("広すぎる", "あ" * 21))
    assert isinstance(send(api, Outgoing(7, "101", Reply("選ぶ", choices=choices))), Sent)
    assert api.world.posts(101)[0].labels == ["あ" * 47 + "…"]
    assert api.world.posts(101)[0].text == "選ぶ\n・広すぎる"


ENDS = [
    (throttled(7), Throttled(7.0)),
    (throttled(0.5), Throttled(0.5)),
    (refused("Too Many Requests", 429), Throttled(5.0)),
    (waiting("3"), Throttled(3.0)),
    (waiting("soon"), Throttled(5.0)),
    (waiting("inf"), Throttled(5.0)),
    (throttled(2**70), Throttled(5.0)),
    (Trouble("fail", code=429, headers={"Retry-After": "3"}), Throttled(3.0)),
    (blocked(), Gone("blocked")),
    (migrated(101, -100_999), Moved("-100999")),
    (refused("Bad Request: chat not found"), Gone("chat not found")),
    (refused("Bad Request: user not found"), Gone("user not found")),
    (refused("Bad Request: PEER_ID_INVALID"), Gone("user not found")),
    (refused("Bad Request: CHAT_WRITE_FORBIDDEN"), Gone("no rights")),
    (refused("Bad Request: not enough rights to send text messages to the chat"), Gone("no rights")),
    (refused("Bad Request: message thread not found"), Gone("thread not found")),
    (refused("Bad Request: message is too long"), Refused("too long")),
    (refused("Bad Request: BUTTON_DATA_INVALID"), Refused("buttons")),
    (refused("Bad Request: can't parse entities in こんにちは"), Refused("bad request")),
    (refused("Request Entity Too Large", 413), Refused("bad request")),
    (refused("Unauthorized", 401), NotSent("token")),
    (refused("Not Found", 404), NotSent("token")),
    (refused("Conflict", 409), NotSent("conflict")),
    (Trouble("fail", code=403), NotSent("turned away")),
    (Trouble("fail", code=400), NotSent("turned away")),
    (Trouble("fail", code=500), Unknown("server error")),
    (Trouble("fail", code=502), Unknown("server error")),
    (Trouble("fail", code=307, headers={"Location": "sendMessage"}), Unknown("server error")),
    (refused("Internal Server Error", 500), Unknown("server error")),
    (Trouble("drop_before"), Unknown("dropped")),
    (Trouble("drop_after"), Unknown("dropped")),
    (Trouble("garble"), Unknown("unreadable")),
]


@pytest.mark.parametrize(("trouble", "outcome"), ENDS, ids=lambda value: getattr(value, "description", None))
def test_each_end_is_told_apart_and_tried_once(api: BotApi, trouble: Trouble, outcome: Outcome) -> None:
    api.world.troubles.append(Trouble(**vars(trouble)))
    assert send(api) == outcome
    assert len(api.world.called("sendMessage")) == 1
    accepted = trouble.kind in ("drop_after", "garble")
    assert len(api.world.posts(101)) == int(accepted)


def test_a_slow_answer_leaves_the_outcome_unknown(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_request, "READ_SECONDS", 0.2)
    api.world.troubles.append(Trouble("slow", seconds=1.0))
    assert send(api) == Unknown("timeout")
    assert len(api.world.posts(101)) == 1


def test_a_server_that_is_down_got_nothing(api: BotApi) -> None:
    api.stop()
    assert send(api) == NotSent("unreachable")


def test_a_server_that_takes_no_more_connections_got_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_request, "CONNECT_SECONDS", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        address = full.getsockname()
        with closing(socket.create_connection(address)), closing(socket.socket()) as waiting:
            waiting.setblocking(False)
            waiting.connect_ex(address)
            assert send(BotApi(World(), address[1])) == NotSent("unreachable")


def test_without_a_free_connection_nothing_was_sent(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_request, "CONNECTIONS", 1)
    monkeypatch.setattr(telegram_request, "CONNECT_SECONDS", 0.5)
    api.world.troubles.append(Trouble("slow", seconds=1.5))

    async def work() -> list[Outcome]:
        channel = channel_of(api)
        try:
            return list(await asyncio.gather(channel.send(HELLO), channel.send(HELLO)))
        finally:
            await channel.stop()

    assert asyncio.run(work()) == [Sent("1"), NotSent("unreachable")]
    assert len(api.world.called("sendMessage")) == 1


def test_a_wrong_token_sends_nothing(api: BotApi) -> None:
    assert send(api, token="4242:AAwrong") == NotSent("token")


def test_an_error_that_nobody_knows_leaves_the_outcome_unknown() -> None:
    assert outcome_of(TelegramError("new")) == Unknown("unreadable")
    assert outcome_of(KeyError("new")) == Unknown("unreadable")


def test_more_than_telegram_takes_is_not_tried(api: BotApi) -> None:
    assert send(api, Outgoing(7, "101", Reply("𠮷" * 2049))) == Refused("too long")
    assert api.world.called("sendMessage") == []
    assert isinstance(send(api, Outgoing(7, "101", Reply("𠮷" * 2048))), Sent)


def test_telegrams_own_rates_are_met_with_its_number(api: BotApi) -> None:
    api.world.rates = REAL_RATES
    assert [type(send(api)), send(api)] == [Sent, Throttled(1.0)]
    assert api.world.violations == 1


def test_nobody_can_say_whether_a_post_arrived(api: BotApi) -> None:
    async def work() -> bool | None:
        channel = channel_of(api)
        try:
            return await channel.arrived(HELLO)
        finally:
            await channel.stop()

    assert asyncio.run(work()) is None


def pacing(**settings: object) -> Pacing:
    return channel_of(BotApi(World()), **settings).pacing  # type: ignore[arg-type]


def test_the_pace_is_that_of_the_bot_the_chat_and_the_group() -> None:
    paced = pacing()
    assert paced.overall == (Limit(30, 1),)
    assert paced.of_place("101") == (Limit(1, 1),)
    assert paced.of_place("-100") == (Limit(1, 1), Limit(20, 60))


def test_a_limit_that_is_not_set_is_left_out() -> None:
    paced = pacing(per_second=None, chat_per_second=None, group_per_minute=None)
    assert (paced.overall, paced.of_place("101"), paced.of_place("-100")) == ((), (), ())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG: as we write it, and as the libraries said it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_log("debug", "console", stream)
    root.addHandler(logging.StreamHandler(stream))
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_neither_token_nor_words_reach_the_log(api: BotApi, log: io.StringIO) -> None:
    async def work() -> None:
        keeper = Keeper(failures=1)
        api.world.troubles += [
            Trouble("garble", method="getUpdates"),
            Trouble("fail", method="sendChatAction", code=500),
        ]
        async with polling(api, keeper) as channel:
            api.world.say("ひみつの質問")
            api.world.push("message", {"text": ["ひみつの質問"], "chat": {}})
            await keeper.has(2)
            for trouble, _outcome in ENDS:
                api.world.troubles[:] = [Trouble(**vars(trouble))]
                await channel.send(Outgoing(7, "101", Reply("ひみつの答え")))
            hidden = webhook_secret(SecretStr(api.world.token)).get_secret_value()
            shown = repr([channel, vars(channel), keeper.parcels])
        assert "poll interrupted" in log.getvalue()
        for secret in ("AAfake", "ひみつ", "\\u3072\\u307f"):
            assert secret not in log.getvalue()
        assert "ひみつ" not in shown
        assert "AAfake" not in shown
        assert hidden not in shown

    asyncio.run(work())
