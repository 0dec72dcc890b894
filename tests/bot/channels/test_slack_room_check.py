"""What the channel says of the staff room as it starts, which it does in any case."""

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.channels.slack.check import NEEDED_SCOPES
from handlers.message import Text
from tests.bot.channels.slack_desk import ROOM, Inbox, handed_over, listening, staff_room
from tests.fakes.slack_api import FakeSlack, running_slack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


def room_told(slack: FakeSlack) -> list[str]:
    """What is said of the staff room when the channel starts, which it does in any case."""

    async def run() -> None:
        async with listening(slack, inbox := Inbox(), "http", staff_room()):
            await handed_over(slack, slack.people.says("U0ALICE", "初回は?"))
            assert [m.content for m in inbox.messages] == [Text("初回は?")]

    with capture_logs() as logged:
        asyncio.run(run())
    return [line["why"] for line in logged if line["log_level"] == "error"]


def test_a_staff_room_in_order_is_not_spoken_of(slack: FakeSlack) -> None:
    assert room_told(slack) == []


def test_a_staff_room_without_the_bot_is_named_with_its_mend(slack: FakeSlack) -> None:
    slack.world.without_app.add(ROOM)
    assert room_told(slack) == [
        "slack: 担当者のチャンネル C0STAFF にボットがいません。"
        "Slackのそのチャンネルで /invite を使い、ボットを招待してください。"
    ]


@pytest.mark.parametrize("how", ["missing", "archived"])
def test_a_staff_room_that_is_not_to_be_found_is_named_with_its_mend(slack: FakeSlack, how: str) -> None:
    if how == "missing":
        slack.world.channels.discard(ROOM)
    else:
        slack.world.archived.add(ROOM)
    assert room_told(slack) == [
        "slack: 担当者のチャンネル C0STAFF が見つからないか、ボットがいません。"
        "config.yaml の staff.slack_channel を確かめ、そのチャンネルにボットを招待してください。"
    ]


def test_where_slack_does_not_say_how_the_staff_room_is_that_is_said(slack: FakeSlack) -> None:
    slack.world.scopes = sorted(NEEDED_SCOPES)
    assert room_told(slack) == [
        "slack: SLACK_BOT_TOKEN のトークンに必要なスコープがありません。"
        "docs/slack-manifest.yaml のとおりに設定し、トークンを発行し直してください。"
    ]
