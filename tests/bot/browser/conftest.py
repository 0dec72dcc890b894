"""A desk on a real socket, new for each test, and a real browser to visit it with."""

import os
import shutil
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from sqlalchemy import Engine

from handlers.effects import Effect, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from knowledge.finding import Outcome
from tests.bot import fakes
from tests.bot.browser.page import ChatPage, in_a_new_tab, open_chromium
from tests.bot.site import Site, page_config, running_site


def _program(name: str) -> str:
    """Its path. Where it is missing the test is skipped, but fails on CI, where it must be installed."""
    path = shutil.which(name)
    if path is not None:
        return path
    missing = f"{name} is not installed: apt-get install chromium chromium-driver"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = open_chromium(_program("chromium"), _program("chromedriver"), tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def decide(message: Message, situation: Situation) -> list[Effect]:
    """As the fakes do, and knows a call for help."""
    if isinstance(message.content, Text) and "助けて" in message.content.text:
        text = "よりそいホットライン 0120-279-338、危険なときは110番。2022年の資料 12-34"
        return [Reply(text, Outcome.HANDOFF, urgent=True, ticket=situation.fresh_ticket)]
    return fakes.decide(message, situation)


@pytest.fixture
def site(chromium: Chrome, database: str, engine: Engine) -> Iterator[Site]:
    limits = {"longest_message": 100, "messages_per_minute": 100}
    config = page_config(database, clock={"start": "2022-07-04T09:00:00+09:00"}, limits=limits)
    with running_site(config, decide) as running:
        yield running


@pytest.fixture
def page(chromium: Chrome, site: Site) -> Iterator[ChatPage]:
    with in_a_new_tab(chromium):
        chat = ChatPage(chromium, site.url)
        chat.open()
        yield chat
