"""What is known when somebody writes in a staff room: who, which ticket, what the post does that they answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.tickets import SituationStale
from bot.store.transactions import Store
from handlers.effects import Answer, OpenTicket, Record, Reply
from handlers.message import Act, Edit, Tap, Text
from handlers.rules import Member
from handlers.ticket import Action, Resolution, claim, close
from tests.bot.staffing import StaffDesk


@pytest.fixture
def desk(store: Store) -> StaffDesk:
    return StaffDesk(store)


def shown(desk: StaffDesk) -> tuple[int, str]:
    """A ticket whose card has arrived: its number, and the platform's id of the card."""
    number = desk.open()
    desk.notify()
    [card, *_] = desk.deliver()
    return number, f"r{card.id}"


def test_a_participant_is_no_staff(desk: StaffDesk) -> None:
    assert desk.situation(desk.keep(Text("こんにちは"))).staff is None


def test_a_stranger_in_the_room_is_no_member(desk: StaffDesk) -> None:
    _, card = shown(desk)
    staff = desk.situation(desk.keep(Text("見せて"), f"room:{card}", "stranger")).staff
    assert staff is not None
    assert (staff.member, staff.in_room, staff.ticket) == (None, True, None)


def test_a_member_elsewhere_is_one_but_not_in_the_room(desk: StaffDesk) -> None:
    staff = desk.situation(desk.keep(Text("私も質問"), "sato", "sato")).staff
    assert staff is not None
    assert (staff.member, staff.in_room) == (Member("佐藤"), False)


def test_words_in_the_thread_of_a_card_are_about_its_ticket(desk: StaffDesk) -> None:
    number, card = shown(desk)
    staff = desk.situation(desk.keep(Text("調べます"), f"room:{card}", "sato")).staff
    assert staff is not None
    assert staff.ticket == desk.ticket(number)
    assert [event.action for event in staff.events] == [Action.OPENED]
    assert staff.invites == ""


def test_words_in_another_thread_are_about_no_ticket(desk: StaffDesk) -> None:
    shown(desk)
    staff = desk.situation(desk.keep(Text("お昼は？"), "room:99", "sato")).staff
    assert staff is not None
    assert staff.ticket is None


def test_an_answer_to_a_post_does_what_the_post_invites(desk: StaffDesk) -> None:
    number, card = shown(desk)
    staff = desk.situation(desk.keep(Text("ございます"), "room", "sato", answers=card)).staff
    assert staff is not None
    assert (staff.ticket, staff.invites) == (desk.ticket(number), f"reply:{number}")


@pytest.mark.parametrize("content", [Tap("staff:claim:{}"), Act("claim", 0)])
def test_buttons_and_forms_name_their_ticket(desk: StaffDesk, content: Tap | Act) -> None:
    number, _ = shown(desk)
    named = Act("claim", number) if isinstance(content, Act) else Tap(content.value.format(number))
    staff = desk.situation(desk.keep(named, "room", "suzuki")).staff
    assert staff is not None
    assert staff.ticket == desk.ticket(number)


def test_the_queue_has_open_tickets_the_urgent_first(desk: StaffDesk) -> None:
    first, second = desk.open("一", "a"), desk.open("二", "b")
    inbound = desk.keep(Text("助けて"), "c")
    urgent = desk.settle(inbound, OpenTicket(inbound, "助けて", urgent=True, reason="danger"))
    desk.save(claim(desk.ticket(first), "佐藤"))
    staff = desk.situation(desk.keep(Text("/queue"), "room", "sato")).staff
    assert staff is not None
    assert [ticket.number for ticket in staff.queue] == [urgent, second, first]


def test_an_edit_of_words_that_became_an_answer_names_it(desk: StaffDesk) -> None:
    number, card = shown(desk)
    written = desk.keep(Text("返信: ございます"), f"room:{card}", "sato", ref="51")
    desk.settle(written, Answer(number, Reply("ございます"), Action.REPLIED, "佐藤"))
    edited = desk.keep(Edit("返信: ありません"), f"room:{card}", "sato", ref="51")
    situation = desk.situation(edited)
    [answer] = [one for one in desk.kept.deliveries() if one.payload.text == "ございます"]
    assert situation.staff is not None
    assert (situation.staff.noted, situation.before) == (answer.id, "返信: ございます")


def test_an_answer_that_was_made_a_note_is_none_any_more(desk: StaffDesk) -> None:
    number, card = shown(desk)
    written = desk.keep(Text("返信: ございます"), f"room:{card}", "sato", ref="51")
    desk.settle(written, Answer(number, Reply("ございます"), Action.REPLIED, "佐藤"))
    noted = desk.keep(Edit("まだ言わないで"), f"room:{card}", "sato", ref="51")
    desk.settle(noted, Record(number, Action.NOTED, "佐藤", "まだ言わないで"))
    edited = desk.keep(Edit("やはりまだです"), f"room:{card}", "sato", ref="51")
    staff = desk.situation(edited).staff
    assert staff is not None
    assert staff.noted is None


def test_a_participants_edit_names_the_ticket_that_their_words_are_on(desk: StaffDesk) -> None:
    inbound = desk.keep(Text("駐車場は？"), ref="7")
    number = desk.settle(inbound, OpenTicket(inbound, "駐車場は？", urgent=False, reason="gap"))
    added = desk.keep(Text("二台です"), ref="8")
    desk.settle(added, Record(number, Action.SAID, text="二台です"))
    for ref, before in (("7", "駐車場は？"), ("8", "二台です")):
        situation = desk.situation(desk.settle(desk.keep(Edit("三台です"), ref=ref)))
        assert (situation.before, situation.before_on) == (before, number)


def test_a_ticket_of_long_ago_is_not_known_any_more(desk: StaffDesk) -> None:
    number = desk.open()
    desk.save(close(desk.ticket(number), Resolution.ANSWERED, desk.clock.now()))
    desk.clock.move(timedelta(days=14).total_seconds())
    assert [ticket.number for ticket in desk.situation(desk.keep(Text("ところで"))).tickets] == [number]
    desk.clock.move(1)
    assert desk.situation(desk.keep(Text("まだですか"))).tickets == ()


def test_a_ticket_changed_meanwhile_is_not_written(desk: StaffDesk) -> None:
    number = desk.open()
    seen = desk.ticket(number)
    desk.save(claim(seen, "佐藤"))
    with pytest.raises(SituationStale):
        desk.save(claim(seen, "鈴木"))
    assert desk.ticket(number) == replace(claim(seen, "佐藤"), version=2)


@pytest.mark.parametrize(("address", "private"), [("sato", True), ("sato:D1", True), ("group", False), ("room", False)])
def test_a_place_is_private_where_nobody_else_reads(desk: StaffDesk, address: str, private: bool) -> None:
    staff = desk.situation(desk.keep(Text("/queue"), address, "sato")).staff
    assert staff is not None
    assert staff.is_private is private
