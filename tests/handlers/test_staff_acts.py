"""What staff do to a ticket, each with what is decided where it can be done and where it cannot."""

from dataclasses import replace

import pytest

from handlers.closing import closing_note
from handlers.effects import Answer, Choice, DraftEntry, Record, Reply, SaveTicket
from handlers.message import Act, Tap
from handlers.presence import claimed_note
from handlers.rules import Member
from handlers.staff import ACTS
from handlers.ticket import Action, Resolution, TicketState, claim, close, release, reopen, wait
from knowledge.book import Book
from knowledge.schema import CannedKind
from tests.handlers.asking import only, reply
from tests.handlers.staffing import (
    ANSWERED,
    CLOSED,
    EMPLOYER,
    HERS,
    MINE,
    NEW,
    RULES,
    SATO,
    SUZUKI,
    TANAKA,
    answered,
    done,
    event,
    offered_by,
    room,
)
from tests.moments import at

NOW = at("2022-07-04 09:30")
# As bot/config.py allows.
LONGEST_NAME = 14
REOPEN = Choice("再開する", "staff:reopen:12")


def refusal(act: str, text: str, *choices: Choice) -> list[Reply | Record]:
    """What a member is told, and what is noted."""
    return [Reply(text, choices=choices, ticket=12), Record(12, Action.REFUSED, SATO, act)]


def test_a_claim_takes_the_ticket_in_hand_and_tells_the_participant(book: Book) -> None:
    taken = claim(NEW, SATO)
    assert done(book, Tap("staff:claim:12"), room(NEW)) == [
        Answer(12, claimed_note(taken, book)),
        SaveTicket(taken),
        Record(12, Action.CLAIMED, SATO),
    ]


def test_a_claim_after_a_release_is_not_told_to_the_participant_again(book: Book) -> None:
    free = release(MINE)
    assert done(book, Tap("staff:claim:12"), room(free)) == [
        SaveTicket(claim(free, SATO)),
        Record(12, Action.CLAIMED, SATO),
    ]


def test_who_comes_second_is_told_who_has_claimed_it(book: Book) -> None:
    take = Choice("自分が引き継ぐ", "staff:hand:12:佐藤")
    assert done(book, Tap("staff:claim:12"), room(HERS)) == refusal(
        "claim", "この件は、すでに鈴木さんが担当しています。", take
    )


def test_a_claim_of_ones_own_ticket_changes_nothing(book: Book) -> None:
    assert done(book, Tap("staff:claim:12"), room(MINE)) == refusal("claim", "この件は、すでにあなたが担当しています。")


def test_a_release_gives_the_ticket_back(book: Book) -> None:
    assert done(book, Tap("staff:release:12"), room(MINE)) == [
        SaveTicket(release(MINE)),
        Record(12, Action.RELEASED, SATO),
    ]


def test_what_nobody_has_cannot_be_released(book: Book) -> None:
    assert done(book, Tap("staff:release:12"), room(NEW)) == refusal("release", "この件は、だれも担当していません。")


def test_handing_over_without_a_name_offers_the_colleagues(book: Book) -> None:
    assert done(book, Tap("staff:hand:12"), room(MINE)) == [
        Reply(
            "受付番号 12 を、だれに引き継ぎますか。",
            choices=(Choice(SUZUKI, "staff:hand:12:鈴木"), Choice(TANAKA, "staff:hand:12:田中")),
            ticket=12,
        )
    ]


def test_a_ticket_is_handed_to_a_colleague(book: Book) -> None:
    assert done(book, Tap("staff:hand:12:田中"), room(MINE)) == [
        SaveTicket(claim(MINE, TANAKA)),
        Record(12, Action.HANDED, SATO, TANAKA),
    ]


def test_a_ticket_is_handed_to_nobody_outside_of_the_team(book: Book) -> None:
    assert done(book, Tap("staff:hand:12:山田"), room(MINE)) == refusal("hand", "その名前の担当者はいません。")


def test_a_ticket_is_not_handed_to_who_has_it(book: Book) -> None:
    assert done(book, Tap("staff:hand:12:鈴木"), room(HERS)) == refusal(
        "hand", "この件は、すでに鈴木さんが担当しています。"
    )


def test_waiting_leaves_it_to_the_participant(book: Book) -> None:
    assert done(book, Tap("staff:wait:12"), room(MINE)) == [
        SaveTicket(wait(MINE, NOW)),
        Record(12, Action.WAITING, SATO),
    ]


