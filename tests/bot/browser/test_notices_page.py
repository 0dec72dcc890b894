"""Notices on the chat page, in a real browser: the button always in sight, the card, a notice that comes live."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from sqlalchemy import select

from bot.config import Config
from bot.reading import decide_by
from bot.store.models import Conversation
from bot.store.transactions import Store
from knowledge.book import Book
from tests.bot.browser.page import ChatPage, in_a_new_tab
from tests.bot.site import running_site
from tests.bot.subscribers import SEMINAR, People

pytestmark = pytest.mark.browser

PHONE = 375


@pytest.fixture
def page(chromium: Chrome, config: Config, book: Book) -> Iterator[ChatPage]:
    with running_site(config, decide_by(book), book) as site, in_a_new_tab(chromium):
        chat = ChatPage(chromium, site.url)
        chat.open()
        yield chat


def label(page: ChatPage) -> str:
    return page.one("#notices-button").get_attribute("aria-label") or ""


def press(page: ChatPage, text: str) -> None:
    """The latest choice that says this."""

    def found() -> bool:
        buttons = [one for one in page.all(".choices button") if one.text == text]
        if buttons:
            buttons[-1].click()
        return bool(buttons)

    page.wait_for(found)


def test_the_button_opens_the_card_and_tells_what_arrives(page: ChatPage) -> None:
    assert label(page) == "お知らせの設定。受け取っているものはありません"
    assert not page.one("#notices-count").is_displayed()
    page.one("#notices-button").click()
    press(page, "セミナーのお知らせを受け取る")
    page.wait_for(lambda: page.one("#notices-count").text == "1")
    press(page, "デスク便りのお知らせを受け取る")
    page.wait_for(lambda: label(page) == "お知らせの設定。受け取っているもの: セミナー、デスク便り")
    page.say("お知らせを止めて")
    page.wait_for(lambda: not page.one("#notices-count").is_displayed())
    assert page.said("own")[0] == "お知らせの設定"


def test_a_notice_comes_live_is_marked_and_stands_there_on_return(page: ChatPage, store: Store) -> None:
    page.say("/subscribe セミナー")
    page.wait_for(lambda: len(page.said("desk")) == 1)
    people = People(store, "web")
    people.notice(SEMINAR)
    page.wait_for(lambda: page.said("desk")[-1] == "会場のご案内です。")
    assert "お知らせ" in page.all(".line.desk .outcome")[-1].text
    page.open()
    page.wait_for(lambda: page.said("desk")[-1] == "会場のご案内です。")
    assert people.run(lambda session: len(session.scalars(select(Conversation.id)).all())) == 1


def test_a_notice_leaves_an_answer_awaited(page: ChatPage) -> None:
    script = """
      const {Conversation} = await import("/static/chat/conversation.js");
      const talk = new Conversation(document.createElement("ol"), {});
      const said = {revises: null, choices: [], related: [], sources: [], rated: null, at: "2022-07-04T09:00:00+09:00"};
      talk.add({...said, id: 1, who: "you", text: "a", by: "", key: "k"});
      talk.add({...said, id: 2, who: "desk", text: "b", by: "notice"});
      return talk.isWaiting;
    """
    assert page.driver.execute_script(f"return (async () => {{{script}}})()") is True


def test_the_dock_fits_a_phone(page: ChatPage) -> None:
    page.width(PHONE)
    page.one("#notices-button").click()
    press(page, "すべて受け取る")
    page.wait_for(lambda: page.one("#notices-count").text == "4")
    width = page.driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= PHONE
    assert page.one("#notices-button").size["height"] >= 44
