"""Notices on the web page: what is subscribed to is always told, and notices appear when they go."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from bot.config import Config
from bot.reading import decide_by
from bot.store.models import Conversation, DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.book import Book
from tests.bot.site import items, post, press, running_site, said
from tests.bot.subscribers import SEMINAR, People


@pytest.fixture
def browser(config: Config, book: Book) -> Iterator[httpx.Client]:
    with running_site(config, decide_by(book), book) as site, site.browser() as client:
        yield client


@pytest.fixture
def people(store: Store) -> People:
    return People(store, "web")


def address_of(people: People) -> str:
    """The address of the one who wrote."""
    return people.run(lambda session: session.scalars(select(Conversation.address)).one())


def test_what_is_subscribed_to_is_told_with_the_conversation(browser: httpx.Client) -> None:
    assert browser.get("/api/conversation").json()["topics"] == []
    press(browser, "notices:show")
    [asked, card] = said(browser, 2)
    assert (asked["who"], asked["text"]) == ("you", "お知らせの設定")
    press(browser, "topic:letter:on", card["id"])
    assert said(browser, 4)[2]["text"] == "デスク便りのお知らせを受け取る"
    press(browser, "topic:seminar:on", card["id"])
    said(browser, 6)
    assert browser.get("/api/conversation").json()["topics"] == ["セミナー", "デスク便り"]


def test_a_notice_appears_live_behind_what_was_said_before_it_went_and_stands_there_on_return(
    browser: httpx.Client, people: People
) -> None:
    post(browser, "/subscribe セミナー").raise_for_status()
    said(browser, 2)
    address = address_of(people)
    number = people.notice(SEMINAR, state=OccurrenceState.PAUSED)
    assert people.fates(number) == [(address, DeliveryState.QUEUED, None)]
    post(browser, "参加費はいくらですか").raise_for_status()
    *_, answer = said(browser, 4)
    assert [line["by"] for line in items(browser)] == [""] * 4
    people.resume(number)
    [notice] = items(browser, int(str(answer["id"])), wait=20)
    assert (notice["by"], notice["text"], notice["who"]) == ("notice", "会場のご案内です。", "desk")
    assert [line["id"] for line in items(browser)][-1] == notice["id"]
    assert people.delivery(number, address).id == notice["id"]


def test_a_notice_that_was_stopped_is_seen_by_nobody(browser: httpx.Client, people: People) -> None:
    post(browser, "/subscribe セミナー").raise_for_status()
    said(browser, 2)
    people.notice(SEMINAR, state=OccurrenceState.PAUSED)
    post(browser, "お知らせを止めて").raise_for_status()
    lines = said(browser, 4)
    assert [line["by"] for line in lines] == [""] * 4
    assert people.fates(1) == [(address_of(people), DeliveryState.CANCELLED, "opted_out")]


def test_a_tap_on_a_notice_shows_what_stood_on_the_button(browser: httpx.Client, people: People) -> None:
    post(browser, "/subscribe セミナー").raise_for_status()
    *_, card = said(browser, 2)
    people.notice(SEMINAR)
    [notice] = items(browser, int(str(card["id"])), wait=20)
    assert [choice["value"] for choice in notice["choices"]] == ["notices:calendar", "notices:show"]  # type: ignore[index, attr-defined]
    press(browser, "notices:calendar", notice["id"])
    lines = said(browser, 5)
    assert lines[3]["text"] == "カレンダーを見る"
