"""Messages about notices through the real desk, on both databases: what is recalled, decided and written."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.apology import apologise
from bot.channels.base import parcel_of
from bot.desk import Decisions, Desk
from bot.house import House
from bot.reading import decide_by
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound
from bot.store.transactions import Store
from handlers.message import Command, Content, Message, Tap, Text
from handlers.rules import Rules
from handlers.subscription import CodeState
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.alone import recall
from tests.bot.fakes import FakeBook, FixedClock
from tests.bot.subscribers import LETTER, SEMINAR, People

CHANNELS = ("web", "telegram", "slack")


@dataclass
class Talk:
    """A desk on three channels, and people who write to it."""

    store: Store
    book: Book
    clock: FixedClock = field(default_factory=FixedClock)
    keys: "count[int]" = field(default_factory=count)

    def say(self, channel: str, address: str, said: str | Content, person: str | None = None) -> str:
        """What the desk answers at once."""
        asyncio.run(self._receive(self.message(channel, address, said, person)))
        return self.last(channel, address).payload.text

    def message(self, channel: str, address: str, said: str | Content, person: str | None = None) -> Message:
        content = Text(said) if isinstance(said, str) else said
        who = person or address.partition(":")[0]
        return Message(channel, address, who, f"k{next(self.keys)}", self.clock.now(), content)

    async def _receive(self, *messages: Message) -> None:
        desk = self.desk()
        await desk.receive([parcel_of(message) for message in messages])
        await desk.finish()

    def desk(self) -> Desk:
        decisions = Decisions(decide_by(self.book), lambda m, s: apologise(FakeBook(), m, s))
        house = House(Rules(page="https://desk.example.jp"))
        return Desk(self.store, decisions, self.clock, self.clock, CHANNELS, _nobody, "me", 10.0, house)

    def at_once(self, *messages: Message) -> None:
        asyncio.run(self._receive(*messages))

    def read(self, job: Callable[[Session], object]) -> object:
        return asyncio.run(self.store.write(job))

    def last(self, channel: str, address: str) -> Delivery:
        there = (
            select(Delivery)
            .join(Conversation, Conversation.id == Delivery.conversation_id)
            .where(Conversation.channel == channel, Conversation.address == address)
            .order_by(Delivery.id.desc())
        )
        return asyncio.run(self.store.read(lambda session: session.scalars(there).first()))  # type: ignore[return-value]

    def code(self, channel: str, address: str) -> str:
        """A code, as it is shown there."""
        found = re.search(r"コードは (\S+) です", self.say(channel, address, Command("link")))
        assert found is not None
        return found[1]


def _nobody() -> None:
    """Nobody to wake."""


@pytest.fixture
def talk(store: Store, book: Book) -> Talk:
    return Talk(store, book)


def test_two_channels_are_linked_by_the_code_alone(talk: Talk) -> None:
    talk.say("telegram", "7", Command("subscribe", "セミナー"))
    talk.say("web", "browser", Command("subscribe", "デスク便り"))
    told = talk.say("web", "browser", talk.code("telegram", "7"))
    assert told.startswith("つながりました。")
    assert "✓ セミナー\n・ 応援プログラム\n・ 協力事業所\n✓ デスク便り" in told
    assert "お届け先: この会話\nつながっている会話: Telegram" in told
    shown = talk.say("telegram", "7", Command("subscribe"))
    assert "お届け先: ウェブの画面\nつながっている会話: この会話" in shown
    assert talk.say("telegram", "7", talk.code("telegram", "7")).startswith("このコードは、つながっている会話のもの")


def test_a_code_is_told_apart_once_it_was_used_or_is_too_old(talk: Talk) -> None:
    used = talk.code("telegram", "7")
    talk.say("web", "browser", used)
    assert "もう使われています" in talk.say("slack", "U1", used)
    old = talk.code("telegram", "7")
    talk.clock.move(600)
    assert "もう使われています" in talk.say("slack", "U1", Command("link", old))


def test_guessing_is_stopped_after_five_wrong_codes_for_a_while(talk: Talk) -> None:
    code = talk.code("telegram", "7")
    for number in range(2, 7):
        assert "見つかりません" in talk.say("slack", "U1:D1", Command("link", f"BCDF-234{number}"))
    assert "いまはお受けできません" in talk.say("slack", "U1:D1:thread", code)
    assert "見つかりません" in talk.say("slack", "U2", "BCDF-2348")
    talk.clock.move(601)
    assert talk.say("slack", "U1:D1", talk.code("telegram", "7")).startswith("つながりました。")


def test_of_two_who_write_the_same_code_at_once_one_joins_and_the_other_is_told(talk: Talk) -> None:
    code = talk.code("telegram", "7")
    talk.at_once(talk.message("web", "one", code), talk.message("slack", "U1", code))
    told = sorted(talk.last(*who).payload.text[:6] for who in (("web", "one"), ("slack", "U1")))
    assert told == ["このコードは", "つながりまし"]


def test_a_code_shows_in_no_log(
    talk: Talk, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = talk.code("telegram", "7")
    message = talk.message("web", "browser", Command("link", code))
    talk.at_once(message)
    logged = "".join((*capsys.readouterr(), caplog.text, repr(message)))
    assert "received" in logged
    assert code not in logged
    assert code.replace("-", "") not in logged


def test_a_slack_channel_subscribes_as_such_from_any_thread(talk: Talk) -> None:
    told = talk.say("slack", "C1:1.2", "お知らせを受け取りたい", person="U1")
    assert "このチャンネル(グループ)として登録し" in told
    talk.say("slack", "C1:1.2", Tap("topic:seminar:on", talk.last("slack", "C1:1.2").id), person="U1")
    shown = talk.say("slack", "C1:3.4", Command("subscribe"), person="U2")
    assert "✓ セミナー" in shown
    assert talk.say("slack", "C1:3.4", Command("link"), person="U2").startswith("チャンネルやグループの登録は")
    people = People(talk.store, "slack", talk.clock)
    assert people.fates(people.notice(SEMINAR)) == [("C1", DeliveryState.QUEUED, None)]


def test_direct_messages_in_threads_are_one_place(talk: Talk) -> None:
    talk.say("slack", "U1:D1", Command("subscribe", "デスク便り"))
    assert "✓ デスク便り" in talk.say("slack", "U1:D1:thread", Command("subscribe"))
    people = People(talk.store, "slack", talk.clock)
    assert people.fates(people.notice(LETTER)) == [("U1", DeliveryState.QUEUED, None)]


def test_who_comes_back_gets_notices_again(talk: Talk) -> None:
    people = People(talk.store, "slack", talk.clock)
    talk.say("slack", "U1:D1", Command("subscribe", "セミナー"))
    talk.read(lambda session: session.execute(update(Conversation).values(gone="blocked")))
    assert people.fates(people.notice(SEMINAR)) == []
    talk.say("slack", "U1:D1:thread", "戻りました")
    assert people.fates(people.notice(SEMINAR)) == [("U1", DeliveryState.QUEUED, None)]


@pytest.mark.parametrize(
    ("channel", "home", "tapped_at", "person"),
    [
        ("web", "browser", "browser", None),
        ("telegram", "7", "7", None),
        ("telegram", "-5", "-5", "7"),
        ("slack", "U1", "U1", None),
        ("slack", "C1", "C1:9.9", "U1"),
    ],
)
def test_the_buttons_of_a_notice_work_though_it_answered_nobody(
    talk: Talk, channel: str, home: str, tapped_at: str, person: str | None
) -> None:
    people = People(talk.store, channel, talk.clock)
    people.want(home, SEMINAR)
    delivery = people.delivery(people.notice(SEMINAR), home).id
    assert "✓ セミナー" in talk.say(channel, tapped_at, Tap("notices:show", delivery), person)
    assert "desk.example.jp/calendar" in talk.say(channel, tapped_at, Tap("notices:calendar", delivery), person)
    assert "13:30" in talk.say(channel, tapped_at, Tap("entry:seminar-schedule", delivery), person)
    inbound = talk.read(lambda session: session.scalars(select(Inbound.id).order_by(Inbound.id.desc())).first())
    _, situation = asyncio.run(talk.store.read(recall, inbound, talk.clock.now()))  # type: ignore[arg-type]
    assert situation.offered is not None
    assert situation.offered.reply == delivery


def test_a_notice_is_offered_to_nobody_elsewhere(talk: Talk) -> None:
    people = People(talk.store, "telegram", talk.clock)
    people.want("7", SEMINAR)
    delivery = people.delivery(people.notice(SEMINAR), "7").id
    talk.say("telegram", "8", Tap("notices:show", delivery))
    inbound = talk.read(lambda session: session.scalars(select(Inbound.id).order_by(Inbound.id.desc())).first())
    _, situation = asyncio.run(talk.store.read(recall, inbound, talk.clock.now()))  # type: ignore[arg-type]
    assert situation.offered is None


def test_what_is_recalled_of_a_code_is_the_subscription_behind_it(talk: Talk) -> None:
    talk.say("telegram", "7", Command("subscribe", "セミナー"))
    code = talk.code("telegram", "7")
    message = talk.message("web", "new", code)
    asyncio.run(talk.desk().receive([parcel_of(message)]))
    inbound = talk.read(lambda session: session.scalars(select(Inbound.id).order_by(Inbound.id.desc())).first())
    _, situation = asyncio.run(talk.store.read(recall, inbound, talk.clock.now(), House(), "KKKK2222"))  # type: ignore[arg-type]
    known = situation.subscription
    assert (known.code, known.topics, known.fresh_code) == (CodeState.VALID, frozenset(), "KKKK2222")
    assert known.other is not None
    assert known.other.topics == {NoticeTopic.SEMINAR}


def test_notices_that_wait_are_no_backlog(talk: Talk) -> None:
    people = People(talk.store, "telegram", talk.clock)
    people.want("7", SEMINAR)
    for _ in range(25):
        people.notice(SEMINAR)
    assert "13:30" in talk.say("telegram", "7", Command("seminars"))
