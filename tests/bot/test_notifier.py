"""What staff rooms are shown: every ticket, all that happens to it, what became of answers; each once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.base import Aim
from bot.house import Room
from bot.store import cards, notices, outbox
from bot.store.models import DeliveryState
from bot.store.transactions import Store
from handlers.effects import Answer, OpenTicket, Record, Reply, Revise, StaffMarks
from handlers.message import Text
from handlers.ticket import Action, Resolution, claim, close
from tests.bot.fakes import MONDAY
from tests.bot.staffing import UNPACED, StaffDesk


@pytest.fixture
def desk(store: Store) -> StaffDesk:
    return StaffDesk(store)


def shown(desk: StaffDesk) -> list[tuple[str, str, Aim, bool]]:
    """What goes to the room now: where, what, how, and whether into a thread."""
    claimed = desk.deliver()
    return [(one.address, one.reply.text, one.aim, one.root is not None) for one in claimed]


def test_a_new_ticket_is_shown_once_with_its_words_in_its_thread(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    desk.notify()
    assert shown(desk) == [
        ("room", f"#{number} new -", Aim.POST, False),
        ("room", "opened: 駐車場は？", Aim.POST, True),
    ]
    desk.notify()
    assert shown(desk) == []


def test_a_claim_in_one_room_shows_on_the_card_in_all(desk: StaffDesk) -> None:
    desk.rooms = (*desk.rooms, Room("second", "there"))
    number = desk.open()
    desk.notify()
    desk.deliver()
    desk.deliver(channel="second")
    desk.save(claim(desk.ticket(number), "佐藤"))
    desk.notify()
    renewed = [*desk.deliver(), *desk.deliver(channel="second")]
    assert [(one.address, one.reply.text, one.aim) for one in renewed] == [
        ("room", f"#{number} claimed 佐藤", Aim.REVISE),
        ("there", f"#{number} claimed 佐藤", Aim.REVISE),
    ]


def test_many_changes_at_once_are_one_change_of_the_card(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    for name in ("佐藤", "鈴木", "田中"):
        desk.save(claim(desk.ticket(number), name))
        desk.notify()
    assert shown(desk) == [("room", f"#{number} claimed 田中", Aim.REVISE, False)]


def test_a_card_still_in_the_queue_is_changed_there(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    desk.save(claim(desk.ticket(number), "佐藤"))
    desk.notify()
    assert [text for _, text, _, _ in shown(desk)] == [f"#{number} claimed 佐藤", "opened: 駐車場は？"]


def test_a_note_is_shown_in_every_room_but_the_one_it_was_written_in(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    note = desk.keep(Text("電話済み"), "room", "sato")
    desk.settle(note, Record(number, Action.NOTED, "佐藤", "電話済み"))
    desk.notify()
    assert shown(desk) == []


def test_the_sender_sees_what_became_of_an_answer(desk: StaffDesk) -> None:
    number = answered(desk)
    [answer, *_] = desk.kept.claim()
    desk.notify()
    assert [text for address, text, _, _ in shown(desk) if address == "room"] == ["佐藤: ございます [sending]"]
    desk.kept.do(outbox.recipient_gone, answer, UNPACED, MONDAY, "blocked")
    desk.notify()
    assert shown(desk) == [("room", "佐藤: ございます [failed blocked]", Aim.REVISE, True)]
    assert desk.ticket(number).version == 1


def answered(desk: StaffDesk) -> int:
    """A ticket with an answer on its way, whose card is shown."""
    number = desk.open()
    desk.notify()
    shown(desk)
    reply = Answer(number, Reply("ございます"), Action.REPLIED, "佐藤")
    desk.settle(desk.keep(Text("返信: ございます"), "room", "sato"), reply)
    return number


def test_a_changed_answer_shows_whether_the_change_worked(desk: StaffDesk) -> None:
    number = answered(desk)
    desk.notify()
    shown(desk)
    desk.notify()
    shown(desk)
    [answer] = [one for one in desk.kept.deliveries() if one.payload.text == "ございます"]
    desk.settle(desk.keep(Text("x"), "room", "sato"), Revise(number, answer.id, Reply("ありません"), "佐藤"))
    desk.notify()
    revision, *others = desk.kept.claim()
    for other in others:
        desk.kept.do(outbox.sent, other, UNPACED, MONDAY, MONDAY, other.original)
    assert (revision.address, revision.reply.text, revision.aim, revision.original) == (
        "a",
        "ありません",
        Aim.REVISE,
        f"r{answer.id}",
    )
    desk.kept.do(outbox.fail, revision, UNPACED, MONDAY, "too old")
    desk.notify()
    assert shown(desk)[-1] == ("room", "佐藤: ありません [failed too old]", Aim.REVISE, True)


def test_an_answer_withdrawn_before_it_was_sent_never_goes(desk: StaffDesk) -> None:
    number = answered(desk)
    [answer] = [one for one in desk.kept.deliveries() if one.payload.text == "ございます"]
    desk.settle(desk.keep(Text("x"), "room", "sato"), Revise(number, answer.id, None, "佐藤"))
    assert [one.address for one in desk.kept.claim() if one.address == "a"] == []
    desk.notify()
    assert [text for _, text, _, _ in shown(desk)] == ["佐藤:  [cancelled]"]


def test_only_what_went_to_the_tickets_own_participant_can_be_changed(desk: StaffDesk) -> None:
    answered(desk)
    other = desk.open("別の質問", "b")
    [answer] = [one for one in desk.kept.deliveries() if one.payload.text == "ございます"]
    desk.settle(desk.keep(Text("x"), "room", "sato"), Revise(other, answer.id, Reply("すりかえ"), "佐藤"))
    assert "すりかえ" not in [one.payload.text for one in desk.kept.deliveries()]


def test_a_room_that_is_new_is_shown_what_is_open(desk: StaffDesk) -> None:
    number, closed = desk.open(), desk.open("終わった質問", "b")
    desk.save(close(desk.ticket(closed), Resolution.ANSWERED, MONDAY))
    rooms, desk.rooms = desk.rooms, ()
    desk.notify()
    assert shown(desk) == []
    desk.rooms = rooms
    assert desk.kept.do(cards.miss_cards, rooms) == 1
    desk.notify()
    assert shown(desk) == [("room", f"#{number} new -", Aim.POST, False)]


def test_a_card_that_failed_is_posted_anew(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    for one in desk.kept.claim():
        desk.kept.do(outbox.fail, one, UNPACED, MONDAY, "not in channel")
    desk.deliver()
    desk.save(claim(desk.ticket(number), "佐藤"))
    desk.notify()
    assert shown(desk) == [("room", f"#{number} claimed 佐藤", Aim.POST, False)]


def test_two_notifiers_at_once_show_everything_once(desk: StaffDesk) -> None:
    desk.open()
    [changed] = desk.kept.do(notices.changed)
    for _ in range(2):
        desk.kept.do(notices.show, changed.ticket, Reply("card"), desk.rooms, MONDAY)
    news = desk.kept.do(notices.news)
    for one in [*news, *news]:
        desk.kept.do(notices.tell, one.event, Reply("post"), desk.rooms, MONDAY)
    assert [(text, aim) for _, text, aim, _ in shown(desk)] == [("card", Aim.POST), ("post", Aim.POST)]


def test_those_that_ask_the_same_are_shown_together(desk: StaffDesk) -> None:
    first, second = desk.open(), desk.open("駐車できますか", "b")
    for number in (first, second):
        desk.save(replace(desk.ticket(number), same_as=first))
    desk.notify()
    cards = [text for _, text, _, _ in shown(desk) if text.startswith("#")]
    assert cards == [f"#{first} new - ={second}", f"#{second} new - ={first}"]


def test_what_was_written_into_a_room_answers_nothing_there(desk: StaffDesk) -> None:
    inbound = desk.keep(Text("駐車場は？"), ref="41")
    desk.settle(inbound, OpenTicket(inbound, "駐車場は？", urgent=False, reason="gap"), Reply("おつなぎします"))
    desk.notify()
    assert {(one.address, one.to) for one in desk.deliver()} == {("a", "41"), ("room", None)}


def test_a_revision_overtakes_one_that_still_waits(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    for _ in range(3):
        desk.save(claim(desk.ticket(number), "佐藤"))
        desk.notify()
    states = [one.state for one in desk.kept.deliveries() if one.aim is Aim.REVISE]
    assert states == [DeliveryState.CANCELLED, DeliveryState.CANCELLED, DeliveryState.QUEUED]


def test_a_room_configured_anew_gets_cards_and_the_old_one_is_told_nothing_more(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    desk.rooms = (Room("fake", "there"),)
    desk.save(claim(desk.ticket(number), "佐藤"))
    desk.settle(desk.keep(Text("二台です")), Record(number, Action.SAID, text="二台です"))
    desk.notify()
    assert shown(desk) == [
        ("there", f"#{number} claimed 佐藤", Aim.POST, False),
        ("there", "said: 二台です", Aim.POST, True),
    ]


def test_a_card_that_somebody_deleted_is_made_anew_with_what_was_lost_below_it(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    desk.settle(desk.keep(Text("二台です")), Record(number, Action.SAID, text="二台です"))
    desk.notify()
    [lost] = desk.kept.claim()
    desk.kept.do(outbox.fail, lost, UNPACED, MONDAY, "thread_not_found")
    desk.notify()
    assert shown(desk) == [
        ("room", f"#{number} new -", Aim.POST, False),
        ("room", "said: 二台です", Aim.POST, True),
    ]
    desk.notify()
    assert shown(desk) == []


def test_a_card_that_cannot_be_revised_for_it_is_gone_is_made_anew(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    desk.save(claim(desk.ticket(number), "佐藤"))
    desk.notify()
    [revision] = desk.kept.claim()
    desk.kept.do(outbox.fail, revision, UNPACED, MONDAY, "message_not_found")
    desk.notify()
    assert shown(desk) == [("room", f"#{number} claimed 佐藤", Aim.POST, False)]


def test_the_card_of_a_closed_ticket_is_not_made_anew(desk: StaffDesk) -> None:
    number = desk.open()
    desk.notify()
    shown(desk)
    desk.save(close(desk.ticket(number), Resolution.ANSWERED, MONDAY))
    desk.notify()
    [revision] = desk.kept.claim()
    desk.kept.do(outbox.fail, revision, UNPACED, MONDAY, "message_not_found")
    desk.notify()
    assert shown(desk) == []


def test_a_thread_does_not_wait_for_a_doubt_in_another(desk: StaffDesk) -> None:
    first, second = desk.open("一", "a"), desk.open("二", "b")
    desk.notify()
    shown(desk)
    for number, address in ((first, "a"), (second, "b"), (second, "b")):
        desk.settle(desk.keep(Text("x"), address), Record(number, Action.SAID, text=f"{number}へ"))
    desk.notify()
    [doubtful] = [one for one in desk.kept.claim() if one.reply.text.startswith(f"said: {first}")]
    desk.kept.do(outbox.doubt, doubtful, UNPACED, MONDAY, MONDAY + timedelta(hours=1), "timeout")
    assert [text for _, text, _, _ in shown(desk)] == [f"said: {second}へ"] * 2


def test_a_thread_waits_for_its_card(desk: StaffDesk) -> None:
    desk.open()
    desk.notify()
    [card] = desk.kept.claim()
    desk.kept.do(outbox.doubt, card, UNPACED, MONDAY, MONDAY + timedelta(hours=1), "timeout")
    assert desk.kept.claim() == []


def test_what_rings_is_posted_before_what_does_not(desk: StaffDesk) -> None:
    first, urgent = desk.open("一", "a"), desk.open("助けて", "b")
    for number, loud in ((first, False), (urgent, True)):
        card = Reply(str(number), marks=StaffMarks(heading=str(number), loud=loud))
        desk.kept.do(notices.show, desk.ticket(number), card, desk.rooms, MONDAY)
    assert [text for _, text, _, _ in shown(desk)] == [str(urgent), str(first)]
