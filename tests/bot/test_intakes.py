"""Applications of partner employers in the store: kept with their messages, deleted without a trace."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, MetaData, inspect, select

from bot.channels.base import Aim, Parcel
from bot.pacing import UNLIMITED
from bot.store import inbox, outbox
from bot.store.desk_models import Intake, Ticket
from bot.store.models import Base, Delivery, DeliveryState, Inbound, InboundState, Raw
from bot.store.transactions import Store
from handlers.message import Content, Edit, Message, Tap, Text
from handlers.route import decide
from handlers.ticket import TicketKind
from knowledge.book import Book
from tests.bot.alone import recall, settle
from tests.bot.fakes import MONDAY
from tests.bot.kept import HOLD, Kept

NAME, TOWN, WORK, WISH, MAIL = "sakura888", "momiji777", "tsubaki666", "kaede555", "satsuki444@example.org"
TOLD = (NAME, f"千葉県{TOWN}", "体験", WORK, WISH, f"佐藤 {MAIL}")
MARKS = (NAME, TOWN, WORK, WISH, MAIL)


@dataclass
class Phone:
    """A person in a chat of a platform that hands over with a tap what its post says."""

    store: Store
    book: Book
    channel: str = "telegram"
    person: str = "p"
    keys: "count[int]" = field(default_factory=lambda: count(1))
    refs: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> Kept:
        return Kept(self.store)

    def says(self, *texts: str) -> None:
        for text in texts:
            self.refs[text] = f"m{len(self.refs)}"
            self.does(Text(text), {"message": {"text": text}}, self.refs[text])

    def edits(self, old: str, new: str) -> None:
        self.does(Edit(new), {"edited_message": {"text": new}}, self.refs[old])

    def taps(self, *labels: str) -> None:
        """On the latest post that offers it, though it may say nothing here any more."""
        for label in labels:
            post, value = next(
                (one, choice.value)
                for one in reversed(self.kept.deliveries())
                for choice in one.payload.choices
                if choice.label == label
            )
            self.presses(value, post.id, post.payload.text)

    def presses(self, value: str, post: int, says: str) -> None:
        self.does(Tap(value, post), {"callback_query": {"data": value, "message": {"text": says}}})

    def does(self, content: Content, raw: object, ref: str | None = None) -> None:
        key = f"{self.person}{next(self.keys)}"
        message = Message(self.channel, "a", self.person, key, MONDAY, content, ref)
        parcel = Parcel(self.channel, key, MONDAY, json.dumps(raw), message)
        [found] = self.kept.do(inbox.keep_all, [parcel], "me", MONDAY, MONDAY + HOLD)
        inbound = self.kept.do(inbox.take, found.conversation_id, "me", MONDAY, MONDAY + HOLD)
        assert inbound is not None
        effects = decide(*self.kept.do(recall, inbound, MONDAY), self.book)
        assert self.kept.do(settle, inbound, InboundState.DONE, effects, MONDAY)

    def deliver(self) -> list[outbox.Claimed]:
        """Everything in the queue arrives; what it was."""
        delivered: list[outbox.Claimed] = []
        while claimed := self.kept.claim(channel=self.channel):
            for one in claimed:
                self.kept.do(outbox.sent, one, UNLIMITED, MONDAY, MONDAY, f"r{one.id}")
            delivered += claimed
        return delivered


@pytest.fixture
def phone(store: Store, book: Book) -> Phone:
    return Phone(store, book)


def held(engine: Engine, marks: tuple[str, ...] = MARKS) -> list[tuple[str, str]]:
    """Every table that holds one of these words anywhere, with the word."""
    tables = MetaData()
    tables.reflect(engine)
    assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)
    with engine.connect() as connection:
        rows = [(name, str(row)) for name, table in tables.tables.items() for row in connection.execute(select(table))]
    return sorted({(name, mark) for name, row in rows for mark in marks if mark in row})


def applies(phone: Phone) -> None:
    """All of an application, with everything that leaves words behind: corrections, edits, doubts, going back."""
    phone.says("協力事業所に登録したい", NAME, f"{TOWN}でしょうか")
    phone.taps("「所在地」の答えにする", "戻る", "このままにする")
    phone.says("千葉県", "体験", f"{WORK} old")
    phone.edits(f"{WORK} old", WORK)
    phone.says(WISH, f"佐藤 {MAIL}", "同意する")
    phone.taps("「お仕事の内容」を直す", "このままにする")


def test_before_it_is_deleted_it_is_held_in_many_places(phone: Phone, engine: Engine) -> None:
    applies(phone)
    assert {table for table, _ in held(engine)} == {"delivery", "inbound", "intake", "raw"}


@pytest.mark.parametrize("arrived", [True, False], ids=["sent", "queued"])
def test_cancelling_leaves_no_word_in_any_table(phone: Phone, engine: Engine, arrived: bool) -> None:
    applies(phone)
    if arrived:
        phone.deliver()
    phone.taps("やめる", "すべて消す")
    assert held(engine) == []
    assert phone.kept.count(Intake) == 0


def test_a_long_application_in_several_posts_is_deleted_as_well(phone: Phone, engine: Engine) -> None:
    phone.says(
        "協力事業所に登録したい",
        NAME,
        f"千葉県{TOWN}",
        "体験",
        WORK + "🌸" * 950,
        WISH + "🌸" * 950,
        f"佐藤 {MAIL}",
        "はい",
    )
    *_, first, last = phone.kept.deliveries()
    assert NAME in first.payload.text
    assert MAIL in last.payload.text
    phone.deliver()
    phone.taps("やめる", "すべて消す")
    assert held(engine) == []


def test_posts_that_quote_it_are_withdrawn_and_none_is_sent_any_more(phone: Phone) -> None:
    phone.says("協力事業所に登録したい", *TOLD, "同意する")
    phone.deliver()
    quoting = [one.id for one in phone.kept.deliveries() if NAME in one.payload.text]
    phone.taps("やめる", "すべて消す")
    done = phone.deliver()
    assert [one.of for one in done if one.aim is Aim.WITHDRAW] == quoting
    assert done[-1].reply.text == "デスクに保存した入力内容を、すべて消しました。"
    assert [one.id for one in done if one.aim is Aim.POST and not one.reply.text] == []


def test_what_was_still_to_be_sent_is_not_sent(phone: Phone) -> None:
    phone.says("協力事業所に登録したい", *TOLD, "同意する")
    quoting = [one.id for one in phone.kept.deliveries() if NAME in one.payload.text]
    phone.taps("やめる", "すべて消す")
    states = {one.id: one.state for one in phone.kept.deliveries()}
    assert [states[number] for number in quoting] == [DeliveryState.CANCELLED]


def test_an_old_button_that_is_tapped_afterwards_brings_nothing_back(phone: Phone, engine: Engine) -> None:
    phone.says("協力事業所に登録したい", *TOLD, "同意する")
    summary = phone.kept.delivery()
    text = summary.payload.text
    phone.taps("やめる", "すべて消す")
    phone.presses("intake:send", summary.id, text)
    assert held(engine) == []
    assert phone.kept.count(Ticket) == 0


def test_what_is_handed_over_again_is_known(phone: Phone, engine: Engine) -> None:
    phone.says("協力事業所に登録したい", NAME)
    phone.taps("やめる", "すべて消す")
    before = phone.kept.count(Inbound), phone.kept.count(Raw)
    parcel = Parcel("telegram", "p2", MONDAY, f'"{NAME}"', Message("telegram", "a", "p", "p2", MONDAY, Text(NAME)))
    assert phone.kept.do(inbox.keep_all, [parcel], "me", MONDAY, MONDAY + HOLD) == []
    assert (phone.kept.count(Inbound), phone.kept.count(Raw)) == before
    assert held(engine) == []


def test_what_was_asked_besides_stays(phone: Phone, engine: Engine) -> None:
    phone.says("セミナーの参加費はいくらですか", "協力事業所に登録したい", NAME, "kiku999に駐車場はありますか")
    phone.taps("質問として聞く", "やめる", "すべて消す")
    assert held(engine, (NAME, "kiku999")) == [(table, "kiku999") for table in ("delivery", "event", "ticket")]
    assert [one for one in phone.kept.deliveries() if "無料" in one.payload.text] != []


def test_what_others_wrote_in_the_same_place_stays(phone: Phone, engine: Engine) -> None:
    other = Phone(phone.store, phone.book, person="q")
    other.says("協力事業所に登録したい", "ayame333")
    phone.says("協力事業所に登録したい", NAME)
    phone.taps("やめる", "すべて消す")
    assert held(engine, (NAME, "ayame333")) == [("inbound", "ayame333"), ("intake", "ayame333"), ("raw", "ayame333")]


def test_beginning_anew_deletes_what_was_told_before(phone: Phone, engine: Engine) -> None:
    phone.says("協力事業所に登録したい", NAME, "協力事業所に登録したい")
    phone.says("戻る", NAME)
    phone.presses("intake:start", 0, "")
    phone.taps("はじめから")
    phone.says("ayame333")
    assert {mark for _, mark in held(engine, (*MARKS, "ayame333"))} == {"ayame333"}


def test_what_is_sent_is_a_ticket_and_the_form_is_over(phone: Phone) -> None:
    phone.says("協力事業所に登録したい", *TOLD, "はい", "はい")
    [ticket] = phone.kept.do(lambda session: list(session.scalars(select(Ticket))))
    assert (ticket.kind, ticket.person) == (TicketKind.EMPLOYER, "p")
    assert [mark for mark in MARKS if mark not in ticket.question] == []
    assert phone.kept.count(Intake) == 0


def test_a_form_is_there_after_a_restart_and_goes_on(phone: Phone, engine: Engine, book: Book) -> None:
    phone.says("協力事業所に登録したい", *TOLD[:3])
    again = Store(engine)
    later = Phone(again, book, keys=phone.keys)
    later.says(WORK)
    assert later.kept.delivery().payload.text.endswith("(5/7)")
    again.close()


def test_a_reply_that_is_underway_does_not_come_back(phone: Phone, engine: Engine) -> None:
    phone.says("協力事業所に登録したい", *TOLD[:5])
    phone.deliver()
    phone.says(f"佐藤 {MAIL}", "同意する")
    phone.deliver()
    phone.taps("「ご連絡先」を直す")
    [claimed] = phone.kept.claim(channel="telegram")
    phone.taps("やめる", "すべて消す")
    not_before = MONDAY + timedelta(seconds=1)
    phone.kept.do(outbox.again, claimed, UNLIMITED, MONDAY, not_before, "timeout")
    assert held(engine) == []
    row = phone.kept.do(lambda session: session.get_one(Delivery, claimed.id))
    assert (row.state, row.payload.text) == (DeliveryState.QUEUED, "")
