"""How a post whose outcome is unknown is found again in Slack, and what is said where it cannot be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import NeverTold, NotTold
from bot.channels.slack.channel import SlackChannel
from tests.bot.channels.slack_desk import arrived, outcome_of, reply_to, using
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import Entry, Trouble


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


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
    with pytest.raises(NeverTold, match=r"^too many posts$"):
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


@pytest.mark.parametrize(
    ("trouble", "reason", "seconds"),
    [
        (Trouble("throttle", seconds=7), "throttled", 7.0),
        (Trouble("error", error="internal_error"), "internal_error", None),
        (Trouble("status", status=502), "status_502", None),
        (Trouble("drop_before"), "ServerDisconnectedError", None),
        (Trouble("garbage"), "malformed", None),
    ],
    ids=lambda value: value.kind if isinstance(value, Trouble) else "",
)
@pytest.mark.parametrize("method", ["conversations.history", "conversations.open"])
def test_where_slack_cannot_tell_it_is_asked_again_later(
    slack: FakeSlack, method: str, trouble: Trouble, reason: str, seconds: float | None
) -> None:
    outcome_of(slack, reply_to("U0ALICE"))
    # History may be asked for twice without harm, and is, on a connection that broke.
    asked_twice = trouble.kind == "drop_before" and method == "conversations.history"
    slack.meets(replace(trouble, method=method, times=1 + asked_twice))
    with pytest.raises(NotTold) as raised:
        arrived(slack, reply_to("U0ALICE"))
    assert (str(raised.value), raised.value.seconds) == (reason, seconds)
    assert arrived(slack, reply_to("U0ALICE")) is True


def test_where_nobody_listens_it_is_asked_again_later(slack: FakeSlack) -> None:
    slack.goes_down()
    with pytest.raises(NotTold, match=r"^unreachable$"):
        arrived(slack, reply_to("D0ALICE"))
    slack.comes_up()


@pytest.mark.parametrize(
    "error",
    [
        "missing_scope",
        "not_in_channel",
        "channel_not_found",
        "thread_not_found",
        "invalid_auth",
        "invalid_arguments",
        "never_heard_of",
        "unknown_method",
    ],
)
def test_where_slack_will_never_tell_it_is_said_so(slack: FakeSlack, error: str) -> None:
    slack.meets(Trouble("error", "conversations.history", error=error))
    with pytest.raises(NeverTold, match=rf"^{error}$"):
        arrived(slack, reply_to("D0ALICE"))


def test_what_slack_says_is_not_passed_on_where_it_may_quote(slack: FakeSlack) -> None:
    slack.meets(Trouble("error", "conversations.history", error="回答です was not found"))
    with pytest.raises(NeverTold, match=r"^unlisted$"):
        arrived(slack, reply_to("D0ALICE"))


def test_where_threads_cannot_be_read_the_channel_is(slack: FakeSlack) -> None:
    question = slack.people.mentions("U0BOB", "C0GENERAL", "初回は?").body["event"]["ts"]
    outgoing = reply_to(f"C0GENERAL:{question}")
    metadata = {"event_type": "desk_delivery", "event_payload": {"delivery": 7}}
    post = Entry("C0GENERAL", slack.world.new_ts(), "U0DESK", "x", None, {"text": "x", "metadata": metadata})
    slack.meets(Trouble("error", "conversations.replies", error="unknown_method", times=2))
    assert arrived(slack, outgoing) is False
    slack.world.write(post)
    assert arrived(slack, outgoing) is True
    assert [call.method for call in slack.world.calls] == ["conversations.replies", "conversations.history"] * 2
    slack.meets(Trouble("error", "conversations.replies", error="missing_scope"))
    with pytest.raises(NeverTold, match=r"^missing_scope$"):
        arrived(slack, outgoing)
