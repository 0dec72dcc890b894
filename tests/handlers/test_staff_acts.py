"""What staff do to a ticket, each with what is decided where it can be done and where it cannot."""

from dataclasses import replace

import pytest

from handlers.effects import Answer, Choice, Record, Reply, SaveTicket
from handlers.message import Act, Tap
from handlers.presence import claimed_note
from handlers.rules import Member
from handlers.staff import ACTS
from handlers.ticket import Action, claim, release, wait
from knowledge.book import Book
from tests.handlers.asking import only, reply
from tests.handlers.staffing import (
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
    refusal,
    room,
)
from tests.moments import at

NOW = at("2022-07-04 09:30")
# As bot/config.py allows.
LONGEST_NAME = 14


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
