"""What staff do to end a ticket and after: closing, drafting an entry, reopening."""

from dataclasses import replace

import pytest

from handlers.closing import closing_note
from handlers.effects import Answer, Choice, DraftEntry, Record, SaveTicket
from handlers.message import Act, Tap
from handlers.presence import claimed_note
from handlers.ticket import Action, Resolution, TicketState, claim, close, reopen
from knowledge.book import Book
from knowledge.schema import CannedKind
from tests.handlers.asking import only, reply
from tests.handlers.staffing import (
    ANSWERED,
    CLOSED,
    EMPLOYER,
    MINE,
    NEW,
    RULES,
    SATO,
    answered,
    done,
    event,
    offered_by,
    refusal,
    room,
)
from tests.moments import at

NOW = at("2022-07-04 09:30")
REOPEN = Choice("再開する", "staff:reopen:12")


def test_closing_an_answered_question_says_so_and_drafts_an_entry(book: Book) -> None:
    closed = close(ANSWERED, Resolution.ANSWERED, NOW)
    events = (answered(book, 2, 41, "はい"), answered(book, 3, 42, "入口は東です"))
    assert done(book, Tap("staff:close:12"), room(ANSWERED, *events)) == [
        Answer(12, closing_note(closed, book, RULES)),
        SaveTicket(closed),
        Record(12, Action.CLOSED, SATO, "対応済み"),
        DraftEntry(12, "車椅子で参加できますか", "はい\n\n入口は東です", SATO),
        Record(12, Action.DRAFTED, SATO),
    ]


def test_closing_what_was_not_answered_asks_first(book: Book) -> None:
    asked = reply(done(book, Tap("staff:close:12"), room(MINE)))
    assert asked.choices == (
        Choice("それでも終了する", "staff:send:12:close"),
        Choice("やめる", "staff:drop:12"),
    )
    effects = done(book, Tap("staff:send:12:close", 77), room(MINE, offered=offered_by(asked)))
    closed = close(MINE, Resolution.ANSWERED, NOW)
    assert effects == [
        Answer(12, closing_note(closed, book, RULES)),
        SaveTicket(closed),
        Record(12, Action.CLOSED, SATO, "対応済み"),
    ]


def test_closing_while_the_participant_waits_for_an_answer_asks_first(book: Book) -> None:
    events = (answered(book, 2, 41), event(3, Action.SAID, text="入口はどこですか", line=50))
    asked = reply(done(book, Tap("staff:close:12"), room(MINE, *events)))
    assert asked.text == "受付番号 12 の参加者は、まだお返事を待っています。それでも終了しますか。"
    effects = done(book, Tap("staff:send:12:close", 77), room(MINE, *events, offered=offered_by(asked)))
    assert only(SaveTicket, effects).ticket == close(MINE, Resolution.ANSWERED, NOW)
    assert only(DraftEntry, effects).answer == "はい"


def test_a_question_whose_asker_was_only_asked_for_patience_was_not_answered(book: Book) -> None:
    hold = next(one for one in book.content.canned if one.kind is CannedKind.HOLD)
    held = answered(book, 2, 41, hold.text)
    asked = reply(done(book, Tap("staff:close:12"), room(MINE, held)))
    assert asked.text == "受付番号 12 には、まだここから返信していません。それでも終了しますか。"
    assert only(DraftEntry, done(book, Tap("staff:faq:12"), room(MINE, held, answered(book, 3, 42)))).answer == "はい"


def test_an_applicant_who_wrote_more_still_waits_after_a_step(book: Book) -> None:
    begun = replace(EMPLOYER, done=("contact",), last_at=at("2022-07-04 09:10"))
    assert reply(done(book, Tap("staff:close:12"), room(begun))).choices[0].value == "staff:send:12:close"


def test_an_application_whose_checklist_was_begun_is_closed_without_asking_or_drafting(book: Book) -> None:
    begun = replace(EMPLOYER, done=("contact",))
    effects = done(book, Tap("staff:close:12"), room(begun))
    assert only(SaveTicket, effects).ticket == close(begun, Resolution.ANSWERED, NOW)
    assert not any(isinstance(effect, DraftEntry) for effect in effects)


