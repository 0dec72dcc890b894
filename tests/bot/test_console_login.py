"""Who gets into the console, and who does not."""

import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, text

from bot.config import Config
from bot.store.transactions import Store
from bot.web.staff_sessions import COOKIE, SESSION
from knowledge.book import Book
from tests.bot.console_site import PASSWORD, Page, config_of, let_in, member, running_console
from tests.bot.site import Site

WRONG = "ログイン名かパスワードが違います。"


@pytest.fixture
def config(database: str, engine: Engine) -> Config:
    return config_of(database)


@pytest.fixture
def site(config: Config, store: Store, book: Book) -> Iterator[Site]:
    let_in(store, "sato", "tanaka")
    with running_console(config, book) as running:
        yield running


def log_in(browser: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    return browser.post("/staff/login", data={"login": login, "password": password})


@pytest.mark.parametrize("path", ["/staff", "/staff?show=mine", "/staff/tickets/1"])
def test_nobody_sees_a_page_without_logging_in(browser: httpx.Client, path: str) -> None:
    response = browser.get(path)
    assert (response.status_code, response.headers["location"], response.text) == (303, "/staff/login", "")


def test_a_guessed_cookie_is_none(browser: httpx.Client) -> None:
    assert browser.get("/staff", headers={"cookie": f"{COOKIE}=guessed"}).headers["location"] == "/staff/login"


def test_a_member_logs_in_and_out(browser: httpx.Client) -> None:
    response = log_in(browser, " Sato ")
    assert (response.status_code, response.headers["location"]) == (303, "/staff")
    page = Page(browser.get("/staff"))
    assert "佐藤さん" in page.text
    token = browser.cookies[COOKIE]
    browser.post("/staff/logout", data=page.form("ログアウト").fields)
    assert COOKIE not in browser.cookies
    assert browser.get("/staff", headers={"cookie": f"{COOKIE}={token}"}).status_code == 303


def test_the_cookie_is_for_the_console_alone_and_for_twelve_hours(browser: httpx.Client) -> None:
    cookie = log_in(browser, "sato").headers["set-cookie"].lower()
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        "httponly",
        "max-age=43200",
        "path=/staff",
        "samesite=strict",
    }
    secure = browser.post(
        "/staff/login",
        data={"login": "sato", "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )
    assert "secure" in secure.headers["set-cookie"].lower()


def test_only_hashes_of_cookie_and_password_are_stored(browser: httpx.Client, engine: Engine) -> None:
    log_in(browser, "sato")
    with engine.connect() as connection:
        sessions = connection.execute(text("SELECT * FROM staff_session")).all()
        kept = connection.execute(text("SELECT * FROM login")).all()
    assert len(sessions) == 1
    assert browser.cookies[COOKIE] not in str(sessions)
    assert PASSWORD not in str(kept)


def test_a_session_ends_after_twelve_hours(site: Site, browser: httpx.Client) -> None:
    log_in(browser, "sato")
    site.machine.move(SESSION.total_seconds() - 1)
    assert browser.get("/staff").status_code == 200
    site.machine.move(1)
    assert browser.get("/staff").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [("sato", "wrong-password"), ("sato", ""), ("nobody", PASSWORD), ("suzuki", PASSWORD), ("tanaka", PASSWORD)],
    ids=["wrong", "empty", "unknown", "without a password", "no member"],
)
def test_whoever_cannot_log_in_is_told_the_same(browser: httpx.Client, login: str, password: str) -> None:
    response = log_in(browser, login, password)
    assert response.status_code == 403
    assert WRONG in Page(response).text
    assert "set-cookie" not in response.headers
    assert browser.get("/staff").status_code == 303


def test_an_unknown_login_takes_as_long_as_a_wrong_password(browser: httpx.Client) -> None:
    known, unknown = (min(_seconds(browser, login) for _ in range(4)) for login in ("sato", "nobody"))
    assert 0.5 < unknown / known < 2


def _seconds(browser: httpx.Client, login: str) -> float:
    began = time.monotonic()
    log_in(browser, login, "wrong-password")
    return time.monotonic() - began


def test_a_login_is_tried_five_times_a_minute_at_most(site: Site, browser: httpx.Client) -> None:
    assert [log_in(browser, "sato", "wrong").status_code for _ in range(5)] == [403] * 5
    refused = log_in(browser, "sato")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    site.machine.move(60)
    assert log_in(browser, "sato").status_code == 303


def test_an_address_tries_twenty_times_a_minute_at_most(browser: httpx.Client) -> None:
    statuses = [log_in(browser, f"nobody{n}", "wrong").status_code for n in range(21)]
    assert statuses == [403] * 20 + [429]


def test_a_member_who_is_taken_from_the_settings_is_out_at_once(
    config: Config, store: Store, database: str, book: Book
) -> None:
    let_in(store, "sato")
    with running_console(config, book) as site, member(site, "sato") as desk:
        cookie = desk.client.cookies[COOKIE]
    others = config_of(database, [{"name": "鈴木", "login": "suzuki"}])
    with running_console(others, book) as site, site.stranger() as browser:
        assert browser.get("/staff", headers={"cookie": f"{COOKIE}={cookie}"}).headers["location"] == "/staff/login"
        assert log_in(browser, "sato").status_code == 403


def test_a_new_password_ends_what_the_old_one_opened(store: Store, browser: httpx.Client) -> None:
    log_in(browser, "sato")
    let_in(store, "sato")
    assert browser.get("/staff").status_code == 303


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_nobody_is_logged_in_from_another_page(browser: httpx.Client, headers: dict[str, str]) -> None:
    response = browser.post("/staff/login", data={"login": "sato", "password": PASSWORD}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "body", [b"", b"login=sato", b"login=sato&password=x&more=1", b"\xff", b"&" * 100, b"login=" + b"x" * 65]
)
def test_a_login_that_cannot_be_read_is_refused_civilly(browser: httpx.Client, body: bytes) -> None:
    response = browser.post("/staff/login", content=body)
    assert response.status_code == 400
    assert "うまく受け取れませんでした" in response.text


def test_sessions_that_are_over_are_forgotten(site: Site, browser: httpx.Client, engine: Engine) -> None:
    log_in(browser, "sato")
    site.machine.move(SESSION.total_seconds())
    log_in(browser, "sato")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM staff_session")).scalar() == 1


def test_every_page_of_the_console_is_protected(browser: httpx.Client) -> None:
    headers = browser.get("/staff/login").headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert browser.get("/staff/absent").headers["x-frame-options"] == "DENY"
