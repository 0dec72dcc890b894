"""Answers of two members at once: the second is asked to confirm, and a yes counts once and for ten minutes."""

import pytest

from handlers.effects import Choice, Record, Reply, SaveTicket
from handlers.message import Act, Tap
from handlers.ticket import Action
from handlers.ticket import reply as replied
from knowledge.book import Book
from tests.handlers.answering import JUST_NOW, answer, over, sent
from tests.handlers.asking import reply
from tests.handlers.staffing import HERS, MINE, SATO, SUZUKI, answered, done, event, offered_by, room


def test_two_staff_who_answer_at_once_notice_it(book: Book) -> None:
    """Peers' complaint 10: two staff answer at once."""
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    assert done(book, Act("reply", 12, "はい"), room(HERS, hers)) == [
        Reply(
            "たったいま、鈴木さんが同じメッセージに返信しました。それでも送りますか。",
            choices=(Choice("それでも送る", "staff:send:12:reply"), Choice("やめる", "staff:drop:12")),
            ticket=12,
            question="はい",
        )
    ]


@pytest.mark.parametrize(("act", "action"), [("reply", Action.REPLIED), ("ask", Action.ASKED_BACK)])
def test_a_second_answer_is_sent_once_it_is_confirmed(book: Book, act: str, action: Action) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act(act, 12, "はい"), room(HERS, hers)))
    effects = done(book, Tap(f"staff:send:12:{act}", 77), room(HERS, hers, offered=offered_by(asked)))
    assert sent(effects) == [answer("はい", action=action)]


def test_a_second_answer_that_is_dropped_is_not_sent(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    effects = done(book, Tap("staff:drop:12", 77), room(HERS, hers, offered=offered_by(asked)))
    assert effects == [Reply("取りやめました。", ticket=12), Record(12, Action.REFUSED, SATO, "drop:77")]


def test_what_was_dropped_cannot_be_sent_after_all(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    dropped = event(3, Action.REFUSED, SATO, "drop:77")
    effects = done(book, Tap("staff:send:12:reply", 77), room(HERS, hers, dropped, offered=offered_by(asked)))
    assert effects == over("reply", "はい")
    other = event(3, Action.REFUSED, SATO, "drop:76")
    effects = done(book, Tap("staff:send:12:reply", 77), room(HERS, hers, other, offered=offered_by(asked)))
    assert sent(effects) == [answer("はい")]


@pytest.mark.parametrize(("when", "is_good"), [("2022-07-04 09:39:30", True), ("2022-07-04 09:39:31", False)])
def test_a_yes_counts_for_ten_minutes(book: Book, when: str, is_good: bool) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    effects = done(book, Tap("staff:send:12:reply", 77), room(HERS, hers, offered=offered_by(asked), when=when))
    assert effects[:2] == ([answer("はい"), SaveTicket(replied(HERS, SATO))] if is_good else over("reply", "はい"))


@pytest.mark.parametrize("value", ["staff:send:12:reply", "staff:drop:12"])
def test_a_yes_counts_once_even_where_the_answer_was_withdrawn(book: Book, value: str) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    mine = answered(book, 3, 78, "はい", when="2022-07-04 09:30")
    gone = event(4, Action.WITHDRAWN, SATO, line=78)
    view = room(HERS, hers, mine, gone, offered=offered_by(asked), when="2022-07-04 09:35")
    effects = done(book, Tap(value, 77), view)
    assert reply(effects).text == "この文は、すでに送ってあります。もう一度は送っていません。"
    assert sent(effects) == []


def test_a_yes_no_longer_counts_after_other_words_of_the_same_member(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    view = room(HERS, hers, answered(book, 3, 78, "たぶん"), offered=offered_by(asked))
    assert done(book, Tap("staff:send:12:reply", 77), view) == over("reply", "はい")


def test_only_who_was_asked_can_confirm(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    effects = done(book, Tap("staff:send:12:reply", 77), room(HERS, hers, offered=None))
    assert sent(effects) == []


def test_a_form_that_confirms_is_not_asked(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    assert sent(done(book, Act("reply", 12, "はい", confirmed=True), room(HERS, hers))) == [answer("はい")]


def test_a_tap_that_comes_twice_sends_once(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    asked = reply(done(book, Act("reply", 12, "はい"), room(HERS, hers)))
    mine = answered(book, 3, 78, "はい", when="2022-07-04 09:29:59")
    effects = done(book, Tap("staff:send:12:reply", 77), room(HERS, hers, mine, offered=offered_by(asked)))
    assert sent(effects) == []
    assert reply(effects).text == "この文は、すでに送ってあります。もう一度は送っていません。"


def test_the_same_words_again_are_not_sent_twice(book: Book) -> None:
    effects = done(book, Act("reply", 12, "はい"), room(MINE, answered(book, 2, 41, "はい", when=JUST_NOW)))
    assert sent(effects) == []
    assert reply(effects).text == "同じ文を、たったいま送ったところです。もう一度は送っていません。"


@pytest.mark.parametrize(
    ("when", "is_asked"), [("2022-07-04 09:29:01", True), ("2022-07-04 09:29:00", False), ("2022-07-04 09:00", False)]
)
def test_an_answer_counts_as_at_once_within_a_minute(book: Book, when: str, is_asked: bool) -> None:
    effects = done(book, Act("reply", 12, "はい"), room(HERS, answered(book, 2, 41, "いいえ", SUZUKI, when=when)))
    assert sent(effects) == ([] if is_asked else [answer("はい")])


@pytest.mark.parametrize("action", [Action.SAID, Action.EDITED])
def test_an_answer_to_what_was_written_since_is_not_asked_to_be_confirmed(book: Book, action: Action) -> None:
    events = (answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW), event(3, action, text="では?", line=50))
    assert sent(done(book, Act("reply", 12, "はい"), room(HERS, *events))) == [answer("はい")]


def test_an_answer_that_was_withdrawn_stands_in_nobodys_way(book: Book) -> None:
    events = (answered(book, 2, 41, "まちがい", when=JUST_NOW), event(3, Action.WITHDRAWN, SATO, line=41))
    assert sent(done(book, Act("reply", 12, "はい"), room(MINE, *events))) == [answer("はい")]
