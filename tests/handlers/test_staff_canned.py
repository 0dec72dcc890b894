"""Answers written beforehand: shown in full, sent as they stand, and what they leave open."""

from copy import copy
from dataclasses import replace

import pytest

from handlers.effects import Answer, Record, Reply, Revise, SaveTicket
from handlers.message import Act, Tap
from handlers.ticket import Action, Ticket, add, ask_back, claim
from handlers.ticket import reply as replied
from knowledge.book import Book
from knowledge.schema import Canned, CannedKind
from tests.handlers.answering import JUST_NOW, answer, first_answer, kept, sent
from tests.handlers.asking import only, reply
from tests.handlers.staffing import HERS, MINE, NEW, SATO, SUZUKI, answered, done, offered_by, room
from tests.moments import at

NOW = at("2022-07-04 09:30")


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
