"""A desk with some questions in it, to be photographed: made-up people, and questions that the base leaves open."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import httpx

from bot.announcer import Announcer
from bot.config import ClockSettings
from bot.store.engine import open_engine
from bot.store.schema import migrate
from bot.store.transactions import Store
from knowledge.book import Book
from knowledge.build import first_edition
from knowledge.hours import BusinessHours
from knowledge.quiet import Quiet
from tests.bot.console_site import Desk, config_of, let_in, member, running_console
from tests.bot.site import Site, items, said
from tests.moments import at

ROOT = Path(__file__).parents[2]

MEMBERS: list[dict[str, object]] = [
    {"name": "佐藤", "login": "sato", "roles": ["staff", "lead"]},
    {"name": "鈴木", "login": "suzuki"},
]
PARKING, SIGNS, BUSES = "会場に駐車場はありますか", "手話通訳はつきますか", "人と話したいです。送迎バスはありますか"
ANSWER = "会場はオンラインです。ご自宅から参加できます。"
APPLICATION = ("協力事業所に登録したい", "みどり食堂", "千葉県船橋市", "体験と見学", "配膳と店内の清掃です")
TAPS = ("同意する", "この内容で送る")
SUBSCRIBED = "セミナーのお知らせを受け取りたい"
NOTICE = {
    "topic": "seminar",
    "title": "8月の祝日の休みのご案内",
    "text": "【8月11日(木)は、祝日のため担当者がお休みします】\nこの日に届いたご質問は、8月12日(金)に確かめます。",
    "urgent": "",
    "day": "2022-08-05",
    "at": "10:00",
}
# The notices of a week before the second session have just become due, and the day to which it moves.
WEEK_BEFORE, MOVED_TO = at("2022-07-06 10:00"), "2022-07-20"


@dataclass(frozen=True)
class FurnishedDesk:
    """A running desk, and what lets its notices go."""

    site: Site
    announcer: Announcer

    def announce(self) -> None:
        """Let go what is due by now."""
        asyncio.run(self.announcer.tick())

    def announce_week_before(self) -> None:
        """The time comes at which subscribers are told of the second session."""
        self.site.clock.move((WEEK_BEFORE - self.site.clock.now()).total_seconds())
        self.announce()


@contextmanager
def furnished_desk(folder: Path, book: Book) -> Iterator[FurnishedDesk]:
    """A running desk, empty yet; its members have their passwords."""
    database = f"sqlite:///{folder / 'desk.sqlite3'}"
    config = config_of(database, MEMBERS).model_copy(update={"clock": ClockSettings()})
    edition = first_edition(book.content, ROOT / "knowledge" / "templates", ROOT / "var" / "index")
    with closing(_store(database)) as store, running_console(config, book, edition) as site:
        quiet = Quiet(time(21), time(8))
        announcer = Announcer(store, lambda: book, BusinessHours(), quiet, site.clock, lambda: None)
        yield FurnishedDesk(site, announcer)


def _store(database: str) -> Store:
    engine = open_engine(database)
    migrate(engine)
    store = Store(engine)
    let_in(store, "sato", "suzuki")
    return store


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


def propose_notice(site: Site) -> str:
    """鈴木 writes a notice and asks for approval; where it is."""
    with member(site, "suzuki") as desk:
        draft = desk.press(desk.open("/staff/notices/new"), "下書きに保存する", **NOTICE)
        return desk.press(draft, "承認を求める").path


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
