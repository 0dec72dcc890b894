"""A desk with some questions in it, to be photographed: made-up people, and questions that the base leaves open."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.config import ClockSettings
from bot.store.engine import open_engine
from bot.store.schema import migrate
from bot.store.transactions import Store
from knowledge.book import Book
from tests.bot.console_site import Desk, config_of, let_in, member, running_console
from tests.bot.site import Site, items, said

MEMBERS: list[dict[str, object]] = [
    {"name": "佐藤", "login": "sato", "roles": ["staff", "lead"]},
    {"name": "鈴木", "login": "suzuki"},
]
PARKING, SIGNS, BUSES = "会場に駐車場はありますか", "手話通訳はつきますか", "人と話したいです。送迎バスはありますか"
ANSWER = "会場はオンラインです。ご自宅から参加できます。"
APPLICATION = ("協力事業所に登録したい", "みどり食堂", "千葉県船橋市", "体験と見学", "配膳と店内の清掃です")
TAPS = ("同意する", "この内容で送る")


@contextmanager
def furnished_desk(folder: Path, book: Book) -> Iterator[Site]:
    """A running desk, empty yet; its members have their passwords."""
    database = f"sqlite:///{folder / 'desk.sqlite3'}"
    engine = open_engine(database)
    migrate(engine)
    let_in(Store(engine), "sato", "suzuki")
    engine.dispose()
    config = config_of(database, MEMBERS).model_copy(update={"clock": ClockSettings()})
    with running_console(config, book) as site:
        yield site


def ask(site: Site, question: str) -> int:
    """Somebody new asks; the number of the ticket."""
    with site.browser() as browser:
        number = _write(browser, question)["ticket"]
    site.clock.move(150)
    return int(number)


def apply(site: Site) -> int:
    """A business applies as partner employer; the number of the ticket."""
    with site.browser() as browser:
        for words in APPLICATION:
            reply = _write(browser, words)
        reply = _tap(browser, reply, "とくにない")
        reply = _write(browser, "鈴木 090-0000-0000")
        for label in TAPS:
            reply = _tap(browser, reply, label)
    return int(reply["ticket"])


def note(site: Site, number: int, words: str) -> None:
    """鈴木 leaves a note."""
    with member(site, "suzuki") as desk:
        desk.press(desk.ticket(number), "メモを残す", words=words)


def reply(desk: Desk, number: int, words: str) -> None:
    """A member sends a reply."""
    page = desk.press(desk.ticket(number), "返信を確かめる", words=words, act="reply")
    desk.press(page, "この返信を送る")


def _write(browser: httpx.Client, text: str) -> Any:
    return _sent(browser, {"text": text})


def _tap(browser: httpx.Client, offered: Any, label: str) -> Any:
    value = next(choice["value"] for choice in offered["choices"] if choice["label"] == label)
    return _sent(browser, {"tap": {"value": value, "reply": offered["id"]}})


def _sent(browser: httpx.Client, message: dict[str, Any]) -> Any:
    before = len(items(browser))
    browser.post("/api/messages", json={"key": str(uuid.uuid4()), **message}).raise_for_status()
    return said(browser, before + 2)[-1]