def test_waiting_twice_is_refused(book: Book) -> None:
    assert done(book, Tap("staff:wait:12"), room(wait(MINE, NOW))) == refusal(
        "wait", "この件は、すでに返事待ちになっています。"
    )


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


def test_a_step_of_the_checklist_is_ticked_and_told(book: Book) -> None:
    begun = replace(EMPLOYER, done=("visit",))
    assert done(book, Tap("staff:step:12:contact"), room(begun)) == [
        Answer(12, Reply("受付番号 12 の件は、「ご連絡」が済みました。", ticket=12)),
        SaveTicket(replace(begun, done=("contact", "visit"))),
        Record(12, Action.STEP_DONE, SATO, "ご連絡: 済み"),
    ]


def test_a_tick_that_is_taken_back_is_told_too(book: Book) -> None:
    begun = replace(EMPLOYER, done=("contact", "visit"))
    effects = done(book, Tap("staff:step:12:visit"), room(begun))
    assert only(SaveTicket, effects).ticket.done == ("contact",)
    assert "まだでした" in only(Answer, effects).reply.text
    assert only(Record, effects).text == "ご訪問: まだ(済みを取り消し)"


@pytest.mark.parametrize(("ticket", "step"), [(NEW, "contact"), (EMPLOYER, "party"), (EMPLOYER, "")])
def test_there_are_no_other_steps(book: Book, ticket: object, step: str) -> None:
    effects = done(book, Act("step", 12, target=step), room(ticket))  # type: ignore[arg-type]
    assert effects == refusal("step", book.phrase("expired_choice"))


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


def test_a_ticket_that_there_is_not_is_said_so(book: Book) -> None:
    for content in (Tap("staff:claim:13"), Act("claim", 13, "はい")):
        assert done(book, content, room(None)) == [Reply("受付番号 13 は見つかりませんでした。")]


def test_words_for_a_ticket_that_there_is_not_are_given_back(book: Book) -> None:
    effects = done(book, Act("reply", 13, "はい"), room(None))
    assert effects == [Reply("受付番号 13 は見つかりませんでした。\n\nお書きになった文:\nはい")]
    [given_back] = done(book, Act("reply", 13, "あ" * 5000), room(None))
    assert isinstance(given_back, Reply)
    assert given_back.text.count("あ") == 3000


@pytest.mark.parametrize(
    "value", ["staff:hack:12", "staff::12", "staff:send:12:reply", "staff:drop:12", "staff:expired:12"]
)
def test_a_button_that_was_never_offered_does_nothing(book: Book, value: str) -> None:
    effects = done(book, Tap(value, 5), room(MINE))
    assert [type(effect) for effect in effects] == [Reply, Record]
    assert reply(effects).text == book.phrase("expired_choice")


@pytest.mark.parametrize("value", ["staff:claim", "staff:claim:x", "staff:claim:１２", "rate:up", "human", ""])
def test_a_button_about_no_ticket_is_passed_over(book: Book, value: str) -> None:
    assert done(book, Tap(value, 5), room(None)) == []


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_stranger_in_the_room_does_nothing(book: Book, act: str) -> None:
    for content in (Act(act, 12, "はい", "41"), Tap(f"staff:{act}:12:41")):
        assert done(book, content, room(MINE, answered(book, 2, 41), member=None)) == []


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_participant_who_forges_a_button_gets_nothing(book: Book, act: str) -> None:
    participant = replace(room(MINE), staff=None, tickets=(MINE,))
    for content in (Act(act, 12, "はい", "41"), Tap(f"staff:{act}:12:41")):
        assert done(book, content, participant) == []


def test_a_member_can_pass_a_ticket_on_from_a_chat_of_their_own(book: Book) -> None:
    effects = done(book, Tap("staff:release:12"), room(MINE, in_room=False, is_private=True))
    assert effects == [SaveTicket(release(MINE)), Record(12, Action.RELEASED, SATO)]


def test_every_button_fits_the_platforms_however_long_the_name_and_the_number(book: Book) -> None:
    ticket = replace(MINE, number=999_999_999)
    rules = replace(RULES, team=(Member("漢" * LONGEST_NAME),))
    shown = reply(done(book, Tap("staff:hand:999999999"), room(ticket, rules=rules)))
    canned = reply(done(book, Tap("staff:canned:999999999"), room(ticket)))
    values = [choice.value for choice in (*shown.choices, *canned.choices)]
    assert len(values) == 1 + len(book.content.canned)
    assert max(len(value.encode()) for value in values) <= 64
