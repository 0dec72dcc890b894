"""The photographs of the guide for staff can be taken anew."""

from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from knowledge.book import Book
from tests.bot.browser.page import ChatPage, in_a_new_tab
from tests.guide.desk import furnished_desk
from tests.guide.photographs import Camera, take_all

PICTURES = Path(__file__).parents[3] / "docs" / "手引き" / "pictures"

pytestmark = pytest.mark.browser


def test_every_photograph_of_the_guide_can_be_taken_anew(chromium: Chrome, book: Book, tmp_path: Path) -> None:
    taken = tmp_path / "pictures"
    taken.mkdir()
    with furnished_desk(tmp_path, book) as furnished, in_a_new_tab(chromium):
        take_all(furnished, Camera(ChatPage(chromium, furnished.site.url), taken))
        chromium.delete_all_cookies()
    assert {file.name for file in taken.iterdir()} == {file.name for file in PICTURES.glob("*.png")}
