"""Answers to participants: the first, one for all, changed, taken back."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.effects import Answer, Record, Reply, Revise, SaveTicket
from handlers.message import Act, Tap, Text
from handlers.rules import Member
from handlers.ticket import Action, TicketKind, TicketState, add, ask_back
from handlers.ticket import reply as replied
from knowledge.book import Book
from tests.handlers.answering import JUST_NOW, answer, first_answer, sent
from tests.handlers.asking import only, opened, reply
from tests.handlers.staffing import CLOSED, HERS, MINE, NEW, SATO, SUZUKI, answered, done, event, offered_by, room
from tests.moments import at

NOW = at("2022-07-04 09:30")
LEFT_OUT = "次の受付には送っていません: #5。ほかのことも書かれているか、すでに返信しています。一件ずつご確認ください。"


def test_whoever_answers_first_has_the_ticket_in_hand(book: Book) -> None:
    effects = done(book, Act("reply", 12, "はい"), room(NEW))
    changed = only(SaveTicket, effects).ticket
    assert (changed.owner, changed.state, changed.taken_over, changed.asked_at) == (
        SATO,
        TicketState.CLAIMED,
        True,
        None,
    )


@pytest.mark.parametrize(
    ("act", "target"),
    [("claim", ""), ("reply", ""), ("ask", ""), ("reply_all", ""), ("canned", "looking"), ("hand", "田中")],
)
def test_the_bot_is_silent_from_the_first_thing_that_a_person_does(book: Book, act: str, target: str) -> None:
    """Peers' complaint 5: the bot keeps talking after the handover."""
    changed = only(SaveTicket, done(book, Act(act, 12, "はい", target), room(NEW))).ticket
    assert changed.taken_over


def test_an_answer_by_a_colleague_leaves_the_ticket_with_its_owner(book: Book) -> None:
    assert done(book, Act("reply", 12, "はい"), room(HERS)) == [answer("はい"), SaveTicket(replied(HERS, SATO))]
    assert replied(HERS, SATO).owner == SUZUKI


def test_one_answer_goes_to_all_open_tickets_that_ask_the_same(book: Book) -> None:
    first = replace(opened(5, "車いすで行けますか"), same_as=5)
    mine, third = replace(MINE, same_as=5), replace(opened(20, "車椅子は?"), same_as=5)
    other, another = opened(6, "参加費は"), replace(opened(30, "日程は"), same_as=6)
    queue = (third, other, first, mine, another)
    assert done(book, Act("reply_all", 12, "はい"), room(mine, queue=queue)) == [
        first_answer("はい", 5),
        SaveTicket(replied(first, SATO)),
        answer("はい"),
        SaveTicket(replied(mine, SATO)),
        first_answer("はい", 20),
        SaveTicket(replied(third, SATO)),
    ]


LATER = at("2022-07-04 09:05")


@pytest.mark.parametrize(
    "known",
    [
        {"last_at": LATER},
        {"asked_at": LATER, "last_at": LATER},
        {"asked_at": None},
        {"reopened": 1},
    ],
    ids=["wrote more", "wrote more after an answer", "answered", "came back"],
)
def test_whoever_did_not_ask_this_alone_is_left_out_and_named(book: Book, known: dict[str, Any]) -> None:
    """The answer would not fit what they said last."""
    left, twin = replace(opened(5, "車いすは?"), same_as=5, **known), replace(opened(20, "車椅子は?"), same_as=5)
    mine = replace(MINE, same_as=5)
    assert done(book, Act("reply_all", 12, "はい"), room(mine, queue=(left, mine, twin))) == [
        answer("はい"),
        SaveTicket(replied(mine, SATO)),
        first_answer("はい", 20),
        SaveTicket(replied(twin, SATO)),
        Reply(LEFT_OUT, ticket=12),
    ]


def test_the_ticket_whose_button_was_pressed_is_answered_whatever_was_written_since(book: Book) -> None:
    mine = replace(MINE, last_at=LATER)
    assert sent(done(book, Act("reply_all", 12, "はい"), room(mine, queue=(mine,)))) == [answer("はい")]


def test_an_answer_for_all_is_asked_to_be_confirmed_like_any_other(book: Book) -> None:
    twin = replace(opened(20, "車椅子は?"), same_as=12)
    events = (answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW),)
    hers = replace(HERS, same_as=12)
    asked = reply(done(book, Act("reply_all", 12, "はい"), room(hers, *events, queue=(hers, twin))))
    view = room(hers, *events, queue=(hers, twin), offered=offered_by(asked))
    effects = done(book, Tap("staff:send:12:reply_all", 77), view)
    assert [one.ticket for one in sent(effects) if isinstance(one, Answer)] == [12, 20]


