"""What a person can do on the chat page, in a real browser against the real application."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.bot.browser.page import ChatPage

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44
MARKUP = "<b>x</b><script>document.title = 'broken'</script>"
LONG_WORD = "https://example.org/" + "a" * 70


def test_a_reply_appears_without_reload(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    assert page.said("own") == ["初回はいつ"]
    reply = page.one(".line.desk")
    assert "回答" in reply.text
    assert "出典: チラシ" in reply.text
    assert "7月4日 9:00" in reply.text
    assert page.focused() == "text"


def test_the_conversation_survives_a_reload(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    page.open()
    page.wait_until_said("desk", "初回はいつですね()")
    assert page.said("own") == ["初回はいつ"]


def test_the_conversation_survives_a_closed_tab(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    page.open_another_tab()
    page.wait_until_said("own", "初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")


def test_what_could_not_be_sent_is_sent_once_the_connection_is_back(page: ChatPage) -> None:
    page.connect(is_online=False)
    page.say("つながらない")
    page.wait_for(lambda: page.one(".line.own .again").is_displayed())
    page.connect(is_online=True)
    page.one(".line.own .again").click()
    page.wait_until_said("desk", "つながらないですね()")
    assert page.said("own") == ["つながらない"]
    assert not page.all(".line.own .again")


def test_what_could_not_be_sent_is_sent_from_the_next_tab(page: ChatPage) -> None:
    page.connect(is_online=False)
    page.say("閉じてしまう")
    page.wait_for(lambda: page.one(".line.own .again").is_displayed())
    page.open_another_tab()
    page.wait_until_said("desk", "閉じてしまうですね()")
    assert page.said("own") == ["閉じてしまう"]


def test_the_keyboard_alone_reaches_everything_in_order(page: ChatPage) -> None:
    reached = []
    while "menu-button" not in reached:
        page.press(Keys.TAB)
        reached.append(page.focused())
    assert reached == ["skip", "name", "way", "topic", "text", "menu-button"]


def test_the_keyboard_alone_asks_and_rates(page: ChatPage) -> None:
    page.press(Keys.TAB, Keys.ENTER)
    assert page.focused() == "text"
    page.press("初回はいつ", Keys.ENTER)
    page.wait_until_said("desk", "初回はいつですね()")
    page.press_back(2)
    page.press(Keys.SPACE)
    assert page.one("[data-value='rate:up']").get_attribute("aria-pressed") == "true"


def test_the_menu_opens_with_the_keyboard_and_asks_its_topic(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    page.press(Keys.TAB, Keys.ENTER)
    assert page.focused() == "topic"
    page.press(Keys.ESCAPE)
    assert page.focused() == "menu-button"
    page.press(Keys.ENTER, Keys.ENTER)
    page.wait_until_said("own", "初回はいつ", "次のセミナー")
    assert not page.one("#menu").is_displayed()


def test_enter_within_a_conversion_from_kana_does_not_send(page: ChatPage) -> None:
    page.field.click()
    run = page.driver.execute_cdp_cmd
    run("Input.imeSetComposition", {"text": "しょかい", "selectionStart": 4, "selectionEnd": 4})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    run("Input.dispatchKeyEvent", enter)
    run("Input.insertText", {"text": "初回"})
    assert page.field.get_attribute("value") == "初回"
    assert page.said("own") == []
    page.press(Keys.ENTER)
    page.wait_until_said("own", "初回")


def test_shift_and_enter_begin_a_new_line(page: ChatPage) -> None:
    page.field.send_keys("一行目", Keys.SHIFT + Keys.ENTER, Keys.NULL, "二行目", Keys.ENTER)
    page.wait_until_said("own", "一行目\n二行目")


@pytest.mark.parametrize("pixels", [320, 360])
def test_a_phone_needs_no_sideways_scrolling(page: ChatPage, pixels: int) -> None:
    page.width(pixels)
    page.say(LONG_WORD)
    page.wait_until_said("desk", f"{LONG_WORD}ですね()")
    page.one("#menu-button").click()
    assert _content_width(page) <= pixels
    assert all(button.size["height"] >= SMALLEST_TARGET for button in page.all("button") if button.is_displayed())
    page.driver.get(f"{page.url}/calendar")
    assert _content_width(page) <= pixels


def _content_width(page: ChatPage) -> int:
    return int(page.driver.execute_script("return document.documentElement.scrollWidth"))


def test_markup_in_a_message_is_shown_as_it_was_written(page: ChatPage) -> None:
    page.say(MARKUP)
    page.wait_until_said("desk", f"{MARKUP}ですね()")
    assert page.said("own") == [MARKUP]
    assert not page.all("#lines b:not(.ticket b), #lines script")
    assert page.driver.title == "地域づくり応援デスク"


def test_only_https_addresses_become_links(page: ChatPage) -> None:
    page.say("https://example.org/a。http://example.org javascript:alert(1)")
    links = page.wait_for(lambda: page.all(".line.desk .text a"))
    assert [link.get_attribute("href") for link in links] == ["https://example.org/a"]
    assert links[0].get_attribute("rel") == "noopener noreferrer"


def test_a_rating_is_kept_and_can_be_changed(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    _rate_and_reload(page, "up", "down")
    _rate_and_reload(page, "down", "up")


def _rate_and_reload(page: ChatPage, chosen: str, other: str) -> None:
    page.one(f"[data-value='rate:{chosen}']").click()
    page.wait_until_sent()
    page.wait_for(lambda: _is_pressed_after_reload(page, chosen))
    assert page.one(f"[data-value='rate:{other}']").get_attribute("aria-pressed") == "false"


def _is_pressed_after_reload(page: ChatPage, chosen: str) -> bool:
    page.open()
    return page.one(f"[data-value='rate:{chosen}']").get_attribute("aria-pressed") == "true"


def test_a_choice_is_tapped(page: ChatPage) -> None:
    page.say("選ぶ")
    choices = page.wait_for(lambda: page.all(".choices button"))
    assert [choice.text for choice in choices] == ["Aのこと", "この中にない"]
    choices[0].click()
    page.wait_until_said("desk", "もしかして", "選ぶの entry:a")
    assert page.said("own") == ["選ぶ", "Aのこと"]


def test_two_quick_messages_keep_their_order(page: ChatPage) -> None:
    page.say("一つ目")
    page.say("二つ目")
    page.wait_until_said("desk", "一つ目ですね()", "二つ目ですね(一つ目)")
    assert page.said("own") == ["一つ目", "二つ目"]


def test_a_handover_shows_its_number(page: ChatPage) -> None:
    page.say("担当者にお願いします")
    reply = page.wait_for(lambda: page.all(".line.desk"))[0]
    assert "担当者へ引き継ぎ" in reply.text
    assert "受付番号" in reply.text


def test_an_urgent_reply_offers_its_telephone_numbers(page: ChatPage) -> None:
    page.say("助けて")
    links = page.wait_for(lambda: page.all(".line.urgent .text a"))
    assert [link.get_attribute("href") for link in links] == ["tel:0120279338", "tel:110"]
    assert all(link.size["height"] >= SMALLEST_TARGET for link in links)


def test_a_message_that_is_too_long_is_not_sent(page: ChatPage) -> None:
    page.say("あ" * 101)
    assert page.one("#counter").text.startswith("1文字多すぎます")
    assert page.said("own") == []
    page.field.send_keys(Keys.BACKSPACE)
    assert page.one("#counter").text == "あと0文字"
    assert page.one("#send").is_enabled()


def test_another_tab_shows_the_same_conversation(page: ChatPage) -> None:
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("window")
    page.open()
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    page.driver.switch_to.window(first)
    page.wait_until_said("desk", "初回はいつですね()")
    assert page.said("own") == ["初回はいつ"]


def test_the_page_keeps_its_own_security_policy(page: ChatPage) -> None:
    page.say("初回はいつ")
    page.wait_until_said("desk", "初回はいつですね()")
    loaded = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert all(str(address).startswith(page.url) for address in page.driver.execute_script(loaded))
    assert page.driver.get_log("browser") == []


def test_the_calendar_shows_what_is_over_and_what_comes_next(page: ChatPage) -> None:
    page.one(".way").click()
    states = page.wait_for(lambda: page.all(".session .state"))
    assert [state.text for state in states] == ["終了", "次回", *["これから"] * 6]
