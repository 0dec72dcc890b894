"""What joins an open ticket, what reopens a closed one, and what stays a matter of its own."""

from dataclasses import replace

import pytest

from handlers.belonging import put_on
from handlers.effects import Choice, OpenTicket, Record, Remember, Reply, SaveTicket
from handlers.message import Command, Media, Tap, Text
from handlers.rules import Rules
from handlers.situation import Offered
from handlers.ticket import Action, Resolution, Ticket, TicketKind, add, claim, reopen
from knowledge.book import Book
from knowledge.finding import Outcome, Turn
from tests.handlers.asking import TICKET, decided, having, only, opened, recorded, reply, saved
from tests.handlers.handing_over import CONFIRM, DANGER, FEE, LATER, NOT_THERE, PARKING, SOON, closed
from tests.moments import at

SIGNING = "手話通訳はつきますか"


def application(number: int) -> Ticket:
    return replace(opened(number), kind=TicketKind.EMPLOYER)


# What joins a ticket.


def test_a_burst_of_messages_becomes_one_ticket(book: Book) -> None:
    situation = having(opened(3), when=SOON)
    for text in (SIGNING, "車椅子です", "👍", "/"):
        effects = decided(book, Text(text), situation)
        assert [effect for effect in effects if isinstance(effect, Reply | OpenTicket)] == []
        assert recorded(effects) == [Record(3, Action.SAID, text=text)]
        assert saved(effects) == add(opened(3), at(SOON))


def test_every_message_of_a_burst_prolongs_it(book: Book) -> None:
    ticket = add(opened(3), at(SOON))
    effects = decided(book, Text(SIGNING), having(ticket, when="2022-07-04 09:00:40"))
    assert [effect for effect in effects if isinstance(effect, Reply)] == []


def test_a_burst_is_answered_where_the_answer_is_sure_and_read_by_staff_all_the_same(book: Book) -> None:
    situation = having(opened(3), when=SOON)
    reply, *rest = decided(book, Text(FEE), situation)
    assert [reply, rest[-1]] == decided(book, Text(FEE), having(when=SOON))
    assert rest[:-1] == put_on(opened(3), FEE, situation.now)


def test_what_the_desk_knows_is_not_put_on_a_ticket_after_the_burst(book: Book) -> None:
    assert decided(book, Text(FEE), having(opened(3), when=LATER)) == decided(book, Text(FEE), having(when=LATER))


def test_a_caption_in_a_burst_says_to_staff_what_it_stood_beside(book: Book) -> None:
    effects = decided(book, Media("photo", PARKING), having(opened(3), when=SOON))
    assert recorded(effects) == [Record(3, Action.SAID, text=f"(写真) {PARKING}")]
    assert [effect for effect in effects if isinstance(effect, Reply)] == []


def test_a_later_question_goes_to_the_open_ticket_with_a_word(book: Book) -> None:
    situation = having(opened(3), opened(5), when=LATER)
    assert decided(book, Text(PARKING), situation) == [
        Reply(
            f"{NOT_THERE}\n\n受付番号 5 の件に書き添えました。担当者が確認します。",
            Outcome.HANDOFF,
            entries=("gap-parking",),
            ticket=5,
            question=PARKING,
        ),
        SaveTicket(add(opened(5), at(LATER))),
        Record(5, Action.SAID, text=PARKING),
        Remember(Turn(PARKING, ("gap-parking",))),
    ]


@pytest.mark.parametrize(
    "content", [Text("人と話したい"), Command("human", PARKING), Tap("none", 41), Tap("human", 41)]
)
@pytest.mark.parametrize("rules", [Rules(), CONFIRM])
def test_asking_for_staff_again_opens_no_second_ticket(book: Book, content: Text | Command | Tap, rules: Rules) -> None:
    offered = Offered(41, PARKING, Outcome.SUGGEST, (), ("none", "human")) if isinstance(content, Tap) else None
    effects = decided(book, content, having(opened(3), when=SOON, rules=rules, offered=offered))
    assert [effect for effect in effects if isinstance(effect, OpenTicket)] == []
    assert [(record.ticket, record.action) for record in recorded(effects)] == [(3, Action.SAID)]
    assert "受付番号 3 の件に書き添えました" in reply(effects).text


def test_a_sure_answer_is_given_beside_an_open_ticket(book: Book) -> None:
    assert decided(book, Text(FEE), having(opened(3), when=LATER)) == decided(book, Text(FEE), having(when=LATER))