def test_an_application_has_no_twins(book: Book) -> None:
    twin = replace(opened(20, "屋号"), same_as=12, kind=TicketKind.EMPLOYER)
    mine = replace(MINE, same_as=12)
    assert sent(done(book, Act("reply_all", 12, "はい"), room(mine, queue=(mine, twin)))) == [answer("はい")]


def test_whoever_may_be_in_danger_is_answered_alone(book: Book) -> None:
    twin = replace(opened(20, "車椅子は?"), same_as=12, urgent=True)
    mine = replace(MINE, same_as=12)
    assert sent(done(book, Act("reply_all", 12, "はい"), room(mine, queue=(mine, twin)))) == [answer("はい")]


def test_a_sent_answer_is_rewritten(book: Book) -> None:
    effects = done(book, Act("edit", 12, "いいえ", "41"), room(MINE, answered(book, 2, 41)))
    assert effects == [Revise(12, 41, Reply("担当者より\nいいえ", ticket=12, by="staff"), SATO)]


def test_an_answer_that_told_of_the_takeover_still_does_once_it_is_rewritten(book: Book) -> None:
    text = first_answer("はい").reply.text
    first = event(2, Action.REPLIED, SATO, text, line=41)
    assert done(book, Act("edit", 12, "いいえ", "41"), room(MINE, first)) == [
        Revise(12, 41, first_answer("いいえ").reply, SATO)
    ]
    assert done(book, Act("edit", 12, "はい", "41"), room(MINE, first)) == []


def test_a_sent_answer_can_be_rewritten_after_the_ticket_was_closed(book: Book) -> None:
    assert len(sent(done(book, Act("edit", 12, "いいえ", "41"), room(CLOSED, answered(book, 2, 41))))) == 1


def test_rewriting_an_answer_with_the_same_words_does_nothing(book: Book) -> None:
    assert done(book, Act("edit", 12, " はい ", "41"), room(MINE, answered(book, 2, 41))) == []
    events = (answered(book, 2, 41), event(3, Action.REVISED, SATO, "担当者より\nいいえ", line=41))
    assert done(book, Act("edit", 12, "いいえ", "41"), room(MINE, *events)) == []


@pytest.mark.parametrize("act", ["edit", "withdraw"])
@pytest.mark.parametrize("target", ["40", "12", "", "x", "41x", "43"])
def test_nothing_but_a_standing_answer_of_the_ticket_can_be_changed(book: Book, act: str, target: str) -> None:
    events = (
        answered(book, 2, 41),
        event(3, Action.SAID, text="では?", line=40),
        answered(book, 4, 43),
        event(5, Action.WITHDRAWN, SATO, line=43),
    )
    quoted = "\n\nお書きになった文:\nいいえ" if act == "edit" else ""
    assert done(book, Act(act, 12, "いいえ", target), room(MINE, *events)) == [
        Reply(f"その返信は見つからないか、すでに取り消されています。{quoted}", ticket=12),
        Record(12, Action.REFUSED, SATO, act),
    ]


def test_after_the_only_answer_is_withdrawn_the_participant_waits_again(book: Book) -> None:
    """Peers' complaint 8: nobody notices that a reply is not there any more."""
    waiting = ask_back(MINE, SATO, at("2022-07-04 09:10"))
    effects = done(book, Tap("staff:withdraw:12:41"), room(waiting, answered(book, 2, 41)))
    changed = replace(add(waiting, NOW), last_at=waiting.last_at)
    assert effects == [Revise(12, 41, None, SATO), SaveTicket(changed)]
    assert (changed.state, changed.asked_at) == (TicketState.CLAIMED, NOW)


def test_where_another_answer_stands_withdrawing_one_changes_nothing_else(book: Book) -> None:
    events = (answered(book, 2, 41), answered(book, 3, 42))
    assert done(book, Tap("staff:withdraw:12:41"), room(MINE, *events)) == [Revise(12, 41, None, SATO)]


def test_withdrawing_what_was_answered_before_the_last_message_changes_nothing_else(book: Book) -> None:
    events = (answered(book, 2, 41), event(3, Action.SAID, text="では?", line=50), answered(book, 4, 42))
    assert done(book, Tap("staff:withdraw:12:41"), room(MINE, *events)) == [Revise(12, 41, None, SATO)]


def test_an_answer_can_be_withdrawn_after_the_ticket_was_closed(book: Book) -> None:
    effects = done(book, Tap("staff:withdraw:12:41"), room(CLOSED, answered(book, 2, 41)))
    assert effects == [Revise(12, 41, None, SATO)]


def test_every_member_may_answer_whatever_their_role(book: Book) -> None:
    effects = done(book, Text("返信:はい"), room(NEW, member=Member("田中", ())))
    assert only(Answer, effects).actor == "田中"
