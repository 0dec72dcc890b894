"""The channel checks itself, says in one sentence what is wrong, keeps its socket, and keeps its secrets."""

import asyncio
import logging
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.channels.base import Outgoing, Sent
from bot.channels.slack.channel import EVENTS_PATH
from bot.channels.slack.check import NEEDED_SCOPES, OTHER_SCOPES
from bot.channels.slack.taps import COMMAND
from bot.config import SlackSettings
from bot.errors import ChannelNotReady
from bot.pacing import UNLIMITED, Limit
from handlers.effects import Reply
from handlers.message import Text
from tests.bot.channels.slack_desk import Inbox, channel_for, handed_over, listening
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import ALL_SCOPES, Trouble

MANIFEST = Path(__file__).parents[3] / "docs" / "slack-manifest.yaml"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=0.5) as slack:
        yield slack


def complaint(slack: FakeSlack, mode: str = "socket", **secrets: str | None) -> str:
    """What the channel says when it cannot start; empty where it can."""

    async def run() -> str:
        channel = channel_for(slack, mode, **secrets)
        try:
            await channel.start(Inbox().receive)
        except ChannelNotReady as error:
            return str(error)
        finally:
            await channel.stop()
        return ""

    return asyncio.run(run())


def test_with_all_in_order_it_starts(slack: FakeSlack) -> None:
    assert complaint(slack, "http") == complaint(slack, "socket") == complaint(slack, "auto") == ""


def test_a_wrong_bot_token_is_named(slack: FakeSlack) -> None:
    assert complaint(slack, bot_token="xoxb-wrong") == (
        "slack: SLACK_BOT_TOKEN のトークンが受け付けられませんでした(invalid_auth)。"
        "Slackのアプリ管理画面でトークンを確かめ、SLACK_BOT_TOKEN に設定し直してください。"
    )


def test_a_wrong_app_token_is_named(slack: FakeSlack) -> None:
    assert complaint(slack, app_token="xapp-wrong") == (
        "slack: SLACK_APP_TOKEN のトークンが受け付けられませんでした(invalid_auth)。"
        "Slackのアプリ管理画面でトークンを確かめ、SLACK_APP_TOKEN に設定し直してください。"
    )
    assert complaint(slack, "http", app_token="xapp-wrong") == ""