def test_staff_read_too_what_somebody_writes_who_asked_for_them(book: Book) -> None:
    asked = replace(opened(3), reason="asked for staff")
    effects = decided(book, Text(FEE), having(asked, when=SOON))
    assert reply(effects).entries == ("seminar-fee",)
    assert recorded(effects) == [Record(3, Action.SAID, text=FEE)]
    assert recorded(decided(book, Text("ありがとうございます"), having(asked, when=SOON))) == []


def test_a_question_does_not_go_to_an_application(book: Book) -> None:
    assert only(OpenTicket, decided(book, Text(PARKING), having(application(3), when=SOON))).number == TICKET


@pytest.mark.parametrize("owner", [None, "佐藤"])
def test_danger_makes_the_open_ticket_urgent(book: Book, owner: str | None) -> None:
    ticket = opened(3) if owner is None else claim(opened(3), owner)
    effects = decided(book, Text(DANGER), having(ticket, when=LATER))
    assert (reply(effects).urgent, reply(effects).ticket) == (True, 3)
    assert "0120-279-338" in reply(effects).text
    assert saved(effects) == replace(add(ticket, at(LATER)), urgent=True, asked_at=at(LATER))
    assert recorded(effects) == [Record(3, Action.SAID, text=DANGER)]


def test_danger_calls_staff_anew_who_were_reminded_of_the_ticket_before(book: Book) -> None:
    ticket = replace(claim(opened(3), "佐藤"), urgent=True, reminders=3, apologised=True)
    rung = saved(decided(book, Text(DANGER), having(ticket, when=LATER)))
    assert (rung.asked_at, rung.reminders, rung.apologised) == (at(LATER), 0, False)


def test_someone_in_danger_at_night_is_told_that_staff_may_not_see_it_at_once(book: Book) -> None:
    handed = reply(decided(book, Text(DANGER), having(when="2022-07-04 23:00")))
    assert handed.text.endswith(book.phrase("danger_off_hours"))
    assert "受付順" not in handed.text


# What reopens one.


def test_a_question_within_two_weeks_reopens_the_ticket_closed_last(book: Book) -> None:
    early, late = closed(3, "2022-07-02 10:00"), closed(2, "2022-07-03 10:00", Resolution.NOT_OURS)
    situation = having(late, early)
    effects = decided(book, Text(PARKING), situation)
    assert effects[1:] == [
        SaveTicket(reopen(late, situation.now)),
        Record(2, Action.REOPENED),
        Record(2, Action.SAID, text=PARKING),
        Remember(Turn(PARKING, ("gap-parking",))),
    ]
    assert reply(effects).ticket == 2
    assert "受付番号 2 の件の続きとして、担当者におつなぎします。" in reply(effects).text
    assert reply(effects).choices == (Choice("取り消す", "cancel:2"),)


@pytest.mark.parametrize(
    "ticket",
    [
        closed(3, "2022-06-20 08:59"),
        closed(3, "2022-07-03 10:00", Resolution.CANCELLED),
        replace(closed(3, "2022-07-03 10:00"), kind=TicketKind.EMPLOYER),
    ],
    ids=["long ago", "cancelled", "an application"],
)
def test_other_closed_tickets_stay_closed(book: Book, ticket: Ticket) -> None:
    effects = decided(book, Text(PARKING), having(ticket))
    assert (only(OpenTicket, effects).number, recorded(effects)) == (TICKET, [])


@pytest.mark.parametrize(
    "text",
    ["ありがとうございました", "返信ありがとうございます", "助かりました!", "こんにちは", FEE, "🙏", "わかりました"],
)
def test_thanks_small_talk_and_known_questions_reopen_nothing(book: Book, text: str) -> None:
    effects = decided(book, Text(text), having(closed(3, "2022-07-03 10:00")))
    assert reply(effects).text
    assert [effect for effect in effects if isinstance(effect, SaveTicket | Record | OpenTicket)] == []


def test_an_open_ticket_goes_before_a_closed_one(book: Book) -> None:
    effects = decided(book, Text(PARKING), having(opened(2), closed(3, "2022-07-03 10:00"), when=LATER))
    assert (reply(effects).ticket, [record.action for record in recorded(effects)]) == (2, [Action.SAID])


def test_reopening_is_asked_about_where_handing_over_is(book: Book) -> None:
    offer = reply(decided(book, Text(PARKING), having(closed(3, "2022-07-03 10:00"), rules=CONFIRM)))
    assert [choice.value for choice in offer.choices] == ["human", "no_staff"]


def test_danger_is_a_matter_of_its_own(book: Book) -> None:
    effects = decided(book, Text(DANGER), having(closed(3, "2022-07-03 10:00")))
    assert (only(OpenTicket, effects).urgent, recorded(effects)) == (True, [])
