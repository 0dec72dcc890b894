"""Pages, headers, and errors that a person sees."""

import httpx
import pytest

from bot.config import Config
from tests.bot.fakes import FakeBook
from tests.bot.site import Site, running_site


@pytest.mark.parametrize("path", ["/", "/calendar", "/static/base.css", "/api/state", "/healthz", "/absent"])
def test_every_response_is_protected(browser: httpx.Client, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_the_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(browser: httpx.Client) -> None:
    cookie = browser.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=" in cookie
    assert len(browser.cookies["desk"]) >= 43


def test_a_browser_that_comes_back_keeps_its_session(browser: httpx.Client) -> None:
    browser.get("/")
    assert "set-cookie" not in browser.get("/").headers


def test_an_unknown_cookie_is_replaced(browser: httpx.Client) -> None:
    assert "set-cookie" in browser.get("/", headers={"cookie": "desk=guessed"}).headers


def test_the_page_is_in_japanese(browser: httpx.Client) -> None:
    page = browser.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="ja">' in page.text


def test_the_calendar_shows_all_sessions_as_they_stand(site: Site, browser: httpx.Client) -> None:
    page = browser.get("/calendar").text
    for session in FakeBook().programme.seminars.sessions:
        assert session.title in page
    assert "6月29日(水)" in page
    assert "13:30~16:00" in page


def test_a_page_that_is_not_there_is_told_civilly(browser: httpx.Client) -> None:
    page = browser.get("/absent")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "error_not_found" in page.text
    assert browser.get("/api/absent").json()["error"]["code"] == "not_found"
    assert browser.get("/static/../../config.yaml").status_code == 404
    assert browser.get("/static/%2e%2e/site.py").status_code == 404


def test_a_method_that_is_not_served_is_told_civilly(browser: httpx.Client) -> None:
    assert browser.delete("/api/messages").json()["error"]["code"] == "not_allowed"
    assert browser.post("/").status_code == 405


def test_an_error_of_our_own_is_a_civil_answer_with_headers_and_no_traceback(
    config: Config, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(_book: FakeBook) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr(FakeBook, "menu", broken)
    with running_site(config) as site, site.stranger() as browser:
        answer, page = browser.get("/api/state"), browser.get("/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert page.status_code == 500
    assert "error_internal" in page.text
    assert "geheim" not in answer.text + page.text
    assert answer.headers["content-security-policy"]


def test_without_a_set_clock_there_is_no_banner(browser: httpx.Client) -> None:
    state = browser.get("/api/state").json()
    assert (state["clock_is_set"], state["banner"]) == (False, None)


def test_health_is_answered(browser: httpx.Client) -> None:
    assert browser.get("/healthz").text == "ok"


def test_a_port_in_use_is_told(config: Config, site: Site) -> None:
    import asyncio

    from bot.config import WebSettings
    from bot.errors import PortTaken
    from bot.web.server import Server

    with pytest.raises(PortTaken, match="DESK__CHANNELS__WEB__PORT"):
        asyncio.run(Server(WebSettings(port=site.port), []).start())
