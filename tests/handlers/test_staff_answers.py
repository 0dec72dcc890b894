"""Answers to participants: two at once, one for all, written beforehand, changed, taken back."""

from copy import copy
from dataclasses import replace
from typing import Any

import pytest

from handlers.effects import Answer, Choice, Effect, Record, Reply, Revise, SaveTicket
from handlers.message import Act, Tap, Text
from handlers.rules import Member
from handlers.ticket import Action, Ticket, TicketKind, TicketState, add, ask_back, claim
from handlers.ticket import reply as replied
from knowledge.book import Book
from knowledge.schema import Canned, CannedKind
from tests.handlers.asking import only, opened, reply
from tests.handlers.staffing import (
    CLOSED,
    HERS,
    MINE,
    NEW,
    SATO,
    SUZUKI,
    answered,
    done,
    event,
    offered_by,
    room,
)
from tests.moments import at

NOW = at("2022-07-04 09:30")
OVER = (
    "この確認は、取りやめたか、時間がたっています。必要なときは、もう一度やり直してください。"
    "参加者には何も送っていません。"
)
LEFT_OUT = "次の受付には送っていません: #5。ほかのことも書かれているか、すでに返信しています。一件ずつご確認ください。"
JUST_NOW = "2022-07-04 09:29:30"


def answer(words: str, number: int = 12, action: Action = Action.REPLIED) -> Answer:
    """What 佐藤 sends to somebody who talks to a person already."""
    return Answer(number, Reply(f"担当者より\n{words}", ticket=number, by="staff"), action, SATO)


def first_answer(words: str, number: int = 12, action: Action = Action.REPLIED) -> Answer:
    """What 佐藤 sends to somebody who hears from a person for the first time."""
    text = f"担当者より\n{words}\n\nこのあとお書きになることは、そのまま担当者に届きます。"
    back = Choice("自動応答に戻す", f"bot:{number}")
    return Answer(number, Reply(text, choices=(back,), ticket=number, by="staff"), action, SATO)


def over(act: str, words: str) -> list[Effect]:
    """What is said where a yes comes too late."""
    quoted = f"{OVER}\n\nお書きになった文:\n{words}"
    return [Reply(quoted, ticket=12), Record(12, Action.REFUSED, SATO, act)]


def kept(book: Book, kind: CannedKind) -> list[Canned]:
    """The answers of a kind that were written beforehand."""
    return [one for one in book.content.canned if one.kind is kind]


def sent(effects: list[Effect]) -> list[Effect]:
    return [effect for effect in effects if isinstance(effect, Answer | Revise)]


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


def test_canned_answers_are_shown_in_full_before_one_is_chosen(book: Book) -> None:
    shown = reply(done(book, Tap("staff:canned:12"), room(MINE)))
    assert [choice.value for choice in shown.choices] == [f"staff:canned:12:{one.id}" for one in book.content.canned]
    assert all(one.text in shown.text for one in book.content.canned)


def test_a_canned_answer_is_sent_as_it_stands(book: Book) -> None:
    with_thanks = copy(book)
    with_thanks.content = replace(book.content, canned=(Canned(id="thanks", title="お礼", text="どうも。"),))
    assert done(with_thanks, Tap("staff:canned:12:thanks"), room(NEW)) == [
        first_answer("どうも。"),
        SaveTicket(replied(NEW, SATO)),
    ]


def test_a_canned_question_makes_it_the_participants_turn(book: Book) -> None:
    one, *_ = kept(book, CannedKind.ASK)
    assert done(book, Tap(f"staff:canned:12:{one.id}"), room(MINE)) == [
        answer(one.text, action=Action.ASKED_BACK),
        SaveTicket(ask_back(MINE, SATO, NOW)),
    ]


@pytest.mark.parametrize("ticket", [NEW, HERS, replace(NEW, reminders=2, apologised=True)])
def test_who_is_asked_for_patience_waits_on(book: Book, ticket: Ticket) -> None:
    """A word that it is looked into is no answer: staff go on being reminded."""
    one, *_ = kept(book, CannedKind.HOLD)
    effects = done(book, Tap(f"staff:canned:12:{one.id}"), room(ticket))
    assert only(SaveTicket, effects).ticket == claim(ticket, ticket.owner or SATO)
    assert only(Answer, effects).reply.text.startswith(f"担当者より\n{one.text}")


def test_a_word_for_patience_stands_in_no_answers_way_but_is_not_said_twice(book: Book) -> None:
    one, *_ = kept(book, CannedKind.HOLD)
    for actor in (SATO, SUZUKI):
        held = answered(book, 2, 41, one.text, actor, when=JUST_NOW)
        assert sent(done(book, Act("reply", 12, "はい"), room(MINE, held))) == [answer("はい")]
        assert sent(done(book, Tap(f"staff:canned:12:{one.id}"), room(MINE, held))) == []


def test_withdrawing_the_answer_after_a_word_for_patience_lets_the_participant_wait_again(book: Book) -> None:
    one, *_ = kept(book, CannedKind.HOLD)
    events = (answered(book, 2, 41, one.text), answered(book, 3, 42))
    answered_ticket = replied(MINE, SATO)
    view = room(answered_ticket, *events)
    assert done(book, Tap("staff:withdraw:12:42"), view) == [
        Revise(12, 42, None, SATO),
        SaveTicket(replace(add(answered_ticket, NOW), last_at=answered_ticket.last_at)),
    ]
    assert done(book, Tap("staff:withdraw:12:41"), view) == [Revise(12, 41, None, SATO)]


def test_a_canned_answer_that_there_is_not_is_refused(book: Book) -> None:
    effects = done(book, Tap("staff:canned:12:gone"), room(MINE))
    assert effects == [
        Reply(book.phrase("expired_choice"), ticket=12),
        Record(12, Action.REFUSED, SATO, "canned"),
    ]


def test_a_second_canned_answer_is_asked_to_be_confirmed(book: Book) -> None:
    hers = answered(book, 2, 41, "いいえ", SUZUKI, when=JUST_NOW)
    for one in book.content.canned:
        asked = reply(done(book, Tap(f"staff:canned:12:{one.id}"), room(HERS, hers)))
        effects = done(book, Tap("staff:send:12:canned", 77), room(HERS, hers, offered=offered_by(asked)))
        action = Action.ASKED_BACK if one.kind is CannedKind.ASK else Action.REPLIED
        assert sent(effects) == [answer(one.text, action=action)]


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
