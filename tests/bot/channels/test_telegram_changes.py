"""What was sent is revised and withdrawn, for participants and staff alike, and it is said whether that worked."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels.base import Aim, Gone, Moved, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.telegram import request as telegram_request
from handlers.effects import Choice, Reply, StaffMarks
from tests.bot.channels.telegram_line import channel_of
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, blocked, migrated, throttled

ROOM = -100_200
FIRST = Outgoing(7, "101", Reply("あすです", sources=("チラシ",), choices=(Choice("はい", "entry:a"),)))
REVISION = Outgoing(8, "101", Reply("あさってです"), aim=Aim.REVISE, of=7, original="1")
WITHDRAWAL = replace(REVISION, id=9, aim=Aim.WITHDRAW)
METHODS = [(REVISION, "editMessageText"), (WITHDRAWAL, "deleteMessage")]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_chat(101)
        api.world.add_forum(ROOM)
        yield api


def send(api: BotApi, *outgoing: Outgoing) -> list[Outcome]:
    async def work() -> list[Outcome]:
        channel = channel_of(api, room=str(ROOM))
        try:
            return [await channel.send(one) for one in outgoing]
        finally:
            await channel.stop()

    return asyncio.run(work())


def test_a_revised_answer_stands_where_the_first_stood(api: BotApi) -> None:
    reply = Reply("あさってです", sources=("Web",), choices=(Choice("いいえ", "entry:b"),))
    assert send(api, FIRST, replace(REVISION, reply=reply)) == [Sent("1"), Sent()]
    [post] = api.world.posts(101)
    assert (post.message_id, post.text, post.buttons) == (1, "あさってです\nsource Web", ((("いいえ", "8:entry:b"),),))
    assert [entity["offset"] for entity in post.entities] == [7]
    assert api.world.called("editMessageText")[0].params["link_preview_options"] == '{"is_disabled": true}'


def test_buttons_go_where_the_revision_has_none(api: BotApi) -> None:
    assert send(api, FIRST, REVISION) == [Sent("1"), Sent()]
    assert [(post.text, post.buttons, post.entities) for post in api.world.posts(101)] == [("あさってです", (), ())]


def test_a_withdrawn_answer_is_gone_and_no_other(api: BotApi) -> None:
    assert send(api, FIRST, FIRST, WITHDRAWAL) == [Sent("1"), Sent("2"), Sent()]
    assert [post.message_id for post in api.world.posts(101)] == [2]


def test_the_second_time_it_is_as_it_was_to_be(api: BotApi) -> None:
    assert send(api, FIRST, REVISION, REVISION) == [Sent("1"), Sent(), Sent()]
    assert send(api, WITHDRAWAL, WITHDRAWAL) == [Sent(), Sent()]
    assert api.world.posts(101) == []


def test_a_card_is_revised_with_its_buttons_and_no_second_topic(api: BotApi) -> None:
    card = Outgoing(7, str(ROOM), Reply("新規", marks=StaffMarks("#12"), choices=(Choice("担当する", "x"),)))
    done = replace(
        card, id=8, reply=replace(card.reply, text="担当: 佐藤", choices=()), aim=Aim.REVISE, of=7, original="2"
    )
    assert send(api, card, done)[1] == Sent()
    [(_, topic)] = api.world.topics
    assert [(post.text, post.labels, post.thread) for post in api.world.posts(ROOM)] == [("担当: 佐藤", [], topic)]


def test_what_telegram_does_not_let_us_change_is_named(api: BotApi) -> None:
    prompt = Outgoing(7, str(ROOM), Reply("どうぞ", marks=StaffMarks(invites="reply:12", calls=("5",))))
    assert send(api, prompt, replace(REVISION, address=str(ROOM))) == [Sent("1"), Refused("not editable")]
    assert send(api, replace(REVISION, original="99")) == [Refused("not found")]
    api.world.troubles.append(
        Trouble("refuse", method="deleteMessage", description="Bad Request: message can't be deleted for everyone")
    )
    assert send(api, WITHDRAWAL) == [Refused("not deletable")]


@pytest.mark.parametrize("outgoing", [REVISION, WITHDRAWAL])
def test_of_a_post_that_nobody_knows_nothing_is_changed(api: BotApi, outgoing: Outgoing) -> None:
    assert send(api, replace(outgoing, original=None)) == [Refused("not known")]
    assert api.world.calls == []


def test_a_revision_that_is_too_long_is_not_tried(api: BotApi) -> None:
    assert send(api, replace(REVISION, reply=Reply("あ" * 4097))) == [Refused("too long")]
    assert api.world.calls == []


ENDS: list[tuple[Trouble, Outcome]] = [
    (throttled(7), Throttled(7.0)),
    (blocked(), Gone("blocked")),
    (migrated(101, -100_999), Moved("-100999")),
    (Trouble("refuse", description="Bad Request: chat not found"), Gone("chat not found")),
    (Trouble("refuse", code=401, description="Unauthorized"), NotSent("token")),
    (Trouble("refuse", description="Bad Request: something new"), Refused("bad request")),
    (Trouble("fail", code=403), NotSent("turned away")),
    (Trouble("fail", code=502), Unknown("server error")),
    (Trouble("drop_before"), Unknown("dropped")),
    (Trouble("drop_after"), Unknown("dropped")),
    (Trouble("garble"), Unknown("unreadable")),
]


@pytest.mark.parametrize(("trouble", "outcome"), ENDS)
@pytest.mark.parametrize(("outgoing", "method"), METHODS)
def test_each_end_is_told_apart_as_for_a_send(
    api: BotApi, trouble: Trouble, outcome: Outcome, outgoing: Outgoing, method: str
) -> None:
    api.world.troubles.append(Trouble(**vars(trouble) | {"method": method}))
    assert send(api, FIRST, outgoing) == [Sent("1"), outcome]
    assert len(api.world.called(method)) == 1


@pytest.mark.parametrize(("outgoing", "method"), METHODS)
def test_a_slow_answer_leaves_the_change_unknown_until_it_is_tried_again(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, outgoing: Outgoing, method: str
) -> None:
    monkeypatch.setattr(telegram_request, "READ_SECONDS", 0.2)
    api.world.troubles.append(Trouble("slow", method=method, seconds=1.0))
    assert send(api, FIRST, outgoing, outgoing) == [Sent("1"), Unknown("timeout"), Sent()]


def test_a_server_that_is_down_changed_nothing(api: BotApi) -> None:
    api.stop()
    assert send(api, REVISION, WITHDRAWAL) == [NotSent("unreachable"), NotSent("unreachable")]
