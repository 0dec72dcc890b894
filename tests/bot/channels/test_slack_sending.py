"""What goes out to Slack: how it looks, what can become of it, and how it is found again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.channels.base import Gone, NotSent, Outcome, Outgoing, Refused, Sent, Throttled, Unknown
from bot.channels.slack import SlackChannel
from handlers.effects import Choice, Reply
from tests.bot.channels.slack_desk import channel_for
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import Entry, Trouble

Result = TypeVar("Result")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


def using(slack: FakeSlack, work: Callable[[SlackChannel], Awaitable[Result]], seconds: float = 5.0) -> Result:
    """What comes of work with a channel that waits so long for each answer."""

    async def run() -> Result:
        channel = channel_for(slack, call_seconds=seconds)
        try:
            return await work(channel)
        finally:
            await channel.stop()

    return asyncio.run(run())


def outcome_of(slack: FakeSlack, outgoing: Outgoing, seconds: float = 5.0) -> Outcome:
    return using(slack, lambda channel: channel.send(outgoing), seconds)


def arrived(slack: FakeSlack, outgoing: Outgoing) -> bool | None:
    return using(slack, lambda channel: channel.arrived(outgoing))


def reply_to(address: str, number: int = 7, text: str = "回答です", since: datetime | None = None) -> Outgoing:
    return Outgoing(number, address, Reply(text), since=since)


def test_a_reply_is_a_post_of_plain_text_with_buttons_and_its_delivery(slack: FakeSlack) -> None:
    reply = Reply(
        "A & B\n<!channel> *太字*",
        sources=("チラシ",),
        choices=(Choice("Aのこと", "entry:a"), Choice("あ" * 80, "none")),
        related=(Choice("関連", "entry:c"),),
        rateable=True,
    )
    assert outcome_of(slack, Outgoing(7, "D0ALICE", reply)) == Sent(slack.people.posts()[0].ts)

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
                "block_id": "D0ALICE/0",
                "elements": [
                    button(0, "Aのこと", "entry:a"),
                    button(1, "あ" * 74 + "…", "none"),
                    button(2, "関連", "entry:c"),
                ],
            },
            {
                "type": "actions",
                "block_id": "D0ALICE/1",
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
    assert isinstance(outcome_of(slack, reply_to("U0BOB")), Sent)
    assert [post.channel for post in slack.people.posts()] == ["D0BOB"]


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
        (Trouble("error", error="回答です was refused"), Unknown("malformed")),
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


def test_a_post_is_found_again_where_it_was_sent(slack: FakeSlack) -> None:
    question = slack.people.mentions("U0BOB", "C0GENERAL", "初回は?").body["event"]["ts"]
    for number, address in enumerate(("D0ALICE", f"C0GENERAL:{question}", "U0BOB"), start=1):
        assert arrived(slack, reply_to(address, number)) is False
        outcome_of(slack, reply_to(address, number))
        assert arrived(slack, reply_to(address, number)) is True
        assert arrived(slack, reply_to(address, number + 10)) is False


def test_a_post_is_looked_for_from_shortly_before_it_was_first_tried(slack: FakeSlack) -> None:
    outcome_of(slack, reply_to("D0ALICE"))
    now = datetime.now(UTC)
    assert arrived(slack, reply_to("D0ALICE", since=now + timedelta(seconds=290))) is True
    assert arrived(slack, reply_to("D0ALICE", since=now + timedelta(seconds=310))) is False


def test_a_post_is_found_again_below_many_others(slack: FakeSlack) -> None:
    outcome_of(slack, reply_to("D0ALICE"))
    for number in range(450):
        slack.world.write(Entry("D0ALICE", slack.world.new_ts(), "U0ALICE", f"{number}"))
    assert arrived(slack, reply_to("D0ALICE")) is True
    assert arrived(slack, reply_to("D0ALICE", 8)) is False
    assert [call.method for call in slack.world.calls].count("conversations.history") == 6


def test_where_there_is_no_end_of_others_nothing_is_claimed(slack: FakeSlack) -> None:
    for number in range(4001):
        slack.world.write(Entry("D0ALICE", slack.world.new_ts(), "U0ALICE", f"{number}"))
    with pytest.raises(LookupError):
        arrived(slack, reply_to("D0ALICE"))


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "another", "event_payload": {"delivery": 7}},
        {"event_type": "desk_delivery", "event_payload": {"delivery": "7"}},
        {"event_type": "desk_delivery", "event_payload": {}},
    ],
)
def test_other_posts_are_not_taken_for_ours(slack: FakeSlack, metadata: dict[str, Any]) -> None:
    slack.world.write(Entry("D0ALICE", slack.world.new_ts(), "U0DESK", "x", None, {"text": "x", "metadata": metadata}))
    assert arrived(slack, reply_to("D0ALICE")) is False


def test_a_post_of_another_app_with_our_metadata_is_not_ours(slack: FakeSlack) -> None:
    metadata = {"event_type": "desk_delivery", "event_payload": {"delivery": 7}}
    slack.world.write(Entry("D0ALICE", slack.world.new_ts(), "U0OTHER", "x", None, {"text": "x", "metadata": metadata}))
    slack.world.bot, ours = "B0OTHER", slack.world.bot

    async def started_and_asked(channel: SlackChannel) -> bool | None:
        slack.world.bot = ours
        await channel.start(nobody)
        slack.world.bot = "B0OTHER"
        return await channel.arrived(reply_to("D0ALICE"))

    assert using(slack, started_and_asked) is False


async def nobody(_parcels: object) -> None:
    """Takes nothing."""


@pytest.mark.parametrize("kind", ["error", "status", "drop_before", "garbage", "throttle"])
def test_where_slack_cannot_tell_it_is_asked_again_later(slack: FakeSlack, kind: str) -> None:
    outcome_of(slack, reply_to("D0ALICE"))
    # A question may be asked twice without harm, and is, on a connection that broke.
    slack.meets(Trouble(kind, "conversations.history", times=2 if kind == "drop_before" else 1))
    with pytest.raises(LookupError):
        arrived(slack, reply_to("D0ALICE"))
    assert arrived(slack, reply_to("D0ALICE")) is True
