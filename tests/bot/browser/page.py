"""The chat page in a real browser, as a person sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

T = TypeVar("T")

PATIENCE_SECONDS = 15
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-prefers-reduced-motion",
    "--window-size=1280,900",
)


def open_chromium(chromium: str, chromedriver: str, profile: Path) -> webdriver.Chrome:
    """A browser with a profile of its own, that touches nothing outside."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options, webdriver.ChromeService(chromedriver))


@contextmanager
def in_a_new_tab(driver: webdriver.Chrome) -> Iterator[None]:
    """A tab without a past; afterwards it is closed with all that were opened from it."""
    home = driver.current_window_handle
    driver.get_log("browser")
    driver.switch_to.new_window("tab")
    try:
        yield
    finally:
        for other in set(driver.window_handles) - {home}:
            driver.switch_to.window(other)
            driver.close()
        driver.switch_to.window(home)


@dataclass(frozen=True)
class ChatPage:
    """One browser visiting the desk at `url`."""

    driver: webdriver.Chrome
    url: str

    def open(self) -> None:
        """Load the page anew, until the conversation stands."""
        self.driver.get(self.url)
        self.wait_for(lambda: self.all("#log:not([aria-busy])"))

    def open_another_tab(self) -> None:
        """Close this tab, and open the page in a new one of the same browser."""
        old = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        new = self.driver.current_window_handle
        self.driver.switch_to.window(old)
        self.driver.close()
        self.driver.switch_to.window(new)
        self.open()

    def wait_for(self, found: Callable[[], T]) -> T:
        """What `found` gives as soon as it is not empty; a page that draws itself anew meanwhile is looked at again."""
        passing = (StaleElementReferenceException,)
        waiting = WebDriverWait(self.driver, PATIENCE_SECONDS, poll_frequency=0.05, ignored_exceptions=passing)
        return waiting.until(lambda _: found())

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @property
    def field(self) -> WebElement:
        return self.one("#text")

    def say(self, text: str) -> None:
        self.field.send_keys(text, Keys.ENTER)

    def press(self, *keys: str) -> None:
        """Keys for whatever has the focus."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def press_back(self, times: int) -> None:
        """Move the focus back."""
        back = webdriver.ActionChains(self.driver).key_down(Keys.SHIFT)
        back.send_keys(*[Keys.TAB] * times).key_up(Keys.SHIFT).perform()

    def said(self, who: str) -> list[str]:
        """The texts of one side, "own" or "desk", in the order shown."""
        script = "return [...document.querySelectorAll(arguments[0])].map((text) => text.textContent)"
        texts: list[str] = self.driver.execute_script(script, f".line.{who} .text")
        return texts

    def wait_until_said(self, who: str, *texts: str) -> None:
        self.wait_for(lambda: self.said(who) == list(texts))

    def wait_until_sent(self) -> None:
        """Nothing is left that the desk does not have."""
        self.wait_for(lambda: self.driver.execute_script("return localStorage.length") == 0)

    def focused(self) -> str:
        """The id of what has the focus, or its first class."""
        script = "const it = document.activeElement; return it.id || it.classList[0] || it.localName"
        return str(self.driver.execute_script(script))

    def width(self, pixels: int, height: int = 740) -> None:
        """The screen of a phone."""
        metrics = {"width": pixels, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def connect(self, is_online: bool) -> None:
        """Take the network away, or give it back."""
        conditions = {"offline": not is_online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", conditions)
