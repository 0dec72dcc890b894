"""What is decided on a tap; what it means is judged on the reply that offered it, never on the tap alone."""

import pytest

from handlers.effects import OpenTicket, Rate, Remember, Reply
from handlers.situation import Offered
from knowledge.book import Book
from knowledge.calendar import Asked
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import NOW, TICKET, only, reply, tap
from tests.moments import at

QUESTION = "セミナーのことなんだけど"
SUGGESTED = Offered(41, QUESTION, Outcome.SUGGEST, (), ("entry:seminar-fee", "entry:seminar-apply", "none"))
ANSWERED = Offered(42, "参加費は", Outcome.ANSWER, ("seminar-fee",), ("entry:seminar-apply", "human"))


def test_a_suggestion_that_is_tapped_is_answered(book: Book) -> None:
    fee = book.entry("seminar-fee")
    assert fee is not None
    effects = tap(book, "entry:seminar-fee", SUGGESTED)
    shown = reply(effects)
    assert (shown.text, shown.outcome, shown.entries, shown.sources, shown.rateable) == (
        book.answer(fee, at(NOW), Asked(), english=False),
        Outcome.ANSWER,
        ("seminar-fee",),
        (fee.source,),
        True,
    )
    assert only(Remember, effects).turn.entries == ("seminar-fee",)


def test_every_topic_of_the_menu_can_be_tapped_without_an_earlier_reply(book: Book) -> None:
    shown = [reply(tap(book, item.value)) for item in book.menu()]
    assert [s.outcome for s in shown] == [Outcome.ANSWER] * len(book.menu())
    assert [f"entry:{s.entries[0]}" for s in shown] == [item.value for item in book.menu()]


def test_a_tap_fills_the_slots_from_the_question_that_was_asked(book: Book) -> None:
    offered = Offered(43, "5回目はどうですか", Outcome.SUGGEST, (), ("entry:session-by-number", "none"))
    assert "第5回" in reply(tap(book, "entry:session-by-number", offered)).text


def test_none_of_these_hands_the_question_over(book: Book) -> None:
    effects = tap(book, "none", SUGGESTED)
    handed = reply(effects)
    assert (handed.outcome, handed.ticket, handed.question) == (Outcome.HANDOFF, TICKET, QUESTION)
    assert only(OpenTicket, effects) == OpenTicket(TICKET, QUESTION, urgent=False, reason="none of the suggestions")


def test_asking_for_staff_hands_the_question_over(book: Book) -> None:
    assert only(OpenTicket, tap(book, "human", ANSWERED)) == OpenTicket(
        TICKET, "参加費は", urgent=False, reason="asked for staff"
    )


@pytest.mark.parametrize(("value", "helpful"), [("rate:up", True), ("rate:down", False)])
def test_a_rating_belongs_to_the_reply_it_was_tapped_on(book: Book, value: str, helpful: bool) -> None:
    assert tap(book, value, ANSWERED) == [Rate(42, helpful)]


@pytest.mark.parametrize("value", ["rate:up", "rate:down", "none", "human"])
def test_a_tap_on_a_reply_that_is_not_there_is_declined(book: Book, value: str) -> None:
    assert tap(book, value) == [Reply(book.phrase("expired_choice"))]


@pytest.mark.parametrize(
    "value",
    [
        "entry:",
        "entry:no-such-entry",
        "entry:gap-parking",
        "entry:hello",
        "entry:../../etc",
        "rate:sideways",
        "",
        "x" * 1_000,
    ],
)
def test_a_forged_tap_is_declined(book: Book, value: str) -> None:
    assert tap(book, value, SUGGESTED) == [Reply(book.phrase("expired_choice"))]


@pytest.mark.parametrize(("value", "offered"), [("none", ANSWERED), ("human", SUGGESTED)])
def test_a_choice_that_the_reply_did_not_offer_is_declined(book: Book, value: str, offered: Offered) -> None:
    assert tap(book, value, offered) == [Reply(book.phrase("expired_choice"))]


def test_the_same_tap_gives_the_same_effects(book: Book) -> None:
    assert tap(book, "entry:seminar-next", SUGGESTED) == tap(book, "entry:seminar-next", SUGGESTED)


def test_a_tap_is_answered_as_of_now(book: Book) -> None:
    before, after = (
        reply(tap(book, "entry:seminar-next", when=when)).text for when in ("2022-07-13 13:29", "2022-07-13 13:30")
    )
    assert before != after


def test_what_was_tapped_is_remembered(book: Book) -> None:
    title = next(item.label for item in book.menu() if item.value == "entry:seminar-apply")
    assert only(Remember, tap(book, "entry:seminar-apply")).turn == Turn(title, ("seminar-apply",))
