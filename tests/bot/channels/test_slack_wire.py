"""What Slack hands over, as a Parcel; whole results."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.base import Parcel, place_of
from bot.channels.slack.addresses import posted_at
from bot.channels.slack.fields import SlackIdentity, plain_words
from bot.channels.slack.wire import direct_channel, home_opened_by, parcel_from
from handlers.message import Command, Content, Edit, Media, Message, Tap, Text
from tests.bot.fakes import MONDAY

ME = SlackIdentity("T1", "UDESK", "BDESK")
TS, LATER, THREAD = "1657000000.000100", "1657000009.000300", "1656999999.000200"

Body = dict[str, Any]


def event(**event: Any) -> Body:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}


def direct(**more: Any) -> Body:
    return event(**{"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": TS, **more})


def mention(**more: Any) -> Body:
    return event(**{"type": "app_mention", "channel": "C1", "user": "U1", "ts": TS, **more})


def changed(now: Body, before: Body, **more: Any) -> Body:
    said = {"subtype": "message_changed", "user": None, "ts": LATER, "previous_message": before}
    return direct(**said, message={"user": "U1", "ts": TS, **now}, **more)


def tapped(value: Any, container: Body, **action: Any) -> Body:
    actions = [{"type": "button", "action_id": "choice-0", "value": value, **action}]
    who = {"team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "1.2.abc"}
    return {"type": "block_actions", **who, "container": container, "actions": actions}


def uncontained(channel: str, **message: str) -> Body:
    """A tap without its container."""
    body = tapped("7:none", {})
    del body["container"]
    return {**body, "channel": {"id": channel}, "message": {"ts": TS, **message}}


def ordered(text: str, channel: str = "C1") -> Body:
    who = {"team_id": "T1", "channel_id": channel, "user_id": "U1", "trigger_id": "1.2.abc"}
    return {"command": "/desk", "text": text, **who}


def key_of(body: Body, content: Content) -> str:
    return "T1:Ev1" if isinstance(content, Edit) else f"T1:{body['event']['channel']}:{TS}"


def parcel(body: Body, address: str, content: Content, ref: str | None = None, *, key: str) -> Parcel:
    message = Message("slack", address, "U1", key, MONDAY, content, ref)
    return Parcel("slack", key, MONDAY, json.dumps(body), message)


@pytest.mark.parametrize(
    ("body", "address", "content"),
    [
        (direct(text="初回は?"), "U1:D1", Text("初回は?")),
        (direct(text="a &lt;!channel&gt; &amp;amp; b"), "U1:D1", Text("a <!channel> &amp; b")),
        (direct(text="続き", thread_ts=THREAD), f"U1:D1:{THREAD}", Text("続き")),
        (
            direct(text="みなさんへ", thread_ts=THREAD, subtype="thread_broadcast"),
            f"U1:D1:{THREAD}",
            Text("みなさんへ"),
        ),
        (direct(text=""), "U1:D1", Text("")),
        (direct(text="<@UDESK> 初回は?"), "U1:D1", Text("初回は?")),
        (mention(text="<@UDESK> 初回は?"), f"C1:{TS}", Text("初回は?")),
        (mention(text="ねえ <@UDESK|desk> 初回は?", thread_ts=THREAD), f"C1:{THREAD}", Text("ねえ  初回は?")),
        (mention(text="<@UDESK>"), f"C1:{TS}", Text("")),
        (mention(text="<@UDESK> 2回目は?", edited={"user": "U1"}), f"C1:{TS}", Edit("2回目は?")),
        (direct(text="これ", subtype="file_share", files=[{"mimetype": "image/png"}]), "U1:D1", Media("photo", "これ")),
        (direct(files=[{"mimetype": "video/mp4"}]), "U1:D1", Media("video")),
        (direct(files=[{"mimetype": "audio/mpeg"}]), "U1:D1", Media("audio")),
        (direct(files=[{"mimetype": "audio/webm", "subtype": "slack_audio"}]), "U1:D1", Media("voice")),
        (direct(files=[{"mimetype": "application/pdf"}]), "U1:D1", Media("file")),
        (direct(files=[{}]), "U1:D1", Media("file")),
        (changed({"text": "2回目は?"}, {"text": "初回は?"}), "U1:D1", Edit("2回目は?")),
        (changed({"text": "2", "thread_ts": THREAD}, {"text": "1"}), f"U1:D1:{THREAD}", Edit("2")),
    ],
)
def test_what_a_person_writes_is_a_message(body: Body, address: str, content: Content) -> None:
    assert parcel_from(body, ME, MONDAY) == parcel(body, address, content, TS, key=key_of(body, content))


@pytest.mark.parametrize(
    "body",
    [
        event(type="message", channel_type="channel", channel="C1", user="U1", ts=TS, text="<@UDESK> 初回は?"),
        event(type="message", channel="C1", user="U1", ts=TS, thread_ts=THREAD, text="ふたりの話"),
        event(type="reaction_added", user="U1"),
        event(type="app_home_opened", user="U1", tab="home"),
        mention(channel="D1", text="<@UDESK> 初回は?"),
        mention(bot_id="BOTHER", text="<@UDESK> 初回は?"),
        direct(bot_id="BDESK", user="UDESK", text="回答"),
        direct(user="UDESK", text="回答"),
        direct(user="USLACKBOT", text="お知らせ"),
        direct(subtype="message_deleted", deleted_ts=TS),
        direct(subtype="channel_join", text="joined"),
        changed({"text": "同じ"}, {"text": "同じ"}),
        changed({"text": "新", "user": "UDESK", "bot_id": "BDESK"}, {"text": "旧"}),
        changed({"text": "削除", "subtype": "tombstone"}, {"text": "旧"}),
        {**ordered("help"), "command": "/other"},
        {"type": "view_submission", "trigger_id": "1"},
        {"type": "event_callback", "event_id": "Ev1", "event": {}},
        {},
    ],
)
def test_what_is_not_said_to_us_is_no_message(body: Body) -> None:
    found = parcel_from(body, ME, MONDAY)
    assert (found.message, found.error) == (None, None)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", Command("menu")),
        ("  ", Command("menu")),
        ("help", Command("help")),
        ("HELP", Command("help")),
        ("ask 初回は? いつ", Command("ask", "初回は? いつ")),
        ("次", Command("next")),
        ("メニュー", Command("menu")),
        ("日程", Command("seminars")),
        ("担当者 お願いします", Command("human", "お願いします")),
        ("状況", Command("status")),
        ("ヘルプ", Command("help")),
        ("helpful", Text("helpful")),
        (" 初回はいつですか ", Text("初回はいつですか")),
        ("payloadとは", Text("payloadとは")),
    ],
)
def test_the_command_takes_a_word_we_know_or_a_question(text: str, content: Content) -> None:
    body = ordered(text, "D1")
    assert parcel_from(body, ME, MONDAY) == parcel(body, "U1", content, key="T1:1.2.abc")


@pytest.mark.parametrize("channel", ["C1", "G1", "D1", "D0OTHERS"])
def test_the_command_is_answered_to_the_person_wherever_it_is_used(channel: str) -> None:
    body = ordered("help", channel)
    assert parcel_from(body, ME, MONDAY) == parcel(body, "U1", Command("help"), key="T1:1.2.abc")


IN_DM = {"type": "message", "channel_id": "D1", "message_ts": TS}


@pytest.mark.parametrize(
    ("body", "address", "tap"),
    [
        (tapped("7:entry:a", IN_DM), "U1:D1", Tap("entry:a", 7)),
        (tapped("7:rate:up", {**IN_DM, "thread_ts": THREAD}), f"U1:D1:{THREAD}", Tap("rate:up", 7)),
        (tapped("0:entry:a", IN_DM), "U1:D1", Tap("entry:a", None)),
        (tapped("7:none", {**IN_DM, "channel_id": "C1", "thread_ts": THREAD}), f"C1:{THREAD}", Tap("none", 7)),
        (tapped("7:none", {**IN_DM, "channel_id": "C1"}), f"C1:{TS}", Tap("none", 7)),
        (tapped("0:entry:a", {"type": "view", "view_id": "V1"}), "U1", Tap("entry:a", None)),
        ({**tapped("0:entry:a", {}), "view": {"id": "V1"}}, "U1", Tap("entry:a", None)),
        (uncontained("C1"), f"C1:{TS}", Tap("none", 7)),
        (uncontained("C1", thread_ts=THREAD), f"C1:{THREAD}", Tap("none", 7)),
        (uncontained("D1"), "U1:D1", Tap("none", 7)),
        (uncontained("D1", thread_ts=THREAD), f"U1:D1:{THREAD}", Tap("none", 7)),
        (tapped("7:entry:a", IN_DM, block_id="U1/0"), "U1", Tap("entry:a", 7)),
        (tapped("7:entry:a", IN_DM, block_id="U2/0"), "U1:D1", Tap("entry:a", 7)),
        (tapped("7:entry:a", IN_DM, block_id="U1:D1/0"), "U1:D1", Tap("entry:a", 7)),
    ],
)
def test_a_tap_belongs_to_the_conversation_that_offered_it(body: Body, address: str, tap: Tap) -> None:
    assert parcel_from(body, ME, MONDAY) == parcel(body, address, tap, key="T1:1.2.abc")


@pytest.mark.parametrize(
    "value",
    ["", "7", "7:", ":a", "x:a", "-1:a", "²:a", "99999999999:a", "4294967296:a", f"7:{'a' * 65}", f"7:{'あ' * 22}"],
)
def test_a_value_that_is_not_ours_is_no_tap(value: str) -> None:
    found = parcel_from(tapped(value, IN_DM), ME, MONDAY)
    assert (found.message, found.error) == (None, None)


def test_a_value_may_be_as_long_as_a_choice_allows() -> None:
    body = tapped(f"7:{'a' * 64}", IN_DM)
    assert parcel_from(body, ME, MONDAY) == parcel(body, "U1:D1", Tap("a" * 64, 7), key="T1:1.2.abc")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (event(type="message", channel_type="im"), "KeyError"),
        (direct(text=7), "TypeError"),
        (direct(user=["U1"], text="a"), "ValueError"),
        (direct(ts="yesterday", text="a"), "ValueError"),
        (direct(channel="D1:7", text="a"), "ValueError"),
        (mention(channel="C1:7", text="a"), "ValueError"),
        (uncontained("C1:7"), "ValueError"),
        ({"type": "event_callback", "event_id": "Ev1", "event": None}, "AttributeError"),
        (tapped(None, IN_DM), "TypeError"),
        ({**ordered("help"), "user_id": ""}, "ValueError"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_error(body: Body, error: str) -> None:
    found = parcel_from(body, ME, MONDAY)
    assert (found.message, found.error, found.raw) == (None, error, json.dumps(body))


def test_what_opens_doors_is_not_kept() -> None:
    secret = {"token": "secret", "response_url": "https://secret", "response_urls": ["https://secret"]}
    assert parcel_from({**ordered("help"), **secret}, ME, MONDAY).raw == json.dumps(ordered("help"))


def test_keys_are_those_of_the_workspace_and_of_the_body_where_slack_gives_none() -> None:
    first, again = ({"type": "x", "event_id": "Ev1", "team_id": team} for team in ("T1", "T2"))
    assert parcel_from(first, ME, MONDAY).key == "T1:Ev1"
    assert parcel_from(again, ME, MONDAY).key == "T2:Ev1"
    odd = [parcel_from({"event_id": value}, ME, MONDAY).key for value in (None, 7, [], "a\x00b", "x" * 200)]
    assert len(set(odd)) == 5
    assert all(key.startswith("T1:") and len(key) == 67 for key in odd)


def test_without_an_id_of_slacks_events_come_again_and_taps_and_commands_do_not() -> None:
    later = MONDAY + timedelta(microseconds=1)
    heard = {**direct(text="初回は?"), "event_id": None}
    assert parcel_from(heard, ME, MONDAY).key == parcel_from(heard, ME, later).key
    for body in (ordered("次"), tapped("7:rate:up", IN_DM)):
        del body["trigger_id"]
        assert parcel_from(body, ME, MONDAY).key != parcel_from(body, ME, later).key
        assert parcel_from(body, ME, MONDAY).key == parcel_from(body, ME, MONDAY).key


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<@U1> さん", "@U1 さん"),
        ("<@U1|alice>", "@alice"),
        ("<#C1|general> と <#C2>", "#general と #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@staff>", "@here channel @staff"),
        ("<https://a.example/?x=1&amp;y=2>", "https://a.example/?x=1&y=2"),
        ("<https://a.example|案内>", "案内"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("&lt;b&gt; &amp;lt;", "<b> &lt;"),
        ("a\x00b\ud800c", "abc"),
        ("*太字* _斜体_ `コード`", "*太字* _斜体_ `コード`"),
    ],
)
def test_slacks_written_form_is_read_as_a_person_would(marked: str, plain: str) -> None:
    assert plain_words(marked) == plain


@pytest.mark.parametrize(
    ("body", "user"),
    [
        (event(type="app_home_opened", user="U1", tab="home"), "U1"),
        (event(type="app_home_opened", user="U1", tab="messages"), None),
        (event(type="app_home_opened", user=7, tab="home"), None),
        (direct(text="a"), None),
        ({"event": []}, None),
    ],
)
def test_the_home_tab_is_shown_to_who_opens_it(body: Body, user: str | None) -> None:
    assert home_opened_by(body) == user


@pytest.mark.parametrize(
    ("body", "channel"),
    [
        (direct(text="a"), "D1"),
        (mention(text="a"), None),
        (direct(channel="D1:7", text="a"), None),
        (direct(channel=7, text="a"), None),
        (ordered("help", "D1"), None),
        (tapped("7:none", IN_DM), "D1"),
        (tapped("7:none", {**IN_DM, "channel_id": "C1"}), None),
    ],
)
def test_the_channel_of_direct_messages_is_told_by_what_is_written_there(body: Body, channel: str | None) -> None:
    assert direct_channel(body) == channel


@pytest.mark.parametrize(
    ("address", "place", "posted"),
    [
        ("U1", "U1", ("U1", "")),
        ("U1:D1", "U1", ("D1", "")),
        (f"U1:D1:{THREAD}", "U1", ("D1", THREAD)),
        ("C1", "C1", ("C1", "")),
        (f"C1:{THREAD}", "C1", ("C1", THREAD)),
        (f"D1:{THREAD}", "D1", ("D1", THREAD)),
    ],
)
def test_all_that_goes_to_a_person_lies_in_one_place(address: str, place: str, posted: tuple[str, str]) -> None:
    assert (place_of(address), posted_at(address)) == (place, posted)
