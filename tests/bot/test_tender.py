"""What is done about open tickets as time goes by: once, and never over somebody's head."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.store import notices
from bot.store.transactions import Store
from bot.tender import Tender
from handlers.effects import Answer, Effect, Record, Reply, SaveTicket
from handlers.ticket import Action, Resolution, Ticket, claim, close
from tests.bot.fakes import MONDAY
from tests.bot.staffing import StaffDesk, nobody


@pytest.fixture
def desk(store: Store) -> StaffDesk:
    return StaffDesk(store)


def remind_once(ticket: Ticket, _now: datetime) -> Sequence[Effect]:
    if ticket.reminders:
        return []
    reminded = replace(ticket, reminders=1, apologised=True)
    sorry = Answer(ticket.number, Reply("お待たせしています"))
    return [SaveTicket(reminded), Record(ticket.number, Action.REMINDED), sorry]


def tend(desk: StaffDesk, times: int = 1) -> None:
    async def work() -> None:
        tender = Tender(desk.store, remind_once, desk.clock, nobody)
        await asyncio.gather(*(tender.tend() for _ in range(times)))

    asyncio.run(work())


def test_what_is_due_is_done_once_however_many_look(desk: StaffDesk) -> None:
    number = desk.open()
    tend(desk, times=3)
    tend(desk)
    assert [one.payload.text for one in desk.kept.deliveries()] == ["お待たせしています"]
    actions = [one.event.action for one in desk.kept.do(notices.news)]
    assert (desk.ticket(number).reminders, actions) == (1, [])
    desk.notify()
    assert [one.reply.text for one in desk.deliver() if one.address == "room"][1:] == [
        "opened: 駐車場は？",
        "reminded: ",
    ]


def test_the_word_of_the_desk_itself_is_not_reported_to_staff(desk: StaffDesk) -> None:
    desk.open()
    tend(desk)
    [sorry] = desk.kept.deliveries()
    assert (sorry.told, sorry.conversation_id) == (None, 1)


def test_a_closed_ticket_is_left_alone(desk: StaffDesk) -> None:
    number = desk.open()
    desk.save(close(desk.ticket(number), Resolution.ANSWERED, MONDAY))
    tend(desk)
    assert desk.kept.deliveries() == []


def test_what_somebody_did_meanwhile_is_not_undone(desk: StaffDesk) -> None:
    number = desk.open()

    def claimed_meanwhile(ticket: Ticket, now: datetime) -> Sequence[Effect]:
        effects = remind_once(ticket, now)
        if not desk.ticket(number).owner:
            desk.save(claim(desk.ticket(number), "佐藤"))
        return effects

    asyncio.run(Tender(desk.store, claimed_meanwhile, desk.clock, nobody).tend())
    ticket = desk.ticket(number)
    assert (ticket.owner, ticket.reminders, desk.kept.deliveries()) == ("佐藤", 0, [])
