"""What a person wrote in Slack is one message, however often Slack tells of it; each time it is written anew is one."""

from typing import Any

import pytest

from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.wire import parcel_from
from tests.bot.channels.slack_desk import ROOM, staff_room
from tests.bot.fakes import MONDAY

ME = SlackIdentity("T1", "UDESK", "BDESK")
TS, LATER = "1657000000.000100", "1657000009.000300"
SAID = {"user": "U1", "ts": TS, "text": "<@UDESK> 初回は?"}
DIRECT = {**SAID, "type": "message", "channel_type": "im", "channel": "D1"}
MENTION = {**SAID, "type": "app_mention", "channel": "C1"}
IN_ROOM = {**SAID, "type": "message", "channel_type": "channel", "channel": ROOM}
EDITED = {**DIRECT, "subtype": "message_changed", "message": {**SAID, "text": "新"}, "previous_message": SAID}


def key(event: dict[str, Any], number: int = 1, team: str = "T1") -> str:
    body = {"type": "event_callback", "team_id": team, "event_id": f"Ev{number}", "event": event}
    parcel = parcel_from(body, ME, MONDAY, staff_room())
    assert parcel.message is not None
    assert parcel.message.key == parcel.key
    return parcel.key


@pytest.mark.parametrize("said", [DIRECT, MENTION, IN_ROOM])
def test_the_same_words_have_one_key_under_two_events(said: dict[str, Any]) -> None:
    assert key(said) == key(said, 2) == key(said, 3, "T2") == f"T1:{said['channel']}:{TS}"


def test_words_of_another_moment_or_place_have_another_key() -> None:
    said = (DIRECT, {**DIRECT, "ts": LATER}, {**DIRECT, "channel": "D2"}, MENTION, IN_ROOM)
    assert len({key(one) for one in said}) == len(said)


@pytest.mark.parametrize("edited", [EDITED, {**MENTION, "edited": {"user": "U1", "ts": LATER}}])
def test_each_time_that_words_are_written_anew_has_its_own_key(edited: dict[str, Any]) -> None:
    assert [key(edited), key(edited, 2)] == ["T1:Ev1", "T1:Ev2"]
