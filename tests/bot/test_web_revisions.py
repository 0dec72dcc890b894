"""What the chat page is told of replies that were changed or taken back after they were sent."""

import asyncio
from collections.abc import Iterator, Sequence

import httpx
import pytest
from sqlalchemy import Engine, update

from bot.store import posting
from bot.store.models import Delivery, DeliveryState
from bot.store.transactions import Store
from handlers.effects import Reply
from tests.bot.fakes import MONDAY
from tests.bot.site import Site, items, post, said


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.browser() as client:
        yield client


@pytest.fixture
def asked(browser: httpx.Client) -> httpx.Client:
    """A browser that was answered: its lines are 1 and 2."""
    post(browser, "一")
    said(browser, 2)
    sent(browser)
    return browser


def sent(browser: httpx.Client) -> None:
    """Return once all that the desk said was delivered."""
    while any(item["state"] != "sent" for item in items(browser) if item["who"] == "desk"):
        continue


def staff_says(store: Store, ticket: int, text: str) -> int:
    reply = Reply(text, by="staff", ticket=ticket)
    return asyncio.run(store.write(posting.post_to_participant, ticket, reply, "", MONDAY))


def revise(store: Store, delivery: int, text: str | None) -> None:
    reply = None if text is None else Reply(text, by="staff")
    asyncio.run(store.write(posting.revise, delivery, reply, MONDAY))


def shown(lines: Sequence[dict[str, object]]) -> list[tuple[object, ...]]:
    """Of each line what may change."""
    names = ("id", "revises", "text", "revised", "withdrawn")
    return [tuple(line[name] for name in names) for line in lines]


def test_a_reply_of_staff_says_whose_it_is(browser: httpx.Client, store: Store) -> None:
    post(browser, "担当者")
    said(browser, 2)
    staff_says(store, 1, "2か所です")
    assert [line["by"] for line in said(browser, 3)] == ["", "", "staff"]


def test_a_page_that_waits_is_told_which_line_was_revised(asked: httpx.Client, store: Store) -> None:
    revise(store, 2, "二")
    assert shown(items(asked, 2, wait=10)) == [(3, 2, "二", True, False)]


def test_a_page_that_waits_is_told_which_line_was_withdrawn(asked: httpx.Client, store: Store) -> None:
    revise(store, 2, None)
    assert shown(items(asked, 2, wait=10)) == [(3, 2, "", False, True)]


def test_a_fresh_page_shows_the_line_as_it_reads_by_now(asked: httpx.Client, store: Store) -> None:
    revise(store, 2, "二")
    revise(store, 2, "三")
    assert shown(items(asked)) == [(1, None, "一", False, False), (2, None, "三", True, False)]
    revise(store, 2, None)
    assert shown(items(asked)) == [(1, None, "一", False, False), (2, None, "", False, True)]


def test_a_line_in_a_changed_places_is_waited_for_no_second_time(asked: httpx.Client, store: Store) -> None:
    revise(store, 2, "二")
    page = asked.get("/api/conversation").json()
    assert page["last"] == 3
    assert asked.get("/api/conversation", params={"after": page["last"], "wait": 1}).json()["items"] == []


def test_what_was_withdrawn_before_it_was_sent_is_not_shown(asked: httpx.Client, store: Store, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(Delivery).where(Delivery.id == 2).values(state=DeliveryState.QUEUED, not_before=LATER)
        )
    revise(store, 2, None)
    assert shown(items(asked)) == [(1, None, "一", False, False)]


def test_a_change_that_failed_changes_nothing(asked: httpx.Client, store: Store, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(Delivery).where(Delivery.id == 2).values(state=DeliveryState.UNKNOWN))
    revise(store, 2, "二")
    post(asked, "三")
    said(asked, 4)
    assert shown(items(asked))[1] == (2, None, "一ですね()", False, False)
    assert [line["revises"] for line in items(asked, 2)] == [None, None]


LATER = MONDAY.replace(year=2100)
