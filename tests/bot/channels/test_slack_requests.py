"""Slack's requests over HTTP: only what is surely Slack's is read, and nothing makes us answer 500."""

import asyncio
import hashlib
import hmac
import json
import logging
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest

from tests.bot.channels.slack_desk import Inbox, channel_for, serving
from tests.bot.fakes import MONDAY, FixedClock
from tests.fakes.slack_api import FakeSlack, running_slack

NOW = str(int(MONDAY.timestamp()))
EVENT = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "初回は?", "ts": "1.1"}
SAID = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": EVENT}).encode()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def headers(
    slack: FakeSlack, body: bytes, stamp: str = NOW, secret: str | None = None, kind: str = JSON
) -> dict[str, str]:
    key = (secret or slack.world.signing_secret).encode()
    digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


def answered(
    slack: FakeSlack, inbox: Inbox, body: bytes, sent: dict[str, str], is_started: bool = True
) -> httpx.Response:
    """What the channel answers to a request that comes in at MONDAY."""

    async def run() -> httpx.Response:
        channel = channel_for(slack, "http", FixedClock())
        async with serving(channel.routes(inbox.receive)) as url, httpx.AsyncClient() as client:
            if is_started:
                await channel.start(inbox.receive)
            try:
                encoded = {name: value.encode() for name, value in sent.items()}
                return await client.post(f"{url}/slack/events", content=body, headers=encoded)
            finally:
                await channel.stop()

    return asyncio.run(run())


def moved(seconds: int) -> str:
    return str(int((MONDAY + timedelta(seconds=seconds)).timestamp()))


@pytest.fixture(scope="module")
def slack():
    with running_slack() as slack:
        yield slack


@pytest.mark.parametrize("stamp", [NOW, moved(300), moved(-300)])
def test_what_slack_signed_lately_is_taken(slack: FakeSlack, stamp: str) -> None:
    inbox = Inbox()
    assert answered(slack, inbox, SAID, headers(slack, SAID, stamp)).status_code == 200
    assert list(inbox.parcels) == ["T0TEAM:D1:1.1"]


@pytest.mark.parametrize("stamp", [moved(301), moved(-301), "abc", "", "1e9", "²", "-1", "9" * 5000, "1656892800.0"])
def test_a_stale_or_malformed_time_is_refused(slack: FakeSlack, stamp: str) -> None:
    inbox = Inbox()
    assert answered(slack, inbox, SAID, headers(slack, SAID, stamp)).status_code == 401
    assert inbox.parcels == {}


@pytest.mark.parametrize("signature", ["", "v0=", "v0=00", "v1=00", "署名", "v0=" + "0" * 64, "v0=" + "0" * 10_000])
def test_a_forged_signature_is_refused(slack: FakeSlack, signature: str) -> None:
    inbox = Inbox()
    forged = {**headers(slack, SAID), "x-slack-signature": signature}
    assert answered(slack, inbox, SAID, forged).status_code == 401
    assert inbox.parcels == {}


@pytest.mark.parametrize("missing", ["x-slack-signature", "x-slack-request-timestamp"])
def test_a_request_without_signature_or_time_is_refused(slack: FakeSlack, missing: str) -> None:
    inbox = Inbox()
    bare = {name: value for name, value in headers(slack, SAID).items() if name != missing}
    assert answered(slack, inbox, SAID, bare).status_code == 401
    assert inbox.parcels == {}


def test_another_secret_and_another_body_are_refused(slack: FakeSlack) -> None:
    inbox = Inbox()
    assert answered(slack, inbox, SAID, headers(slack, SAID, secret="guessed")).status_code == 401
    assert answered(slack, inbox, SAID + b" ", headers(slack, SAID)).status_code == 401
    assert answered(slack, inbox, b"\xff\xfe", headers(slack, SAID)).status_code == 401
    assert inbox.parcels == {}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b"\xff", JSON),
        (b"[" * 100_000, JSON),
        (b'{"a":' * 100_000, JSON),
        (b'{"a": ' + b"9" * 5000 + b"}", JSON),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"payload=", FORM),
    ],
)
def test_a_signed_body_that_is_no_object_is_a_bad_request(slack: FakeSlack, body: bytes, kind: str) -> None:
    inbox = Inbox()
    assert answered(slack, inbox, body, headers(slack, body, kind=kind)).status_code == 400
    assert inbox.parcels == {}


def test_a_body_beyond_all_measure_is_too_large(slack: FakeSlack) -> None:
    body = b'{"a": "' + b"x" * 2**20 + b'"}'
    assert answered(slack, Inbox(), body, headers(slack, body)).status_code == 413


def test_who_leaves_while_sending_does_no_harm(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with serving(channel_for(slack, "http").routes(Inbox().receive)) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(
                b"POST /slack/events HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n{"
            )
            assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
            writer.close()
            await writer.wait_closed()

    asyncio.run(run())
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


def test_the_url_is_confirmed_when_slack_asks_for_it(slack: FakeSlack) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    inbox = Inbox()
    response = answered(slack, inbox, body, headers(slack, body))
    assert (response.status_code, response.json()) == (200, {"challenge": "abc"})
    assert answered(slack, inbox, body, headers(slack, body, secret="guessed")).status_code == 401
    assert inbox.parcels == {}


def test_a_question_by_command_may_hold_any_word(slack: FakeSlack) -> None:
    ordered = {"command": "/desk", "channel_id": "D1", "user_id": "U1", "text": "payload=とは", "trigger_id": "1.2"}
    body = urlencode(ordered).encode()
    inbox = Inbox()
    assert answered(slack, inbox, body, headers(slack, body, kind=FORM)).status_code == 200
    assert [message.content.text for message in inbox.messages] == ["payload=とは"]


def test_before_the_start_slack_is_asked_to_come_again(slack: FakeSlack) -> None:
    inbox = Inbox()
    assert answered(slack, inbox, SAID, headers(slack, SAID), is_started=False).status_code == 503
    assert answered(slack, inbox, SAID, {}, is_started=False).status_code == 401
    assert inbox.parcels == {}


def test_in_socket_mode_nothing_is_served(slack: FakeSlack) -> None:
    assert channel_for(slack, "socket").routes(Inbox().receive) == ()
    assert channel_for(slack, "auto").routes(Inbox().receive) == ()
    assert len(channel_for(slack, "auto", app_token=None).routes(Inbox().receive)) == 1
