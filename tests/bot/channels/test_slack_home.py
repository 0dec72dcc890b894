"""The Home tab in Slack: what somebody has subscribed to stands there, also after they changed it elsewhere."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels.base import Outgoing
from bot.own_card import OwnCards
from bot.store.transactions import Store
from handlers.effects import Choice, Reply
from handlers.message import Tap
from handlers.rules import Rules
from knowledge.book import Book
from tests.bot.channels.slack_desk import Inbox, handed_over, listening
from tests.bot.fakes import FixedClock
from tests.bot.subscribers import LETTER, SEMINAR, People
from tests.fakes.slack_api import FakeSlack, running_slack

CARD = Reply("✓ セミナー", choices=(Choice("セミナーのお知らせを止める", "topic:seminar:off"),))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with running_slack(patience=0.5) as slack:
        yield slack


async def card(person: str) -> Reply:
    assert person == "U0BOB"
    return CARD


def shown(slack: FakeSlack, user: str) -> list[str]:
    return [block["text"]["text"] for block in slack.world.views[user]["blocks"] if "text" in block]


def test_the_tab_shows_what_one_has_and_changes_it(slack: FakeSlack) -> None:
    inbox = Inbox()

    async def run() -> None:
        async with listening(slack, inbox, "socket", own_card=card):
            slack.people.opens_home("U0BOB")
            await asyncio.to_thread(slack.world.wait, lambda: "U0BOB" in slack.world.views)
            await handed_over(slack, slack.people.taps_home("U0BOB", "セミナーのお知らせを止める"))

    asyncio.run(run())
    assert shown(slack, "U0BOB")[-3:] == ["slack_home_notices", "✓ セミナー", "slack_home_how"]
    assert [(m.address, m.content) for m in inbox.messages] == [("U0BOB", Tap("topic:seminar:off", None))]


@pytest.mark.parametrize(
    ("address", "reply", "is_shown"),
    [
        ("U0BOB:D0BOB", CARD, True),
        ("U0BOB", CARD, True),
        ("C0GENERAL:1.2", CARD, False),
        ("U0BOB", Reply("会場", choices=(Choice("お知らせの設定", "notices:show"),), by="notice"), False),
    ],
)
def test_a_card_that_somebody_got_stands_on_their_tab_as_well(
    slack: FakeSlack, address: str, reply: Reply, is_shown: bool
) -> None:
    async def run() -> None:
        async with listening(slack, Inbox(), "socket", own_card=card) as channel:
            await handed_over(slack, slack.people.says("U0BOB", "はい"))
            await channel.send(Outgoing(7, address, reply))
            if is_shown:
                await asyncio.to_thread(slack.world.wait, lambda: "U0BOB" in slack.world.views)

    asyncio.run(run())
    assert ("U0BOB" in slack.world.views) is is_shown


def test_the_card_is_as_the_store_knows_it(store: Store, book: Book) -> None:
    people = People(store, "slack")
    people.want("U0BOB", SEMINAR, LETTER)
    cards = OwnCards(store, lambda: book, Rules(), FixedClock(), "slack")
    told = asyncio.run(cards.of("U0BOB")).text
    assert "✓ セミナー\n・ 応援プログラム\n・ 協力事業所\n✓ デスク便り\n\nお届け先: この会話" in told
    assert "✓" not in asyncio.run(cards.of("U0ALICE")).text
