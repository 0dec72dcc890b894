"""What every way in and out keeps to: the same conversation, whatever it is held over."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.reading import decide_by
from bot.store.models import DeliveryState
from bot.store.posting import revise
from handlers.effects import Effect, Reply
from handlers.message import Message, Text
from handlers.situation import Situation
from handlers.ticket import Resolution, Satisfaction
from knowledge.book import Book
from knowledge.finding import Outcome
from tests.bot.channels.door import Door, Heard, wait_for, wait_until
from tests.bot.channels.doors import WAYS, migrated, opened
from tests.bot.channels.looking import (
    answer,
    change_database,
    close_with_note,
    count_kept,
    count_underway,
    in_database,
    joined,
    latest_delivery,
    newest_ticket,
    post_for_staff,
    ratings,
)
from tests.bot.channels.plain_doors import WebDoor
from tests.bot.fakes import MONDAY, decide

PLACES = [*[(way, "sqlite") for way in WAYS], ("telegram-webhook", "postgresql"), ("slack-http", "postgresql")]
LONG = "\n\n".join(f"第{number}段落。{'あ' * 480}。" for number in range(21))[:10_000]
MARKUP = "<b>太字</b> _*[ a.b-(c)! <!channel> <@U0BOB> &amp; `x` http://127.0.0.1/?a=1&b=2"


def decide_at_length(message: Message, situation: Situation) -> Sequence[Effect]:
    """The simple decision, but for one who wants to hear much."""
    if message.content == Text("長く"):
        return [Reply(LONG, Outcome.ANSWER, sources=("チラシ",), rateable=True)]
    return decide(message, situation)


@pytest.fixture(scope="module", params=PLACES, ids="-".join)
def desk_door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A desk with the simple decision, for all tests."""
    way, kind = request.param
    with (
        migrated(kind, request, tmp_path_factory.mktemp(way)) as database,
        opened(way, database, decide_at_length) as door,
    ):
        yield door


@pytest.fixture
def door(desk_door: Door) -> Door:
    desk_door.begin_anew()
    return desk_door


@pytest.fixture(scope="module", params=WAYS)
def book_door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, book: Book) -> Iterator[Door]:
    """A desk with the real book, for all tests."""
    with (
        migrated("sqlite", request, tmp_path_factory.mktemp(request.param)) as database,
        opened(request.param, database, decide_by(book), book) as door,
    ):
        yield door


@pytest.fixture
def real_door(book_door: Door) -> Door:
    book_door.begin_anew()
    return book_door


def test_a_question_is_answered_with_text_and_source(door: Door) -> None:
    door.say("一")
    assert wait_for(door, 1) == [answer(door, "一")]


def test_a_choice_that_is_picked_leads_to_what_was_offered(door: Door) -> None:
    door.say("選ぶ")
    assert wait_for(door, 1) == [Heard("もしかして", (), ("Aのこと", "この中にない"))]
    door.tap("Aのこと")
    assert wait_for(door, 2)[1] == Heard("選ぶの entry:a")


def test_what_is_handed_over_twice_is_answered_once(door: Door) -> None:
    if not door.redelivers:
        door.say("一")
        door.say("一")
        assert wait_for(door, 2) == [answer(door, "一"), answer(door, "一", ["一"])]
        return
    door.say("一")
    wait_for(door, 1)
    door.repeat_last()
    door.say("二")
    wait_for(door, 2)
    door.repeat_last()
    wait_until(door, lambda _posts: in_database(door, count_underway) == 0)
    door.desk.stop()
    door.desk.start()
    door.repeat_last()
    door.say("三")
    assert wait_for(door, 3) == [answer(door, "一"), answer(door, "二", ["一"]), answer(door, "三", ["一", "二"])]


def test_an_orderly_end_leaves_no_answer_in_doubt(door: Door) -> None:
    door.say("一")
    wait_for(door, 1)
    door.desk.stop()
    assert in_database(door, count_underway) == 0


