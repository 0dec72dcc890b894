"""What members and participants see of each other's words, in a real browser."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.bot.browser.console import log_in, press
from tests.bot.browser.page import ChatPage, in_a_new_tab
from tests.bot.site import Site

pytestmark = pytest.mark.browser

QUESTION = "人と話したいです。<b>車椅子</b>で見学できる事業所はありますか"
SMALLEST_TARGET = 44


@pytest.fixture
def page(chromium: Chrome, console: Site) -> Iterator[ChatPage]:
    """The participant's page; the members' pages are opened in tabs beside it."""
    with in_a_new_tab(chromium):
        chat = ChatPage(chromium, console.url)
        chat.open()
        yield chat
        chromium.delete_all_cookies()


class Tabs:
    """The participant's tab and a member's."""

    def __init__(self, page: ChatPage) -> None:
        self.page = page
        self.participant = page.driver.current_window_handle
        page.driver.switch_to.new_window("tab")
        self.staff = page.driver.current_window_handle
        log_in(page, "sato")

    def as_staff(self) -> None:
        self.page.driver.switch_to.window(self.staff)

    def as_participant(self) -> None:
        self.page.driver.switch_to.window(self.participant)

    def button(self, label: str) -> WebElement:
        path = f"//button[normalize-space()='{label}']"
        return self.page.wait_for(lambda: self.page.driver.find_elements(By.XPATH, path))[0]

    def press(self, label: str) -> None:
        press(self.page, label)

    def open_ticket(self) -> None:
        self.page.driver.get(f"{self.page.url}/staff")
        self.page.one(".entry").click()
        self.page.wait_for(lambda: self.page.all(".history"))

    def write(self, selector: str, words: str) -> None:
        field = self.page.one(selector)
        field.clear()
        field.send_keys(words)

    def reply(self, words: str) -> None:
        self.write("#reply", words)
        self.press("返信を確かめる")
        self.press("この返信を送る")


@pytest.fixture
def tabs(page: ChatPage) -> Tabs:
    """A participant has asked for a person; a member looks at the ticket."""
    page.say(QUESTION)
    page.wait_for(lambda: page.all(".line.desk .ticket"))
    tabs = Tabs(page)
    tabs.open_ticket()
    return tabs


def last_text(page: ChatPage) -> str:
    return page.said("desk")[-1]


def test_a_member_logs_in_claims_and_replies_and_the_participant_sees_it(page: ChatPage, tabs: Tabs) -> None:
    assert QUESTION in page.one(".past .question").text
    tabs.press("担当する")
    tabs.reply("2か所ございます。")
    page.wait_for(lambda: page.one(".line.staff .fate").text == "届きました" or tabs.open_ticket())
    assert page.driver.get_log("browser") == []
    tabs.as_participant()
    page.wait_for(lambda: last_text(page) == "担当者より\n2か所ございます。")
    line = page.all(".line.desk")[-1]
    assert "staff" in line.get_attribute("class")
    assert line.find_element(By.CSS_SELECTOR, ".outcome").text == "担当者"


def test_a_corrected_and_a_withdrawn_reply_change_on_the_participants_page(page: ChatPage, tabs: Tabs) -> None:
    tabs.reply("2か所ございます。")
    tabs.open_ticket()
    page.one(".history details summary").click()
    tabs.write(".history details textarea", "3か所ございます。")
    tabs.press("修正を確かめる")
    tabs.press("この文に修正する")
    tabs.as_participant()
    page.wait_for(lambda: last_text(page).startswith("担当者より\n3か所ございます。"))
    assert page.all(".line.desk")[-1].find_element(By.CSS_SELECTOR, ".revised").text == "訂正しました"
    tabs.as_staff()
    tabs.open_ticket()
    page.all(".history details summary")[-1].click()
    tabs.press("この返信を取り消す")
    tabs.as_participant()
    page.wait_for(lambda: last_text(page) == "このメッセージは取り消されました。")
    count = len(page.all(".line.desk"))
    page.open()
    page.wait_for(lambda: last_text(page) == "このメッセージは取り消されました。")
    assert len(page.all(".line.desk")) == count


def test_a_reply_is_shown_when_the_closed_tab_is_opened_again(page: ChatPage, tabs: Tabs) -> None:
    tabs.as_participant()
    page.driver.close()
    tabs.as_staff()
    tabs.reply("2か所ございます。")
    page.driver.switch_to.new_window("tab")
    page.open()
    page.wait_for(lambda: last_text(page).startswith("担当者より\n2か所ございます。"))


def test_the_page_of_a_ticket_shows_what_is_new_but_leaves_what_is_being_written(page: ChatPage, tabs: Tabs) -> None:
    tabs.as_participant()
    page.say("入口に段差はありますか")
    tabs.as_staff()
    page.wait_for(lambda: "入口に段差はありますか" in page.one(".history").text)
    tabs.write("#note", "電話で確かめる")
    tabs.as_participant()
    page.say("トイレも広いですか")
    tabs.as_staff()
    page.wait_for(lambda: page.one("#news").is_displayed())
    assert page.one("#note").get_attribute("value") == "電話で確かめる"


@pytest.mark.parametrize("pixels", [320, 360])
def test_the_console_needs_no_sideways_scrolling_on_a_phone(page: ChatPage, tabs: Tabs, pixels: int) -> None:
    page.width(pixels)
    tabs.write("#reply", "2か所ございます。")
    for path in ("/staff", "/staff/tickets/1", "/staff/login"):
        page.driver.get(f"{page.url}{path}")
        assert page.driver.execute_script("return document.documentElement.scrollWidth") <= pixels
        small = [
            one.text for one in page.all("main button") if one.is_displayed() and one.size["height"] < SMALLEST_TARGET
        ]
        assert small == []
