"""/queue and /mine: what is open, who has it, how long somebody waits, and passing it on."""

from dataclasses import replace

import pytest

from handlers.effects import Choice, Reply
from handlers.message import Command, Text
from handlers.rules import Member
from handlers.ticket import claim, wait
from knowledge.book import Book
from tests.handlers.asking import opened, reply
from tests.handlers.staffing import EMPLOYER, SATO, SUZUKI, done, room
from tests.moments import at

NOW = "2022-07-05 10:05"
URGENT = replace(opened(9, "助けて", "2022-07-04 16:50"), urgent=True)
WAITS = opened(
    7, "車椅子で参加できますか。付き添いも一緒に参加したいのですが、申込みは別々に必要でしょうか", "2022-07-04 16:00"
)
MINE = claim(opened(8, "参加費は", "2022-07-05 09:00"), SATO)
ASKED = wait(claim(opened(6, "日程は"), SUZUKI), at("2022-07-05 09:30"))
QUEUE = (URGENT, WAITS, MINE, ASKED)


def test_the_queue_says_who_has_what_and_how_long_somebody_waits(book: Book) -> None:
    assert done(book, Command("queue"), room(None, queue=QUEUE, when=NOW)) == [
        Reply(
            "対応中の件は4件です。\n\n"
            "#9 【緊急】 未対応 17時間15分待ち 助けて\n"
            "#7 未対応 2時間5分待ち 車椅子で参加できますか。付き添いも一緒に参加したいのですが、…\n"
            "#8 対応中(担当: 佐藤) 1時間5分待ち 参加費は\n"
            "#6 参加者の返事待ち(担当: 鈴木) 日程は",
            choices=(Choice("#9 を担当する", "staff:claim:9"), Choice("#7 を担当する", "staff:claim:7")),
        )
    ]


def test_ones_own_tickets_can_be_passed_on_at_the_end_of_a_shift(book: Book) -> None:
    shown = reply(done(book, Command("mine"), room(None, queue=QUEUE, when=NOW)))
    assert (shown.text, shown.choices) == (
        "あなたの担当は1件です。\n\n#8 対応中(担当: 佐藤) 1時間5分待ち 参加費は",
        (Choice("#8 を引き継ぐ", "staff:hand:8"), Choice("#8 を解除", "staff:release:8")),
    )


def test_an_application_is_marked_in_the_queue(book: Book) -> None:
    shown = reply(done(book, Command("queue"), room(None, queue=(EMPLOYER,))))
    assert "#12 【協力事業所】 未対応 30分待ち 名前: 〇〇食堂" in shown.text


def test_nothing_open_is_said_so(book: Book) -> None:
    assert done(book, Command("queue"), room(None)) == [Reply("対応中の件はありません。")]
    assert done(book, Command("mine"), room(None, queue=(WAITS, ASKED))) == [Reply("あなたの担当はありません。")]


def test_a_long_queue_is_cut_and_counted(book: Book) -> None:
    queue = tuple(opened(number, "参加費は") for number in range(1, 51))
    shown = reply(done(book, Command("queue"), room(None, queue=queue)))
    assert shown.text.count("\n#") == 20
    assert shown.text.endswith("ほかに30件あります。")
    assert [choice.value for choice in shown.choices] == [f"staff:claim:{number}" for number in range(1, 11)]


@pytest.mark.parametrize("name", ["queue", "mine"])
def test_a_member_can_ask_from_a_chat_of_their_own(book: Book, name: str) -> None:
    here = done(book, Command(name), room(None, queue=QUEUE))
    assert done(book, Command(name), room(None, queue=QUEUE, in_room=False, is_private=True)) == here


@pytest.mark.parametrize("typed", ["/queue", " /QUEUE\n", "\uff0fqueue"])
def test_a_command_can_be_typed_where_there_are_none(book: Book, typed: str) -> None:
    view = room(None, queue=QUEUE)
    assert done(book, Text(typed), view) == done(book, Command("queue"), view)


def test_a_word_that_only_begins_like_a_command_is_none(book: Book) -> None:
    assert done(book, Text("/queue の件"), room(None, queue=QUEUE)) == []
    assert done(book, Text("queue"), room(None, queue=QUEUE)) == []


@pytest.mark.parametrize("name", ["queue", "mine"])
def test_nobody_else_sees_the_lists(book: Book, name: str) -> None:
    participant = replace(room(None), staff=None)
    assert reply(done(book, Command(name), participant)).text.startswith(book.phrase("unknown_command"))
    assert done(book, Command(name), room(None, queue=QUEUE, member=None)) == []


@pytest.mark.parametrize("name", ["help", "start", "human", "menu"])
def test_any_other_command_in_the_room_says_how_the_room_works(book: Book, name: str) -> None:
    assert done(book, Command(name), room(None)) == [Reply(book.phrase("staff_help"))]


def test_a_name_that_reads_like_markup_is_shown_as_it_is(book: Book) -> None:
    ticket = claim(opened(8, "<b>{name}</b> %s"), "{x}")
    shown = reply(done(book, Command("mine"), room(None, queue=(ticket,), member=Member("{x}"))))
    assert "対応中(担当: {x}) 30分待ち <b>{name}</b> %s" in shown.text
