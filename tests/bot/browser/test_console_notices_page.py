"""A notice from the first word to its report, in a real browser."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.select import Select
from sqlalchemy import Engine

from bot.store.models import DeliveryState
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.browser.console import log_in, press
from tests.bot.browser.page import ChatPage, in_a_new_tab
from tests.bot.noticing import Newsroom
from tests.bot.site import Site

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44
TEXT = "<b>会場</b>が変わりました。\n開始は13:30です。"


@pytest.fixture
def room(store: Store, book: Book, engine: Engine) -> Newsroom:
    subscribe(engine, [("telegram", str(number)) for number in range(4)], NoticeTopic.SEMINAR)
    return Newsroom(store, book)


@pytest.fixture
def page(chromium: Chrome, console: Site) -> Iterator[ChatPage]:
    with in_a_new_tab(chromium):
        yield ChatPage(chromium, console.url)
        chromium.delete_all_cookies()


def log_in_anew(page: ChatPage, login: str) -> None:
    """Another member sits down at the same browser."""
    page.driver.delete_all_cookies()
    log_in(page, login)


def open_notice(page: ChatPage) -> None:
    page.driver.get(f"{page.url}/staff/notices/1")


def compose(page: ChatPage) -> None:
    press(page, "お知らせ")
    press(page, "お知らせを書く")
    Select(page.one("#topic")).select_by_visible_text("セミナー")
    page.one("#title").send_keys("会場の変更")
    page.one("#text").send_keys(TEXT)
    press(page, "下書きに保存する")


def approve(page: ChatPage) -> None:
    """鈴木 proposes, 佐藤 approves."""
    press(page, "承認を求める")
    log_in_anew(page, "sato")
    open_notice(page)
    press(page, "承認する")
    page.wait_for(lambda: page.one(".people").text == "4人")
    press(page, "承認する")


def test_a_notice_is_written_approved_by_another_sent_and_reported(page: ChatPage, room: Newsroom) -> None:
    log_in_anew(page, "suzuki")
    compose(page)
    assert [one.text.startswith(TEXT) for one in page.all(".post .text")] == [True] * 3
    approve(page)
    room.tick()
    page.wait_for(lambda: "0 / 4人" in page.one("main").text)
    assert page.one("progress").get_attribute("value") == "0"
    room.end(1, DeliveryState.SENT, DeliveryState.SENT, DeliveryState.SENT, DeliveryState.FAILED, error="blocked")
    room.tick()
    page.wait_for(lambda: "受け取る人がデスクをブロックしています 1人" in page.one("main").text)
    assert "届いた\n3人" in page.one(".figures").text
    assert page.driver.get_log("browser") == []


def test_what_is_being_chosen_is_not_swept_away_by_news(page: ChatPage, room: Newsroom) -> None:
    log_in_anew(page, "suzuki")
    compose(page)
    page.one("details summary").click()
    room.forget(1)
    page.wait_for(lambda: page.one("#news").is_displayed())
    assert page.one("#day").is_displayed()


@pytest.mark.parametrize("pixels", [320, 375])
def test_notices_need_no_sideways_scrolling_on_a_phone(page: ChatPage, room: Newsroom, pixels: int) -> None:
    room.tick()
    room.approved(key="other")
    room.tick()
    number = max(one.id for one in room.rows(Occurrence))
    log_in_anew(page, "sato")
    page.width(pixels)
    for path in ("", "?show=all", "/new", f"/{number}"):
        page.driver.get(f"{page.url}/staff/notices{path}")
        assert page.driver.execute_script("return document.documentElement.scrollWidth") <= pixels, path
        targets = page.all("main button, main .button, main .shows a")
        assert [one.text for one in targets if one.is_displayed() and one.size["height"] < SMALLEST_TARGET] == []
