"""Events of all shapes: none does harm, and no good one is lost among them."""

import asyncio
import copy
import json
import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.channels.base import Parcel
from bot.channels.slack.fields import SlackIdentity
from bot.channels.slack.forms import faults_in
from bot.channels.slack.wire import home_opened_by, parcel_from
from tests.bot.channels.slack_desk import Inbox, handed_over, listening, staff_room
from tests.bot.fakes import MONDAY, FakeBook
from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_delivery import Handed, signed

STAFF = staff_room()
ME = SlackIdentity("T0TEAM", "U0DESK", "B0DESK")
TS = "1657000000.000100"
FORM = "application/x-www-form-urlencoded"
WHO = {"team_id": "T0TEAM", "token": "old", "api_app_id": "A0DESK"}
HEARD = {**WHO, "type": "event_callback", "event_id": "Ev1", "authorizations": [{"user_id": "U0DESK"}]}
SAID = {"channel": "D1", "channel_type": "im", "user": "U1", "ts": TS}

EVENTS: list[dict[str, Any]] = [
    {**SAID, "type": "message", "text": "初回は <https://a.example|いつ>?", "thread_ts": TS},
    {**SAID, "type": "message", "subtype": "file_share", "text": "", "files": [{"mimetype": "image/png", "id": "F1"}]},
    {
        **SAID,
        "type": "message",
        "subtype": "message_changed",
        "message": {"user": "U1", "ts": TS, "text": "新", "thread_ts": TS},
        "previous_message": {"user": "U1", "ts": TS, "text": "旧"},
    },
    {"type": "app_mention", "channel": "C1", "user": "U1", "ts": TS, "text": "<@U0DESK> 初回は?"},
    {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1"},
    {**SAID, "type": "message", "channel": "C0STAFF", "channel_type": "channel", "text": "返信: はい", "thread_ts": TS},
]
TAPPED: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T0TEAM"},
    "user": {"id": "U1"},
    "trigger_id": "1.2.abc",
    "container": {"type": "message", "channel_id": "C1", "message_ts": TS, "thread_ts": TS},
    "message": {"ts": TS, "thread_ts": TS},
    "actions": [{"type": "button", "action_id": "choice-0", "block_id": "C1/0", "value": "7:entry:a"}],
}
SENT: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T0TEAM"},
    "user": {"id": "U0STAFF"},
    "trigger_id": "1.2.abc",
    "view": {
        "type": "modal",
        "id": "V1",
        "hash": "1.h",
        "private_metadata": '{"act": "reply", "ticket": 12, "address": "C0STAFF:1657000000.000100"}',
        "state": {"values": {"words-0": {"words": {"type": "plain_text_input", "value": "7月13日です"}}}},
    },
}
LOOKED_UP: dict[str, Any] = {
    **SENT,
    "type": "block_actions",
    "container": {"type": "view", "view_id": "V1"},
    "actions": [{"type": "plain_text_input", "action_id": "query", "block_id": "query", "value": "初回"}],
}
ORDERED: dict[str, Any] = {
    **WHO,
    "command": "/desk",
    "channel_id": "C1",
    "user_id": "U1",
    "text": "ask 初回は",
    "trigger_id": "1.2.abc",
    "response_url": "https://a.example",
}
GOOD = [
    *({**HEARD, "event": event} for event in EVENTS),
    TAPPED,
    {**TAPPED, "actions": [{**TAPPED["actions"][0], "value": "7:staff:reply:12"}]},
    ORDERED,
    SENT,
    LOOKED_UP,
]
ODD: list[Any] = [
    *(None, True, 0, -1, 2**63, 10**400, 1.5e308, float("nan"), [], [[]], {}, {"a": None}, [None], [{}] * 9),
    *("", "\x00", "\ud800", "😀" * 50, "x" * 5000, "\u202e", "<" * 99, "<@U0DESK>", "&amp;" * 9, "1.1", "-", "7:", ":"),
    *("0:x", "U1", "D1", "im", "message", "message_changed", "app_mention", "event_callback", "url_verification"),
    *("block_actions", "bot_message", "view_submission", "modal", "C0STAFF", "7:staff:edit:12:14"),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key in a body."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in list(inside):
        yield value, name
        yield from places(each)


def mutated(dice: random.Random) -> dict[str, Any]:
    """A good body with one to four places spoilt: left out, replaced, wrapped, doubled, or exchanged."""
    body = copy.deepcopy(dice.choice(GOOD))
    for _ in range(dice.randint(1, 4)):
        found = list(places(body))
        if found:
            spoil(dice, *dice.choice(found), *dice.choice(found))
    return body


def spoil(dice: random.Random, where: Any, name: Any, elsewhere: Any, other: Any) -> None:
    match dice.choice(["leave out", "replace", "replace", "wrap", "double", "exchange"]):
        case "leave out":
            del where[name]
        case "replace":
            where[name] = copy.deepcopy(dice.choice(ODD))
        case "wrap":
            where[name] = dice.choice([[where[name]], {"text": where[name]}])
        case "double":
            where[name] = [copy.deepcopy(where[name])] * 2
        case _:
            where[name], elsewhere[other] = copy.deepcopy(elsewhere[other]), copy.deepcopy(where[name])


def is_storable(parcel: Parcel) -> bool:
    """Whether any database takes it: no NUL, no half characters, keys of bounded length."""
    texts = [parcel.key, parcel.raw, parcel.error or ""]
    if parcel.message is not None:
        message = parcel.message
        texts += [message.address, message.person, message.ref or "", *map(str, vars(message.content).values())]
    return len(parcel.key) <= 300 and all("\x00" not in text and text.encode() is not None for text in texts)


def test_no_body_makes_the_translator_fail() -> None:
    dice = random.Random(20220704)
    parcels = []
    for _ in range(5000):
        body = mutated(dice)
        parcels.append(parcel_from(body, ME, MONDAY, STAFF))
        home_opened_by(body)
        faults_in(body, FakeBook())
    assert all(is_storable(parcel) for parcel in parcels)
    assert all(parcel.raw.isascii() for parcel in parcels)
    kinds = [parcel.error or type(parcel.message).__name__ for parcel in parcels]
    assert {"Message", "NoneType", "KeyError", "TypeError", "ValueError", "AttributeError"} <= set(kinds)


def test_good_bodies_are_understood() -> None:
    parcels = [parcel_from(body, ME, MONDAY, STAFF) for body in GOOD]
    assert [parcel.error for parcel in parcels] == [None] * len(GOOD)
    is_message = [parcel.message is not None for parcel in parcels]
    assert is_message == [True, True, True, True, False, True, True, True, True, True, False]


def key_of(said: Handed) -> str:
    return f"T0TEAM:D0ALICE:{said.body['event']['ts']}"


def encoded(dice: random.Random, body: dict[str, Any]) -> tuple[bytes, str]:
    """As Slack would send it: what was a tap or a command goes as a form."""
    if "event" in body or dice.random() < 0.2:
        return json.dumps(body).encode(), "application/json"
    if "command" in body:
        return urlencode({name: str(value).encode("utf-8", "replace") for name, value in body.items()}).encode(), FORM
    return urlencode({"payload": json.dumps(body)}).encode(), FORM


def test_among_500_spoilt_requests_every_good_one_is_received() -> None:
    with running_slack() as slack:
        inbox = Inbox()
        statuses = asyncio.run(spoilt_and_good(slack, inbox))
    assert set(statuses) == {200, 400}
    assert len(statuses) == 500
    assert [handed.statuses for handed in slack.people.handed] == [[200]] * 50
    assert {key_of(handed) for handed in slack.people.handed} <= set(inbox.parcels)


async def spoilt_and_good(slack: FakeSlack, inbox: Inbox) -> list[int]:
    dice, statuses = random.Random(7), []
    async with listening(slack, inbox, "http", STAFF), httpx.AsyncClient() as client:
        for number in range(500):
            whole, kind = encoded(dice, mutated(dice))
            payload = whole if number % 5 else whole[: dice.randrange(len(whole))]
            headers = {**signed(slack.world.signing_secret, payload, time.time()), "content-type": kind}
            response = await client.post(slack.events_url or "", content=payload, headers=headers)
            statuses.append(response.status_code)
            if number % 10 == 0:
                slack.people.says("U0ALICE", f"質問{number}")
        await handed_over(slack)
    return statuses


def test_among_500_spoilt_envelopes_every_good_one_is_received() -> None:
    with running_slack() as slack:
        inbox = Inbox()
        good = asyncio.run(spoilt_and_good_envelopes(slack, inbox))
    assert len(slack.people.handed) == 550
    assert all(handed.statuses == [200] for handed in slack.people.handed)
    assert {key_of(handed) for handed in good} <= set(inbox.parcels)


async def spoilt_and_good_envelopes(slack: FakeSlack, inbox: Inbox) -> list[Handed]:
    dice, good = random.Random(8), []
    async with listening(slack, inbox, "socket", STAFF):
        for number in range(500):
            slack.people.hand(Handed("interactive", mutated(dice)))
            if number % 10 == 0:
                good.append(slack.people.says("U0ALICE", f"質問{number}"))
        await handed_over(slack)
    return good
