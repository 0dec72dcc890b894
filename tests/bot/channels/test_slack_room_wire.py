"""What of the staff room is a message, and what is none; whole results."""

import json
from typing import Any

import pytest

from bot.channels.base import Parcel
from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.wire import parcel_from
from handlers.message import Content, Edit, Media, Message, Text
from tests.bot.channels.slack_desk import ROOM, staff_room
from tests.bot.fakes import MONDAY

ME = SlackIdentity("T1", "UDESK", "BDESK")
TS, THREAD = "1657000000.000100", "1656999999.000200"

Body = dict[str, Any]


def in_room(**event: Any) -> Body:
    said = {"type": "message", "channel": ROOM, "channel_type": "channel", "user": "U1", "ts": TS, **event}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": said}


def edited(**now: Any) -> Body:
    before = {"user": "U1", "ts": TS, "text": "旧"}
    return in_room(
        subtype="message_changed", user=None, message={**before, "text": "新", **now}, previous_message=before
    )


@pytest.mark.parametrize(
    ("body", "address", "content"),
    [
        (in_room(text="a"), ROOM, Text("a")),
        (in_room(text="a", channel_type="group"), ROOM, Text("a")),
        (in_room(text="a", thread_ts=THREAD), f"{ROOM}:{THREAD}", Text("a")),
        (in_room(text="a", thread_ts=THREAD, subtype="thread_broadcast"), f"{ROOM}:{THREAD}", Text("a")),
        (in_room(text="<@UDESK> 返信: a", thread_ts=THREAD), f"{ROOM}:{THREAD}", Text("返信: a")),
        (edited(), ROOM, Edit("新")),
        (edited(thread_ts=THREAD), f"{ROOM}:{THREAD}", Edit("新")),
        (edited(thread_ts=TS), ROOM, Edit("新")),
        (in_room(text="返信:&lt;a&gt; &amp; <https://a.example|b>"), ROOM, Text("返信:<a> & b")),
    ],
)
def test_in_the_staff_room_every_message_of_a_person_is_one(body: Body, address: str, content: Content) -> None:
    key = "T1:Ev1" if isinstance(content, Edit) else f"T1:{ROOM}:{TS}"
    message = Message("slack", address, "U1", key, MONDAY, content, TS)
    expected = Parcel("slack", key, MONDAY, json.dumps(body), message)
    assert parcel_from(body, ME, MONDAY, staff_room()) == expected


@pytest.mark.parametrize(
    "body",
    [
        in_room(text="a", bot_id="BDESK", user="UDESK"),
        in_room(text="a", bot_id="BOTHER"),
        in_room(subtype="message_deleted", deleted_ts=TS),
        in_room(subtype="message_replied", message={"user": "U1", "ts": TS, "text": "a"}),
        edited(subtype="tombstone"),
        edited(text="旧"),
        edited(bot_id="BDESK"),
        in_room(text="a", channel="C1"),
        in_room(type="app_mention", text="<@UDESK> a"),
    ],
)
def test_in_the_staff_room_other_things_are_no_messages(body: Body) -> None:
    found = parcel_from(body, ME, MONDAY, staff_room())
    assert (found.message, found.error) == (None, None)


def rich(*kinds: str) -> list[Body]:
    return [{"type": "rich_text", "elements": [{"type": kind, "elements": []} for kind in kinds]}]


def heard(**event: Any) -> Content | None:
    found = parcel_from(in_room(thread_ts=THREAD, **event), ME, MONDAY, staff_room())
    assert found.error is None
    return found.message.content if found.message else None


@pytest.mark.parametrize(
    "beside",
    [
        {"attachments": [{"is_share": True, "text": "あす伺います"}]},
        {"attachments": [{"is_msg_unfurl": True}]},
        {"attachments": [3, {"is_share": True}]},
        {"blocks": rich("rich_text_quote", "rich_text_section")},
        {"blocks": rich("rich_text_preformatted")},
    ],
)
def test_words_that_a_member_hands_on_or_quotes_are_no_text_of_theirs(beside: Body) -> None:
    assert heard(text="返信: あす", **beside) == Media("other", "返信: あす")
    files = [{"mimetype": "image/png"}]
    assert heard(text="返信: あす", subtype="file_share", files=files, **beside) == Media("photo", "返信: あす")


@pytest.mark.parametrize(
    "beside",
    [
        {"attachments": [{"from_url": "https://a.example", "title": "案内"}]},
        {"attachments": [3, None]},
        {"attachments": 3},
        {"blocks": rich("rich_text_section", "rich_text_quote")},
        {"blocks": [{"type": "rich_text", "elements": [3]}]},
        {"blocks": rich()},
        {"blocks": [{"type": "rich_text", "elements": [{"type": []}]}]},
        {"blocks": 3},
    ],
)
def test_what_else_stands_beside_a_members_words_takes_nothing_from_them(beside: Body) -> None:
    assert heard(text="返信: あす", **beside) == Text("返信: あす")


def test_what_participants_hand_on_or_quote_is_theirs_to_ask() -> None:
    beside = {"attachments": [{"is_share": True}], "blocks": rich("rich_text_quote")}
    body = in_room(text="初回は?", channel="D1", channel_type="im", **beside)
    found = parcel_from(body, ME, MONDAY, staff_room()).message
    assert found is not None
    assert found.content == Text("初回は?")


@pytest.mark.parametrize("marked", ["&gt; 返信: あす", "```返信: あす```", "`返信: あす`"])
def test_where_slack_tells_only_by_marks_they_stay_before_the_words(marked: str) -> None:
    content = heard(text=marked)
    assert isinstance(content, Text)
    assert content.text[0] in ">`"
