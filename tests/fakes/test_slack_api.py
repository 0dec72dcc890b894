"""The fake Slack keeps to Slack's rules, so that what passes with it means something."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.fakes.slack_api import FakeSlack, running_slack
from tests.fakes.slack_world import Entry, Trouble, World


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack() as slack:
        yield slack


def call(slack: FakeSlack, method: str, token: str | None = None, **arguments: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or slack.world.bot_token}"}
    return httpx.post(f"{slack.api_base}/{method}", json=arguments, headers=headers)


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("A"), "value": "1", **more}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "a"}, "channel_not_found"),
        ({"channel": "C0GENERAL"}, "no_text"),
        ({"channel": "C0GENERAL", "text": "a" * 40_001}, "msg_too_long"),
        ({"channel": "C0GENERAL", "text": "a", "thread_ts": "1.1"}, "thread_not_found"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": plain("a" * 3001)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": plain("")}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": plain("a" * 3000)}] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "actions", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(text=plain("a" * 76))]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(value="a" * 2001)]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(), button()]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "block_id": "x", "elements": [button()]}] * 2}, "invalid_blocks"),
        ({"text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
def test_a_post_that_slack_would_refuse_is_refused(slack: FakeSlack, arguments: dict[str, Any], error: str) -> None:
    answer = call(slack, "chat.postMessage", **{"channel": "C0GENERAL", **arguments})
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})
    assert slack.people.posts() == []


def test_a_form_is_taken_as_well_as_json(slack: FakeSlack) -> None:
    form = {"channel": "C0GENERAL", "text": "a", "blocks": '[{"type": "divider"}]', "token": slack.world.bot_token}
    assert httpx.post(f"{slack.api_base}/chat.postMessage", data=form).json()["ok"]
    assert slack.people.posts()[0].arguments["blocks"] == [{"type": "divider"}]


def test_only_the_right_token_is_let_in(slack: FakeSlack) -> None:
    assert call(slack, "auth.test", token="guessed").json() == {"ok": False, "error": "invalid_auth"}
    assert httpx.post(f"{slack.api_base}/auth.test").json() == {"ok": False, "error": "not_authed"}
    assert call(slack, "apps.connections.open").json() == {"ok": False, "error": "invalid_auth"}
    assert "chat:write" in call(slack, "auth.test").headers["x-oauth-scopes"]


def test_posts_into_one_channel_within_a_second_are_counted_and_where_asked_refused(slack: FakeSlack) -> None:
    for channel in ("C0GENERAL", "D0ALICE", "C0GENERAL"):
        assert call(slack, "chat.postMessage", channel=channel, text="a").status_code == 200
    assert slack.world.violations == 1
    slack.world.enforces_limits = True
    refused = call(slack, "chat.postMessage", channel="U0ALICE", text="a")
    assert (refused.status_code, refused.headers["retry-after"], slack.world.violations) == (429, "1", 2)
    assert len(slack.people.posts()) == 3


def test_metadata_is_shown_to_who_asks_for_it(slack: FakeSlack) -> None:
    metadata = {"event_type": "x", "event_payload": {"n": 1}}
    call(slack, "chat.postMessage", channel="D0ALICE", text="a", metadata=metadata)
    bare, full = (
        call(slack, "conversations.history", channel="D0ALICE", include_all_metadata=wanted).json()["messages"][0]
        for wanted in (False, True)
    )
    assert "metadata" not in bare
    assert full["metadata"] == metadata


def test_a_trouble_is_over_after_so_many_calls(slack: FakeSlack) -> None:
    slack.meets(Trouble("throttle", times=2, seconds=3))
    statuses = [call(slack, "chat.postMessage", channel="D0ALICE", text="a").status_code for _ in range(3)]
    assert statuses == [429, 429, 200]
    assert [made.answer for made in slack.world.calls] == ["throttle", "throttle", "ok"]


def posted(slack: FakeSlack, **more: Any) -> str:
    return str(call(slack, "chat.postMessage", channel="C0GENERAL", text="旧", **more).json()["ts"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"ts": "9.9"}, "message_not_found"),
        ({"ts": "1.1"}, "cant_update_message"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": "U0ALICE"}, "channel_not_found"),
        ({"text": ""}, "no_text"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
def test_a_change_that_slack_would_refuse_is_refused(slack: FakeSlack, arguments: dict[str, Any], error: str) -> None:
    slack.world.write(Entry("C0GENERAL", "1.1", "U0BOB", "質問"))
    change = {"channel": "C0GENERAL", "ts": posted(slack), "text": "新", **arguments}
    assert call(slack, "chat.update", **change).json() == {"ok": False, "error": error}
    assert [post.text for post in slack.people.posts()] == ["旧"]


def test_a_post_is_changed_and_keeps_its_metadata_and_is_deleted_once(slack: FakeSlack) -> None:
    metadata = {"event_type": "x", "event_payload": {"n": 1}}
    ts = posted(slack, metadata=metadata)
    assert call(slack, "chat.update", channel="C0GENERAL", ts=ts, text="新").json()["ok"]
    assert [(post.ts, post.text, post.arguments["metadata"]) for post in slack.people.posts()] == [(ts, "新", metadata)]
    deleted = [call(slack, "chat.delete", channel="C0GENERAL", ts=ts).json() for _ in range(2)]
    assert deleted == [
        {"ok": True, "channel": "C0GENERAL", "ts": ts},
        {"ok": False, "error": "message_not_found"},
    ]
    assert slack.people.posts() == []


def form(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "words", "initial_value": "下書き"}
    block = {"type": "input", "block_id": "words", "label": plain("文"), "element": element}
    labels = {"title": plain("題"), "submit": plain("送信"), "close": plain("やめる")}
    return {"type": "modal", "private_metadata": "", "blocks": [block], **labels, **more}


def test_a_trigger_opens_one_form_in_time(slack: FakeSlack) -> None:
    slack.world.trigger_seconds = 0.3
    first, late = slack.world.new_trigger("U0BOB"), slack.world.new_trigger("U0BOB")
    tried = [call(slack, "views.open", trigger_id=each, view=form()).json() for each in (first, first, "guessed")]
    time.sleep(0.4)
    tried.append(call(slack, "views.open", trigger_id=late, view=form()).json())
    errors = [answer.get("error") for answer in tried]
    assert errors == [None, "exchanged_trigger_id", "invalid_trigger_id", "expired_trigger_id"]
    assert slack.world.modal_of("U0BOB").typed == {("words", "words"): "下書き"}


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (form(type="home"), "invalid_arguments"),
        (form(private_metadata="a" * 3001), "invalid_arguments"),
        (form(title=plain("題" * 25)), "invalid_blocks"),
        (form(blocks=[{"type": "divider"}] * 101), "invalid_blocks"),
        (form(blocks=[{"type": "input", "label": plain("文"), "element": {"type": "button"}}]), "invalid_arguments"),
    ],
)
def test_a_form_that_slack_would_refuse_is_refused(slack: FakeSlack, view: dict[str, Any], error: str) -> None:
    answer = call(slack, "views.open", trigger_id=slack.world.new_trigger("U0BOB"), view=view)
    assert answer.json() == {"ok": False, "error": error}


def test_what_was_typed_stays_in_a_field_that_keeps_its_name_and_an_old_hash_changes_nothing(slack: FakeSlack) -> None:
    call(slack, "views.open", trigger_id=slack.world.new_trigger("U0BOB"), view=form())
    modal = slack.world.modal_of("U0BOB")
    modal.typed["words", "words"] = "書きかけ"
    old = modal.hash
    assert call(slack, "views.update", view_id=modal.id, hash=old, view=form()).json()["ok"]
    assert modal.typed == {("words", "words"): "書きかけ"}
    assert call(slack, "views.update", view_id=modal.id, hash=old, view=form()).json()["error"] == "hash_conflict"
    assert call(slack, "views.update", view_id="V0", view=form()).json()["error"] == "not_found"
    renamed = [{**form()["blocks"][0], "block_id": "words-1"}]
    assert call(slack, "views.update", view_id=modal.id, hash=modal.hash, view=form(blocks=renamed)).json()["ok"]
    assert modal.typed == {("words-1", "words"): "下書き"}


def test_a_channel_tells_whether_the_app_is_in_it(slack: FakeSlack) -> None:
    slack.world.without_app.add("C0STAFF")
    found = [call(slack, "conversations.info", channel=name).json() for name in ("C0GENERAL", "C0STAFF", "C0NOWHERE")]
    told = [answer["channel"]["is_member"] if answer["ok"] else answer["error"] for answer in found]
    assert told == [True, False, "channel_not_found"]
    assert call(slack, "chat.postMessage", channel="C0STAFF", text="a").json()["error"] == "not_in_channel"


def test_an_event_that_nobody_takes_is_given_up_after_all_its_tries() -> None:
    with running_slack(World(), retries=(0.0, 0.01, 0.01)) as slack:
        slack.sends_events_to("http://127.0.0.1:9/")
        said, ran = slack.people.says("U0ALICE", "a"), slack.people.runs("U0ALICE", "help")
        slack.people.wait_until_handed_over(said, ran)
    assert (said.statuses, ran.statuses) == ([0, 0, 0, 0], [0])


@contextmanager
def fake_process() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-m", "tests.fakes.slack_api", str(port), "0", "0.01"]) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def until_it_serves(base: str) -> None:
    for _ in range(500):
        try:
            httpx.get(f"{base}/control/posts").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("it never served")


def test_as_a_process_it_is_driven_over_http() -> None:
    with fake_process() as base:
        until_it_serves(base)
        httpx.post(f"{base}/control/settings", json={"url": "http://127.0.0.1:9/"}).raise_for_status()
        deed = {"deed": "says", "arguments": {"user": "U0ALICE", "text": "初回は?"}}
        key = httpx.post(f"{base}/control/deeds", json=deed).json()["id"]
        handed = []
        while not (handed and handed[0]["is_over"]):
            handed = httpx.get(f"{base}/control/handed").json()
        assert [(each["id"], each["statuses"]) for each in handed] == [(key, [0, 0, 0])]
        assert httpx.post(f"{base}/control/deeds", json={"deed": "hand", "arguments": {}}).status_code == 404
