"""What the web chat's API refuses, civilly and without storing it."""

import json
import socket
import uuid
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine

from bot.config import Config
from bot.web.body import LARGEST_BODY
from tests.bot.site import Site, items, page_config, post, said


@pytest.fixture
def config(database: str, engine: Engine) -> Config:
    limits = {"longest_message": 100, "messages_per_minute": 6, "conversations_per_minute": 4}
    return page_config(database, limits=limits)


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.browser() as client:
        yield client


def refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].startswith(f"error_{code}")
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"key": "12345678", "text": "\xff"}',
        b'{"key": "12345678", "text": "\\ud800"}',
        b'{"key": "12345678"}',
        b'{"key": "short", "text": "x"}',
        b'{"key": "12345678", "text": 5}',
        b'{"key": "12345678", "text": "x", "extra": 1}',
        b'{"key": "12345678", "text": "x", "tap": {"value": "y"}}',
        b'{"key": "12345678", "tap": {"value": "y", "reply": "z"}}',
        b'{"key": "12345678", "tap": {"value": "y", "reply": 99999999999999999999}}',
        b'{"key": "12345678", "tap": {"value": "' + b"y" * 65 + b'"}}',
    ],
)
def test_what_cannot_be_read_is_refused_civilly_and_not_stored(site: Site, body: bytes) -> None:
    with site.browser() as browser:
        refused(browser.post("/api/messages", content=body), 400, "bad_request")
        assert items(browser) == []


def test_a_message_of_the_longest_length_is_taken_and_one_more_is_refused(browser: httpx.Client) -> None:
    assert post(browser, "あ" * 100).status_code == 202
    refused(post(browser, "あ" * 101), 413, "too_long")
    assert len(said(browser, 2)) == 2


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_body_too_large_is_refused_while_it_is_read(browser: httpx.Client, is_announced: bool) -> None:
    body = json.dumps({"key": "12345678", "text": "あ" * 100_000}).encode()
    assert len(body) > LARGEST_BODY
    content = body if is_announced else iter([body[:50_000], body[50_000:]])
    response = browser.post("/api/messages", content=content)
    refused(response, 413, "too_long")
    assert response.headers["content-security-policy"]


def test_too_many_messages_are_refused_until_the_minute_is_over(site: Site, browser: httpx.Client) -> None:
    assert [post(browser, str(n)).status_code for n in range(6)] == [202] * 6
    response = post(browser, "7")
    refused(response, 429, "too_many")
    assert response.headers["retry-after"] == "60"
    assert response.json()["error"]["message"] == "error_too_many 100 60"
    with site.browser() as another:
        assert post(another, "一").status_code == 202
    site.machine.move(60)
    assert post(browser, "7").status_code == 202


def test_too_many_new_conversations_of_one_address_are_refused(site: Site) -> None:
    with site.browser() as known:
        for _ in range(3):
            with site.stranger() as browser:
                assert browser.get("/").status_code == 200
        with site.stranger() as browser:
            response = browser.get("/")
            assert (response.status_code, response.headers["retry-after"]) == (429, "60")
            assert "set-cookie" not in response.headers
        assert known.get("/").status_code == 200


def test_without_a_session_nothing_is_seen_or_stored(site: Site) -> None:
    with site.stranger() as browser:
        refused(browser.get("/api/conversation"), 404, "no_session")
        refused(post(browser, "一"), 404, "no_session")
        browser.cookies["desk"] = "guessed"
        refused(browser.get("/api/conversation"), 404, "no_session")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_message_from_another_page_is_refused(site: Site, browser: httpx.Client, headers: dict[str, str]) -> None:
    body = {"key": str(uuid.uuid4()), "text": "x"}
    refused(browser.post("/api/messages", json=body, headers=headers), 403, "forbidden")
    assert items(browser) == []


def test_a_message_that_does_not_say_where_it_comes_from_is_refused(browser: httpx.Client) -> None:
    del browser.headers["origin"]
    refused(post(browser, "x"), 403, "forbidden")
    browser.headers["sec-fetch-site"] = "same-origin"
    assert post(browser, "x").status_code == 202


@pytest.mark.parametrize("query", ["after=-1", "after=x", "wait=1.5", "after=９", "after=99999999999999"])
def test_a_broken_cursor_is_refused(browser: httpx.Client, query: str) -> None:
    refused(browser.get(f"/api/conversation?{query}"), 400, "bad_request")


def test_a_request_that_is_no_http_does_no_harm(site: Site, browser: httpx.Client) -> None:
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(b"\x00\xff nonsense\r\n\r\n")
        assert b"400" in connection.recv(1000)
    assert post(browser, "一").status_code == 202
