"""What goes out to Slack: how it looks, where it goes, and what can become of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Gone, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.slack.channel import SlackChannel
from handlers.effects import Choice, Reply
from tests.bot.channels.slack_desk import Inbox, arrived, handed_over, listening, outcome_of, reply_to, using
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import Trouble


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


def test_a_reply_is_a_post_of_plain_text_with_buttons_and_its_delivery(slack: FakeSlack) -> None:
    reply = Reply(
        "A & B\n<!channel> *太字*",
        sources=("チラシ",),
        choices=(Choice("Aのこと", "entry:a"), Choice("あ" * 80, "none")),
        related=(Choice("関連", "entry:c"),),
        rateable=True,
    )
    assert outcome_of(slack, Outgoing(7, "U0ALICE:D0ALICE", reply)) == Sent(slack.people.posts()[0].ts)

    def plain(text: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": text, "emoji": False}

    def button(number: int, label: str, value: str) -> dict[str, Any]:
        return {"type": "button", "action_id": f"choice-{number}", "text": plain(label), "value": f"7:{value}"}

    assert slack.people.posts()[0].arguments == {
        "channel": "D0ALICE",
        "text": "A &amp; B\n&lt;!channel&gt; *太字*",
        "mrkdwn": False,
        "blocks": [
            {"type": "section", "text": plain("A & B\n<!channel> *太字*")},
            {"type": "context", "elements": [plain("source チラシ")]},
            {
                "type": "actions",
                "block_id": "U0ALICE:D0ALICE/0",
                "elements": [
                    button(0, "Aのこと", "entry:a"),
                    button(1, "あ" * 74 + "…", "none"),
                    button(2, "関連", "entry:c"),
                ],
            },
            {
                "type": "actions",
                "block_id": "U0ALICE:D0ALICE/1",
                "elements": [button(0, "👍", "rate:up"), button(1, "👎", "rate:down")],
            },
        ],
        "metadata": {"event_type": "desk_delivery", "event_payload": {"delivery": 7}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_a_reply_in_a_thread_goes_into_the_thread(slack: FakeSlack) -> None:
    question = slack.people.mentions("U0BOB", "C0GENERAL", "初回は?").body["event"]["ts"]
    assert isinstance(outcome_of(slack, reply_to(f"C0GENERAL:{question}")), Sent)
    assert [(post.channel, post.thread) for post in slack.people.posts()] == [("C0GENERAL", question)]


def test_a_reply_to_a_person_goes_into_their_direct_messages(slack: FakeSlack) -> None:
    async def twice(channel: SlackChannel) -> list[Outcome]:
        return [await channel.send(reply_to("U0BOB", number)) for number in (1, 2)]

    sent = using(slack, twice)
    assert sent == [Sent(post.ts) for post in slack.people.posts()]
    assert [post.arguments["channel"] for post in slack.people.posts()] == ["D0BOB", "D0BOB"]
    assert calls(slack) == ["conversations.open", "chat.postMessage", "chat.postMessage"]


def test_a_reply_to_a_person_in_a_thread_of_direct_messages_goes_into_the_thread(slack: FakeSlack) -> None:
    question = slack.people.says("U0BOB", "初回は?").body["event"]["ts"]
    assert isinstance(outcome_of(slack, reply_to(f"U0BOB:D0BOB:{question}")), Sent)
    assert [(post.channel, post.thread) for post in slack.people.posts()] == [("D0BOB", question)]
    assert calls(slack) == ["chat.postMessage"]


def test_who_taps_under_a_post_to_them_alone_is_answered_there_without_asking_where_that_is(slack: FakeSlack) -> None:
    """Also by another process than the one that posted."""
    choices = replace(reply_to("U0BOB"), reply=Reply("どちら", choices=(Choice("はい", "1"),)))

    async def run() -> None:
        async with listening(slack, Inbox(), "http") as channel:
            await channel.send(choices)
        async with listening(slack, Inbox(), "http") as channel:
            await handed_over(slack, slack.people.taps("U0BOB", "はい"))
            await channel.send(reply_to("U0BOB", 8))

    asyncio.run(run())
    assert calls(slack).count("conversations.open") == 1
    assert [post.arguments["channel"] for post in slack.people.posts()] == ["D0BOB", "D0BOB"]


def test_who_writes_to_us_is_answered_there_without_asking_where_that_is(slack: FakeSlack) -> None:
    async def run() -> None:
        async with listening(slack, Inbox(), "http") as channel:
            await handed_over(slack, slack.people.says("U0BOB", "初回は?"))
            await channel.send(reply_to("U0BOB"))

    asyncio.run(run())
    assert [post.arguments["channel"] for post in slack.people.posts()] == ["D0BOB"]
    assert "conversations.open" not in calls(slack)


@pytest.mark.parametrize(
    "trouble",
    [Trouble("error", error="missing_scope"), Trouble("error", error="unknown_method"), Trouble("garbage")],
    ids=lambda trouble: f"{trouble.kind}-{trouble.error}",
)
def test_where_we_cannot_ask_slack_finds_the_person(slack: FakeSlack, trouble: Trouble) -> None:
    slack.meets(replace(trouble, method="conversations.open"))
    assert isinstance(outcome_of(slack, reply_to("U0BOB")), Sent)
    assert [(post.arguments["channel"], post.channel) for post in slack.people.posts()] == [("U0BOB", "D0BOB")]


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble("throttle", seconds=7), Throttled(7.0)),
        (Trouble("error", error="user_not_found"), Gone("user_not_found")),
        (Trouble("error", error="token_revoked"), NotSent("token_revoked")),
        (Trouble("error", error="internal_error"), NotSent("internal_error")),
        (Trouble("status", status=502), NotSent("status_502")),
        (Trouble("drop_after"), NotSent("ServerDisconnectedError")),
        (Trouble("slow", seconds=1), NotSent("timeout")),
    ],
    ids=lambda value: f"{value.kind}-{value.error}-{value.status}" if isinstance(value, Trouble) else "",
)
def test_while_it_is_not_known_where_somebody_is_nothing_was_sent(
    slack: FakeSlack, trouble: Trouble, outcome: Outcome
) -> None:
    slack.meets(replace(trouble, method="conversations.open"))
    assert outcome_of(slack, reply_to("U0BOB"), seconds=0.4) == outcome
    assert "chat.postMessage" not in calls(slack)
    assert isinstance(outcome_of(slack, reply_to("U0BOB")), Sent)


def calls(slack: FakeSlack) -> list[str]:
    """The methods called, in their order, but for the introduction."""
    return [call.method for call in slack.world.calls if call.method != "auth.test"]


def test_a_long_reply_is_taken_in_sections(slack: FakeSlack) -> None:
    text = "。".join(f"{number}番目の文です😀" for number in range(500))
    choices = tuple(Choice(f"選択{number}", f"entry:{number}") for number in range(12))
    assert isinstance(outcome_of(slack, Outgoing(1, "D0ALICE", Reply(text, choices=choices))), Sent)
    post = slack.people.posts()[0]
    assert post.plain().replace("\n", "") == text
    assert [button["value"] for button in post.buttons()] == [f"1:entry:{number}" for number in range(12)]


def test_what_is_longer_than_slack_takes_is_refused(slack: FakeSlack) -> None:
    assert outcome_of(slack, reply_to("D0ALICE", text="長い。" * 5000)) == Refused("msg_blocks_too_long")
    choices = tuple(Choice("選", f"entry:{number}") for number in range(250))
    assert outcome_of(slack, Outgoing(1, "D0ALICE", Reply("多い", choices=choices))) == Refused("too_long")
    assert slack.people.posts() == []


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (Trouble("throttle", seconds=7), Throttled(7.0)),
        (Trouble("throttle", seconds=0), Throttled(0.0)),
        (Trouble("throttle", seconds=float("nan")), Throttled(30.0)),
        (Trouble("error", error="rate_limited"), Throttled(30.0)),
        (Trouble("error", error="channel_not_found"), Gone("channel_not_found")),
        (Trouble("error", error="is_archived"), Gone("is_archived")),
        (Trouble("error", error="not_in_channel"), Gone("not_in_channel")),
        (Trouble("error", error="user_disabled"), Gone("user_disabled")),
        (Trouble("error", error="cannot_dm_bot"), Gone("cannot_dm_bot")),
        (Trouble("error", error="msg_too_long"), Refused("msg_too_long")),
        (Trouble("error", error="invalid_blocks"), Refused("invalid_blocks")),
        (Trouble("error", error="invalid_auth"), NotSent("invalid_auth")),
        (Trouble("error", error="token_revoked"), NotSent("token_revoked")),
        (Trouble("error", error="account_inactive"), NotSent("account_inactive")),
        (Trouble("error", error="missing_scope"), NotSent("missing_scope")),
        (Trouble("error", error="fatal_error"), Unknown("fatal_error")),
        (Trouble("error", error="service_unavailable"), Unknown("service_unavailable")),
        (Trouble("error", error="as_user_not_supported"), NotSent("as_user_not_supported")),
        (Trouble("error", error="回答です was refused"), NotSent("unlisted")),
        (Trouble("error", error=""), Unknown("malformed")),
        (Trouble("error", error="internal_error"), Unknown("internal_error")),
        (Trouble("error", error="request_timeout"), Unknown("request_timeout")),
        (Trouble("status", status=500), Unknown("status_500")),
        (Trouble("status_after", status=502), Unknown("status_502")),
        (Trouble("drop_before"), Unknown("ServerDisconnectedError")),
        (Trouble("drop_after"), Unknown("ServerDisconnectedError")),
        (Trouble("slow", seconds=1), Unknown("timeout")),
        (Trouble("garbage"), Unknown("malformed")),
    ],
    ids=lambda value: f"{value.kind}-{value.error}-{value.status}" if isinstance(value, Trouble) else "",
)
def test_what_became_of_a_post_is_told_exactly_and_never_tried_twice(
    slack: FakeSlack, trouble: Trouble, outcome: Outcome
) -> None:
    arrives = trouble.kind in ("status_after", "drop_after", "slow", "garbage")
    slack.meets(trouble)
    assert outcome_of(slack, reply_to("D0ALICE"), seconds=0.4) == outcome
    assert [call.method for call in slack.world.calls].count("chat.postMessage") <= 1
    assert len(slack.people.posts()) == arrives
    assert arrived(slack, reply_to("D0ALICE")) is arrives


def test_where_nobody_listens_nothing_was_sent(slack: FakeSlack) -> None:
    slack.goes_down()
    assert outcome_of(slack, reply_to("D0ALICE")) == NotSent("unreachable")
    slack.comes_up()
    assert isinstance(outcome_of(slack, reply_to("D0ALICE")), Sent)


def test_a_place_that_is_not_there_is_gone(slack: FakeSlack) -> None:
    slack.world.archived.add("C0GENERAL")
    assert outcome_of(slack, reply_to("C0GENERAL")) == Gone("is_archived")
    assert outcome_of(slack, reply_to("C0NOWHERE")) == Gone("channel_not_found")
    assert outcome_of(slack, reply_to("D0ALICE:1.1")) == Gone("thread_not_found")
