"""Cards open topics, what follows stands in them, and whatever goes wrong nothing is lost or strewn about."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.channels.base import Aim, Gone, Moved, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.telegram import request as telegram_request
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.room import MOST_OPENINGS
from handlers.effects import Choice, Reply, StaffMarks
from tests.bot.channels.telegram_line import channel_of
from tests.fakes.bot_api import BotApi, running_bot_api
from tests.fakes.telegram_world import Trouble, migrated, throttled

ROOM = -100_200
CLAIM = (Choice("担当する", "staff:claim:12"),)
CARD = Outgoing(7, str(ROOM), Reply("ご質問です", choices=CLAIM, marks=StaffMarks("#12 初回は\nいつですか")))
NOTE = Outgoing(8, str(ROOM), Reply("追記です", marks=StaffMarks()))


@pytest.fixture
def api() -> Iterator[BotApi]:
    with running_bot_api() as api:
        api.world.add_forum(ROOM)
        yield api


async def sent_by(channel: TelegramChannel, *outgoing: Outgoing) -> list[Outcome]:
    try:
        return [await channel.send(one) for one in outgoing]
    finally:
        await channel.stop()


def send(api: BotApi, *outgoing: Outgoing) -> list[Outcome]:
    """What one channel that was never started makes of them, one after the other."""
    return asyncio.run(sent_by(channel_of(api, room=str(ROOM)), *outgoing))


def topics(api: BotApi) -> list[str]:
    return list(api.world.topics.values())


def placed(api: BotApi) -> list[tuple[str, int | None, int | None]]:
    """The posts in the room: the text, its topic and what it replies to."""
    return [(post.text, post.thread, post.reply_to) for post in api.world.posts(ROOM)]


def refused(description: str, method: str = "sendMessage", times: int = 1) -> Trouble:
    return Trouble("refuse", times, method=method, description=f"Bad Request: {description}")


def test_a_card_opens_a_topic_and_what_follows_stands_in_it(api: BotApi) -> None:
    [card] = send(api, CARD)
    assert topics(api) == ["#12 初回は いつですか"]
    [(_, topic)] = api.world.topics
    assert card == Sent("2", str(topic))
    assert send(api, replace(NOTE, root="2", thread=str(topic))) == [Sent("3")]
    assert placed(api) == [("ご質問です", topic, None), ("追記です", topic, None)]
    assert api.world.posts(ROOM)[0].labels == ["担当する"]


def test_without_topics_what_follows_replies_to_the_card_even_if_that_is_gone(api: BotApi) -> None:
    api.world.chats[ROOM]["is_forum"] = False
    assert send(api, CARD, replace(NOTE, root="1"), replace(NOTE, id=9, root="99")) == [Sent("1"), Sent("2"), Sent("3")]
    assert placed(api) == [("ご質問です", None, None), ("追記です", None, 1), ("追記です", None, None)]
    assert topics(api) == []


def test_whether_there_are_topics_is_asked_once(api: BotApi) -> None:
    send(api, CARD, replace(CARD, id=8))
    assert len(api.world.called("getChat")) == 1
    assert len(topics(api)) == 2


def test_only_cards_in_the_room_open_topics(api: BotApi) -> None:
    api.world.add_forum(-5)
    marked = Reply("さて", marks=StaffMarks("#12"))
    send(api, NOTE, Outgoing(9, "-5", marked), replace(CARD, id=10, root="1"))
    assert topics(api) == []


def test_a_heading_is_cut_to_what_telegram_takes(api: BotApi) -> None:
    send(api, replace(CARD, reply=Reply("x", marks=StaffMarks("あ" * 200))))
    assert topics(api) == ["あ" * 128]


def test_where_we_may_open_no_topics_the_card_goes_without(api: BotApi) -> None:
    api.world.standing[ROOM] = {"status": "administrator"}
    with capture_logs() as logged:
        assert send(api, CARD) == [Sent("1")]
    assert placed(api) == [("ご質問です", None, None)]
    assert [(line["event"], line["log_level"]) for line in logged] == [("topic refused", "warning")]


FAILS: list[tuple[Trouble, Outcome]] = [
    (Trouble("fail", code=502), Unknown("server error")),
    (Trouble("drop_before"), Unknown("dropped")),
    (throttled(3), Throttled(3.0)),
    (refused("chat not found"), NotSent("chat not found")),
]


@pytest.mark.parametrize(("trouble", "outcome"), FAILS)
def test_a_card_that_is_tried_again_has_one_topic(api: BotApi, trouble: Trouble, outcome: Outcome) -> None:
    api.world.troubles.append(Trouble(**vars(trouble) | {"times": 3}))
    outcomes = send(api, CARD, CARD, CARD, CARD)
    [(_, topic)] = api.world.topics
    assert outcomes == [outcome, outcome, outcome, Sent("2", str(topic))]
    assert placed(api) == [("ご質問です", topic, None)]


UNOPENED: list[tuple[Trouble, Outcome]] = [
    (Trouble("fail", code=502), NotSent("server error")),
    (Trouble("drop_after"), NotSent("dropped")),
    (throttled(3), Throttled(3.0)),
    (Trouble("refuse", code=403, description="Forbidden: bot was kicked"), NotSent("blocked")),
    (refused("chat not found"), NotSent("chat not found")),
    (migrated(ROOM, -100_999), Moved("-100999")),
]


@pytest.mark.parametrize(("trouble", "outcome"), UNOPENED)
@pytest.mark.parametrize("method", ["createForumTopic", "getChat"])
def test_a_card_whose_topic_was_not_opened_was_not_sent(
    api: BotApi, trouble: Trouble, outcome: Outcome, method: str
) -> None:
    api.world.troubles.append(Trouble(**vars(trouble) | {"method": method}))
    assert send(api, CARD) == [outcome]
    assert api.world.called("sendMessage") == []


def test_of_topics_that_may_or_may_not_stand_there_are_few_and_then_the_card_goes_without(api: BotApi) -> None:
    api.world.troubles.append(Trouble("drop_after", 9, method="createForumTopic"))
    assert send(api, CARD, CARD, CARD) == [NotSent("dropped"), NotSent("dropped"), Sent("3")]
    assert len(topics(api)) == 2
    assert placed(api) == [("ご質問です", None, None)]


def test_a_slow_answer_to_a_topic_leaves_the_card_unsent(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_request, "READ_SECONDS", 0.2)
    api.world.troubles.append(Trouble("slow", method="createForumTopic", seconds=1.0))
    assert send(api, CARD) == [NotSent("timeout")]
    assert api.world.called("sendMessage") == []


def test_only_so_many_cards_are_remembered(api: BotApi) -> None:
    others = [replace(CARD, id=100 + number) for number in range(MOST_OPENINGS)]
    send(api, CARD, *others[1:], CARD)
    assert len(topics(api)) == MOST_OPENINGS
    send(api, CARD, *others, CARD)
    assert len(topics(api)) == 2 * MOST_OPENINGS + 2


LOST = ["message thread not found", "TOPIC_DELETED", "TOPIC_CLOSED"]


@pytest.mark.parametrize("reason", LOST)
def test_what_cannot_go_into_its_topic_any_more_still_reaches_the_room(api: BotApi, reason: str) -> None:
    api.world.threads.add((ROOM, 77))
    api.world.troubles.append(refused(reason))
    assert send(api, replace(NOTE, root="5", thread="77")) == [Sent("1")]
    assert placed(api) == [("追記です", None, None)]


def test_a_card_whose_topic_was_deleted_meanwhile_reaches_the_room(api: BotApi) -> None:
    api.world.troubles.append(refused("message thread not found"))
    assert send(api, CARD) == [Sent("2")]
    assert placed(api) == [("ご質問です", None, None)]


def test_an_answer_in_a_topic_that_is_gone_is_not_sent_elsewhere(api: BotApi) -> None:
    assert send(api, Outgoing(9, f"{ROOM}:77", Reply("はい"))) == [Gone("thread not found")]
    assert placed(api) == []


@pytest.mark.parametrize("aim", [Aim.POST, Aim.REVISE, Aim.WITHDRAW])
def test_the_room_is_never_given_up(api: BotApi, aim: Aim) -> None:
    methods = {Aim.POST: "sendMessage", Aim.REVISE: "editMessageText", Aim.WITHDRAW: "deleteMessage"}
    kicked = Trouble("refuse", method=methods[aim], code=403, description="Forbidden: bot was kicked from the group")
    api.world.troubles.append(kicked)
    assert send(api, replace(NOTE, aim=aim, original="1")) == [NotSent("blocked")]


def test_when_the_room_has_moved_an_operator_is_told_what_to_write(api: BotApi) -> None:
    api.world.troubles.append(migrated(ROOM, -100_999))
    with capture_logs() as logged:
        assert send(api, NOTE) == [Moved("-100999")]
    assert [(line["event"], line["log_level"], line["reason"]) for line in logged if "reason" in line] == [
        (
            "staff room not ready",
            "error",
            "telegram: スタッフ用グループ -100200 の番号が -100999 に変わりました。"
            "config.yaml の staff.telegram_group を -100999 に書きかえて、起動し直してください。",
        )
    ]


def test_leads_are_called_by_name_and_it_rings(api: BotApi) -> None:
    called = Reply("急ぎです", sources=("チラシ",), marks=StaffMarks(calls=("5", "6"), loud=True))
    send(api, replace(NOTE, reply=called))
    [post] = api.world.posts(ROOM)
    assert post.text == "急ぎです\nsource チラシ\ntelegram_call、telegram_call"
    name = {"type": "text_mention", "length": 13}
    assert list(post.entities[1:]) == [
        name | {"offset": 16, "user": {"id": 5, "first_name": "", "is_bot": False}},
        name | {"offset": 30, "user": {"id": 6, "first_name": "", "is_bot": False}},
    ]
    assert "disable_notification" not in post.params


ASKS = '{"force_reply": true, "selective": true}'


@pytest.mark.parametrize("invites", ["reply:12", "ask:12", "edit:12:345", "reply_all:12"])
def test_a_prompt_opens_the_answer_for_whom_it_answers_or_calls(api: BotApi, invites: str) -> None:
    asked = api.world.say("返信します", chat=ROOM, person=5)
    answering = replace(NOTE, reply=Reply("お書きください", marks=StaffMarks(invites=invites)), to=str(asked))
    calling = replace(NOTE, reply=Reply("お書きください", marks=StaffMarks(invites=invites, calls=("5",))))
    assert send(api, answering, calling) == [Sent("2"), Sent("3")]
    assert [post.params["reply_markup"] for post in api.world.posts(ROOM)] == [ASKS, ASKS]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("どうぞ", choices=CLAIM, marks=StaffMarks(invites="reply:12")),
        Reply("どうぞ", marks=StaffMarks(invites="claim:12")),
        Reply("どうぞ", marks=StaffMarks()),
        Reply("どうぞ"),
    ],
)
def test_what_has_buttons_or_invites_no_words_opens_no_answer(api: BotApi, reply: Reply) -> None:
    send(api, replace(NOTE, reply=reply, to="1"))
    assert "force_reply" not in str(api.world.posts(ROOM)[0].params)


def test_a_prompt_for_nobody_in_particular_opens_no_answer(api: BotApi) -> None:
    send(api, replace(NOTE, reply=Reply("お書きください", marks=StaffMarks(invites="reply:12"))))
    assert "reply_markup" not in api.world.posts(ROOM)[0].params


def test_a_channel_without_a_room_takes_no_group_for_one(api: BotApi) -> None:
    assert asyncio.run(sent_by(channel_of(api), CARD)) == [Sent("1")]
    assert topics(api) == []
    api.world.troubles.append(refused("chat not found"))
    assert asyncio.run(sent_by(channel_of(api), NOTE)) == [Gone("chat not found")]


def test_more_than_telegram_takes_is_refused_in_the_room_too(api: BotApi) -> None:
    assert send(api, replace(NOTE, reply=Reply("あ" * 4097))) == [Refused("too long")]