@pytest.mark.parametrize(
    ("mode", "secret", "name"),
    [
        ("socket", "app_token", "SLACK_APP_TOKEN"),
        ("http", "signing_secret", "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_missing_secret_is_named(slack: FakeSlack, mode: str, secret: str, name: str) -> None:
    assert complaint(slack, mode, **{secret: None}) == (
        f"slack: 環境変数 {name} がありません。"
        f"{name} を設定するか、config.yaml の channels.slack.mode を変えてください。"
    )


def test_missing_scopes_that_nothing_works_without_are_named(slack: FakeSlack) -> None:
    slack.world.scopes = ["chat:write", "commands"]
    assert complaint(slack) == (
        "slack: ボットの権限(スコープ) app_mentions:read, im:history がありません。"
        "docs/slack-manifest.yaml のとおりにスコープを足し、アプリをインストールし直してください。"
    )


def test_without_the_other_scopes_it_starts(slack: FakeSlack) -> None:
    slack.world.scopes = sorted(NEEDED_SCOPES)
    assert complaint(slack) == ""


def test_an_app_token_without_its_scope_is_told_apart(slack: FakeSlack) -> None:
    slack.meets(Trouble("error", "apps.connections.open", error="missing_scope"))
    assert complaint(slack) == (
        "slack: SLACK_APP_TOKEN のトークンに必要なスコープがありません。"
        "docs/slack-manifest.yaml のとおりに設定し、トークンを発行し直してください。"
    )


@pytest.mark.parametrize("trouble", ["status", "drop_before", "garbage", "error"])
def test_when_slack_is_in_trouble_the_start_is_tried_again_later(slack: FakeSlack, trouble: str) -> None:
    slack.meets(Trouble(trouble, "auth.test"))
    unreachable = (
        "slack: Slackにつながりません。ネットワークと config.yaml の channels.slack.api_base を確かめてください。"
    )
    assert [complaint(slack), complaint(slack)] == [unreachable, ""]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_when_slack_asks_to_wait_no_token_is_blamed(slack: FakeSlack, method: str) -> None:
    slack.meets(Trouble("throttle", method, seconds=7))
    asked = "slack: Slackが7秒待つように求めています。自動でつなぎ直しますので、そのままお待ちください。"
    assert [complaint(slack), complaint(slack)] == [asked, ""]


def test_a_new_socket_is_asked_for_when_slack_said_and_not_before(slack: FakeSlack) -> None:
    async def run() -> None:
        async with listening(slack, Inbox(), "socket"):
            slack.meets(Trouble("throttle", "apps.connections.open", seconds=0.7, times=2))
            await asyncio.to_thread(slack.breaks_sockets)
            await asyncio.to_thread(slack.waits_for_sockets)

    asyncio.run(run())
    asked = [call for call in slack.world.calls if call.method == "apps.connections.open"]
    assert [call.answer for call in asked] == ["ok", "throttle", "throttle", "ok"]
    waits = [later.at - earlier.at for earlier, later in pairwise(asked)][1:]
    assert all(0.7 <= wait < 1.4 for wait in waits)


def test_when_nobody_listens_slack_is_unreachable(slack: FakeSlack) -> None:
    slack.goes_down()
    assert complaint(slack).startswith("slack: Slackにつながりません。")
    slack.comes_up()


@pytest.mark.parametrize("how", ["breaks_sockets", "asks_to_reconnect", "restarts"])
def test_a_socket_that_ends_is_opened_anew_and_nothing_is_lost(slack: FakeSlack, how: str) -> None:
    inbox = Inbox()

    def end() -> None:
        if how == "restarts":
            slack.goes_down()
            slack.comes_up()
        else:
            getattr(slack, how)()

    async def run() -> None:
        async with listening(slack, inbox, "socket"):
            await handed_over(slack, slack.people.says("U0ALICE", "前"))
            await asyncio.to_thread(end)
            said = slack.people.says("U0ALICE", "後")
            await asyncio.to_thread(slack.waits_for_sockets)
            await handed_over(slack, said)

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Text("前"), Text("後")]


def test_what_is_underway_when_the_socket_breaks_comes_again(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "socket"):
            inbox.gate.clear()
            said = slack.people.says("U0ALICE", "初回は?")
            await asyncio.sleep(0.1)
            await asyncio.to_thread(slack.breaks_sockets)
            inbox.gate.set()
            await handed_over(slack, said)

    asyncio.run(run())
    assert (len(inbox.messages), inbox.repeats) == (1, 1)
    assert slack.people.handed[0].statuses == [0, 200]


def test_a_broken_frame_does_no_harm(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "socket"):
            for frame in (
                "{",
                "[]",
                "null",
                '{"envelope_id": 7}',
                '{"envelope_id": "a", "payload": []}',
                "[" * 100_000,
            ):
                await asyncio.to_thread(slack.sends_frame, frame)
            await handed_over(slack, slack.people.says("U0ALICE", "初回は?"))

    asyncio.run(run())
    assert [m.content for m in inbox.messages] == [Text("初回は?")]


def test_posts_into_one_channel_are_paced() -> None:
    with running_slack() as slack:
        pacing = channel_for(slack).pacing
    assert (pacing.overall, pacing.of_place("D0ALICE")) == ((), (Limit(1, 1.0),))
    assert UNLIMITED.of_place("D0ALICE") == ()
    assert SlackSettings().channel_per_second == 1


def test_neither_secrets_nor_words_reach_a_log_or_a_repr(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox = Inbox(failures=1)
    shown: list[str] = []

    async def run() -> None:
        for mode in ("http", "socket"):
            async with listening(slack, inbox, mode) as channel:
                await handed_over(slack, slack.people.says("U0ALICE", "秘密の質問"))
                for trouble in ("slow", "status", "drop_after", "garbage", "error", "throttle", "none"):
                    slack.meets(Trouble(trouble, seconds=0.01))
                    outgoing = Outgoing(1, "D0ALICE", Reply("秘密の回答"))
                    shown.append(repr([channel, outgoing, await channel.send(outgoing), inbox.parcels]))
                await asyncio.to_thread(slack.breaks_sockets)
                await asyncio.sleep(0.3)
        shown.append(complaint_of(await asyncio.to_thread(complaint, slack, bot_token="xoxb-secret-wrong")))

    asyncio.run(run())
    printed = capsys.readouterr()
    everything = "\n".join([caplog.text, printed.out, printed.err, *shown])
    assert len(inbox.messages) == 2
    assert "秘密" not in everything
    assert "secret" not in everything


def complaint_of(sentence: str) -> str:
    """The complaint itself must be there, or the test above shows nothing."""
    assert sentence.startswith("slack: ")
    return sentence


def test_it_sends_without_having_been_started(slack: FakeSlack) -> None:
    async def run() -> object:
        channel = channel_for(slack)
        try:
            return await channel.send(Outgoing(1, "D0ALICE", Reply("回答")))
        finally:
            await channel.stop()

    outcome = asyncio.run(run())
    assert outcome == Sent(slack.people.posts()[0].ts)


def test_the_manifest_asks_for_what_the_code_needs() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == NEEDED_SCOPES | OTHER_SCOPES == set(ALL_SCOPES)
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]
    settings = manifest["settings"]
    events = {"app_home_opened", "app_mention", "message.channels", "message.groups", "message.im"}
    assert set(settings["event_subscriptions"]["bot_events"]) == events
    assert settings["interactivity"]["is_enabled"] is settings["socket_mode_enabled"] is True
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert EVENTS_PATH in MANIFEST.read_text(encoding="utf-8")