def test_what_is_not_ours_is_closed_with_that_note(book: Book) -> None:
    closed = close(NEW, Resolution.NOT_OURS, NOW)
    assert done(book, Tap("staff:not_ours:12"), room(NEW)) == [
        Answer(12, closing_note(closed, book, RULES)),
        SaveTicket(closed),
        Record(12, Action.CLOSED, SATO, "対象外"),
    ]


def test_a_draft_holds_the_answers_that_stand_in_their_last_wording(book: Book) -> None:
    events = (
        answered(book, 2, 41, "いいえ"),
        event(3, Action.ASKED_BACK, SATO, "担当者より\nいつですか", line=42),
        answered(book, 4, 43, "まちがい"),
        event(5, Action.REVISED, SATO, "担当者より\nはい", line=41),
        event(6, Action.WITHDRAWN, SATO, line=43),
    )
    assert done(book, Tap("staff:faq:12"), room(MINE, *events)) == [
        DraftEntry(12, "車椅子で参加できますか", "はい", SATO),
        Record(12, Action.DRAFTED, SATO),
    ]


def test_without_an_answer_there_is_nothing_to_draft(book: Book) -> None:
    assert done(book, Tap("staff:faq:12"), room(MINE)) == refusal("faq", "FAQの下書きにできる返信がありません。")


def test_an_application_never_becomes_a_draft(book: Book) -> None:
    effects = done(book, Tap("staff:faq:12"), room(EMPLOYER, answered(book, 2, 41)))
    assert effects == refusal("faq", "FAQの下書きにできる返信がありません。")


def test_the_same_answers_are_drafted_once(book: Book) -> None:
    events = (answered(book, 2, 41), event(3, Action.DRAFTED, SATO))
    assert done(book, Tap("staff:faq:12"), room(MINE, *events)) == refusal("faq", "FAQの下書きは、すでにできています。")
    closing = done(book, Tap("staff:close:12"), room(ANSWERED, *events))
    assert not any(isinstance(effect, DraftEntry) for effect in closing)


def test_a_later_answer_is_drafted_again(book: Book) -> None:
    events = (answered(book, 2, 41), event(3, Action.DRAFTED, SATO), answered(book, 4, 42, "東です"))
    assert only(DraftEntry, done(book, Tap("staff:faq:12"), room(MINE, *events))).answer == "はい\n\n東です"


def test_reopening_takes_the_ticket_in_hand_and_tells_the_participant(book: Book) -> None:
    again = replace(claim(reopen(CLOSED, NOW), SATO), last_at=CLOSED.last_at)
    assert done(book, Tap("staff:reopen:12"), room(CLOSED)) == [
        Answer(12, claimed_note(again, book)),
        SaveTicket(again),
        Record(12, Action.REOPENED, SATO),
    ]
    assert (again.state, again.owner, again.reopened) == (TicketState.CLAIMED, SATO, 1)


def test_what_is_open_cannot_be_reopened(book: Book) -> None:
    assert done(book, Tap("staff:reopen:12"), room(MINE)) == refusal("reopen", "この件は終了していません。")


@pytest.mark.parametrize(
    "act", ["claim", "release", "reply", "ask", "canned", "hand", "wait", "close", "not_ours", "step", "reply_all"]
)
def test_a_closed_ticket_is_to_be_reopened_first(book: Book, act: str) -> None:
    effects = done(book, Act(act, 12, words="はい", target="contact"), room(CLOSED))
    quoted = "\n\nお書きになった文:\nはい" if act in ("reply", "ask", "reply_all") else ""
    assert effects == refusal(act, f"この件は終了しています。続けるには、先に再開してください。{quoted}", REOPEN)


def test_a_note_on_a_closed_ticket_is_kept(book: Book) -> None:
    assert done(book, Act("note", 12, "電話で解決"), room(CLOSED)) == [Record(12, Action.NOTED, SATO, "電話で解決")]
