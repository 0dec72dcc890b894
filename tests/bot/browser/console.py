"""What a member does in the console in a real browser."""

from selenium.webdriver.common.by import By

from tests.bot.browser.page import ChatPage
from tests.bot.console_site import PASSWORD

DOCUMENT = "return performance.timeOrigin"


def press(page: ChatPage, label: str) -> None:
    """Press a button or a link that leads to another page, and wait until that is there."""
    there = f"//main//*[self::button or self::a][normalize-space()='{label}']"
    old = page.driver.execute_script(DOCUMENT)
    page.wait_for(lambda: page.driver.find_elements(By.XPATH, there))[0].click()
    page.wait_for(lambda: page.driver.execute_script(DOCUMENT) != old)


def log_in(page: ChatPage, login: str) -> None:
    page.driver.get(f"{page.url}/staff")
    page.one("#login").send_keys(login)
    page.one("#password").send_keys(PASSWORD)
    press(page, "ログイン")
    page.wait_for(lambda: page.all(".shows"))