def test_messages_of_a_conversation_are_answered_in_order(door: Door) -> None:
    said = ["一", "二", "三", "四", "五"]
    for text in said:
        door.say(text)
    assert wait_for(door, 5) == [answer(door, text, said[:number]) for number, text in enumerate(said)]


def test_two_people_do_not_mix(door: Door) -> None:
    if door.at_once == 1:
        door.say("一")
        wait_for(door, 1)
        door.desk.stop()
        door.desk.start()
        door.say("甲")
        assert wait_for(door, 2) == [answer(door, "一"), answer(door, "甲")]
        return
    door.say("一", person=0)
    door.say("甲", person=1)
    door.say("二", person=0)
    door.say("乙", person=1)
    assert wait_for(door, 2, person=0) == [answer(door, "一"), answer(door, "二", ["一"])]
    assert wait_for(door, 2, person=1) == [answer(door, "甲"), answer(door, "乙", ["甲"])]


def test_what_one_terminal_waits_for_is_not_shown_in_another(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with (
        migrated("sqlite", request, tmp_path) as database,
        opened("console", database) as first,
        opened("console", database) as second,
    ):
        second.desk.roles = ("console",)
        second.begin_anew()
        second.say("甲")
        wait_until(first, lambda _posts: in_database(second, count_underway) == 1)
        first.say("一")
        assert wait_for(first, 1) == [answer(first, "一")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (MARKUP, MARKUP),
        ("🎉👍🏽👨‍👩‍👧", "🎉👍🏽👨‍👩‍👧"),
        ("改" * 4000, "改" * 4000),
        ("零\x00字", "零字"),
    ],
    ids=["markup", "emoji", "4000 characters", "NUL"],
)
def test_every_text_comes_back_literally(door: Door, text: str, read: str) -> None:
    door.say(text)
    posts = wait_until(door, lambda posts: bool(posts and posts[-1].sources))
    assert joined(posts) == answer(door, read)


def test_a_very_long_reply_arrives_whole(door: Door) -> None:
    door.say("長く")
    posts = wait_until(door, lambda posts: bool(posts and posts[-1].sources))
    whole = joined(posts)
    assert "".join(whole.text.split()) == "".join(LONG.split())
    assert (whole.sources, whole.buttons) == ((door.source("チラシ"),), door.ratings)


def test_who_taps_what_another_was_offered_learns_nothing_of_it(door: Door) -> None:
    door.say("選ぶ 秘密", person=0)
    wait_for(door, 1, person=0)
    if door.at_once == 1:
        door.forge("Aのこと", owner=0, thief=0)
        assert wait_for(door, 2)[1] == answer(door, "99")
        return
    door.say("一", person=1)
    wait_for(door, 1, person=1)
    door.forge("Aのこと", owner=0, thief=1)
    assert wait_for(door, 2, person=1)[1] == Heard("押された entry:a")
    assert len(door.heard(person=0)) == 1


def test_a_rating_is_kept_and_the_last_word_counts(door: Door) -> None:
    door.say("一")
    wait_for(door, 1)
    if not door.ratings:
        return
    door.tap("👍")
    door.tap("👎")
    door.say("二")
    wait_for(door, 2)
    assert in_database(door, ratings) == [False]


def test_a_message_that_cannot_be_decided_is_apologised_for_and_does_not_stop_the_next(door: Door) -> None:
    door.say("爆発")
    door.say("二")
    apology, next_answer = wait_for(door, 2)
    assert (re.sub(r"\d+", "N", apology.text), apology.buttons) == ("sorry_broken N", ())
    assert next_answer == answer(door, "二")


def test_a_reply_that_is_revised_says_something_else_where_it_stood(door: Door) -> None:
    door.say("一")
    said = wait_for(door, 1)
    change_database(door, lambda session: revise(session, latest_delivery(session).id, Reply("訂正です"), MONDAY))
    wait_until(door, lambda _posts: in_database(door, count_underway) == 0)
    assert door.heard() == [*(() if door.takes_back else said), Heard("訂正です")]


