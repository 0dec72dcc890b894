"""`python -m tests.guide`: make all pictures of the guide anew. Needs Chromium and its driver."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.book import Book
from knowledge.build import load_book
from tests.bot.browser.page import ChatPage, open_chromium
from tests.guide.desk import furnished_desk
from tests.guide.photographs import Camera, take_all
from tests.guide.rooms import pictures

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "手引き" / "pictures"


def draw(book: Book) -> None:
    """The drawings of rooms and of a ticket's life."""
    for name, svg in pictures(book).items():
        (FOLDER / name).write_text(svg, "utf-8")


def photograph(book: Book, work: Path) -> None:
    """The photographs of a desk in a browser."""
    chromium, driver = shutil.which("chromium") or "chromium", shutil.which("chromedriver") or "chromedriver"
    browser = open_chromium(chromium, driver, work / "profile")
    try:
        with furnished_desk(work, book) as furnished:
            take_all(furnished, Camera(ChatPage(browser, furnished.site.url), FOLDER))
    finally:
        browser.quit()


if __name__ == "__main__":
    loaded = load_book(ROOT / "knowledge", ROOT / "var" / "index")
    draw(loaded)
    with TemporaryDirectory() as folder:
        photograph(loaded, Path(folder))
