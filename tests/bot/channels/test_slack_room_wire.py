"""What of the staff room is a message, and what is none; whole results."""

import json
from typing import Any

import pytest

from bot.channels.base import Parcel
from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.wire import parcel_from
from handlers.message import Content, Edit, Message, Text
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
    message = Message("slack", address, "U1", "T1:Ev1", MONDAY, content, TS)
    expected = Parcel("slack", "T1:Ev1", MONDAY, json.dumps(body), message)
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