def test_a_reply_that_is_withdrawn_is_gone_or_it_is_said_that_it_is_not(door: Door) -> None:
    door.say("一")
    said = wait_for(door, 1)
    change_database(door, lambda session: revise(session, latest_delivery(session).id, None, MONDAY))
    wait_until(door, lambda _posts: in_database(door, count_underway) == 0)
    assert door.heard() == ([] if door.takes_back else said)
    expected = (DeliveryState.SENT, None) if door.takes_back else (DeliveryState.FAILED, "not deletable")
    latest = in_database(door, latest_delivery)
    assert (latest.state, latest.error) == expected


def test_after_the_end_nothing_is_taken_any_more(door: Door) -> None:
    door.say("一")
    wait_for(door, 1)
    door.desk.stop()
    kept = in_database(door, count_kept)
    with suppress(httpx.TransportError):
        door.say("二")
    assert in_database(door, count_kept) == kept


def test_the_menu_leads_to_the_next_seminar(real_door: Door, book: Book) -> None:
    entry = book.entry("seminar-next")
    assert entry is not None
    real_door.say("/menu")
    (menu,) = wait_for(real_door, 1)
    assert (menu.text, menu.buttons) == (book.phrase("menu_intro"), tuple(item.label for item in book.menu()))
    real_door.tap(entry.title)
    shown = book.show("seminar-next", "", MONDAY)
    assert shown is not None
    assert wait_for(real_door, 2)[1].text == shown.text


def test_who_is_in_danger_reads_the_public_lines_and_is_handed_over_as_urgent(real_door: Door, book: Book) -> None:
    real_door.say("もう死んでしまいたい")
    (said,) = wait_for(real_door, 1)
    assert [line.number for line in book.content.danger.lines if line.number not in said.text] == []
    assert (said.sources, said.buttons) == ((), ())
    assert in_database(real_door, newest_ticket).urgent


def test_what_staff_write_while_a_person_is_away_is_there_when_they_come_back(real_door: Door) -> None:
    real_door.say("会場に駐車場はありますか")
    wait_for(real_door, 1)
    if isinstance(real_door, WebDoor):
        real_door.close_tab()
    change_database(real_door, lambda session: post_for_staff(session, Reply("担当者より\nございません。", by="staff")))
    assert wait_for(real_door, 2)[1] == Heard("担当者より\nございません。")


def test_who_was_handed_over_can_take_that_back(real_door: Door, book: Book) -> None:
    real_door.say("会場に駐車場はありますか")
    (handed,) = wait_for(real_door, 1)
    number = in_database(real_door, newest_ticket).number
    assert handed.buttons == ("取り消す",)
    real_door.tap("取り消す")
    assert wait_for(real_door, 2)[1].text == book.phrase("cancelled", number=number)
    assert in_database(real_door, newest_ticket).resolution == Resolution.CANCELLED


def test_who_is_asked_at_the_end_says_what_they_think_with_one_tap(real_door: Door, book: Book) -> None:
    real_door.say("会場に駐車場はありますか")
    wait_for(real_door, 1)
    change_database(real_door, lambda session: close_with_note(session, book))
    assert wait_for(real_door, 2)[1].buttons == ("よかった", "ふつう", "よくなかった", "この件を続ける")
    real_door.tap("よかった")
    assert wait_for(real_door, 3)[2].text == book.phrase("csat_thanks")
    assert in_database(real_door, newest_ticket).satisfaction == Satisfaction.GOOD


def test_pictures_alone_are_asked_back_about(real_door: Door, book: Book) -> None:
    real_door.say("🎉👍🏽")
    assert wait_for(real_door, 1) == [Heard(book.phrase("empty"))]
