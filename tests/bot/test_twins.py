"""Open tickets that ask the same are found together, whoever looks and however often."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import tickets
from bot.store.desk_models import Event, Ticket
from bot.store.transactions import Store
from bot.twins import Twins
from handlers.effects import OpenTicket
from handlers.ticket import Action, Resolution, TicketKind, close
from knowledge.book import Book
from tests.bot.fakes import MONDAY, FixedClock, message
from tests.bot.kept import Kept

PARKING = ("会場に駐車場はありますか", "車で行きたいのですが、駐車場はありますか", "駐車場の有無を教えてください")
FAX = "ＦＡＸで申し込みたいので番号を教えてください"


class Asked(Kept):
    """People who ask staff."""

    def ask(self, question: str, **other: Any) -> int:
        opened = {"urgent": False, "reason": "unknown"} | other
        number = self.count(Ticket) + 1
        inbound = self.keep(message(question, f"q{number}", f"p{number}"))
        from bot.store.models import InboundState
        from tests.bot.alone import settle

        self.do(settle, inbound, InboundState.DONE, [OpenTicket(inbound, question, **opened)], MONDAY)
        return inbound

    def groups(self) -> dict[int, int | None]:
        rows = self.do(lambda session: session.scalars(select(Ticket).order_by(Ticket.number)).all())
        return {row.number: row.same_as for row in rows}


@pytest.fixture
def asked(store: Store) -> Asked:
    return Asked(store)


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def twins(store: Store, book: Book, calls: list[str]) -> Twins:
    return Twins(store, lambda: book, FixedClock(), lambda: calls.append("done"))


def group(twins: Twins) -> None:
    asyncio.run(twins.group())


def test_questions_that_ask_the_same_stand_with_the_oldest(asked: Asked, twins: Twins, calls: list[str]) -> None:
    first, fax, second, third = (asked.ask(question) for question in (PARKING[0], FAX, *PARKING[1:]))
    group(twins)
    assert asked.groups() == {first: first, fax: None, second: first, third: first}
    events = asked.do(lambda session: session.scalars(select(Event).where(Event.action == Action.GROUPED)).all())
    assert [(event.ticket, event.text, event.actor) for event in events] == [
        (second, str(first), ""),
        (third, str(first), ""),
    ]
    assert calls == ["done", "done"]


def test_looking_again_changes_nothing(asked: Asked, twins: Twins, store: Store, book: Book) -> None:
    for question in PARKING:
        asked.ask(question)
    group(twins)
    before = _versions(asked)
    group(twins)
    group(Twins(store, lambda: book, FixedClock(), lambda: None))
    assert _versions(asked) == before


def _versions(asked: Asked) -> list[int]:
    return list(asked.do(lambda session: session.scalars(select(Ticket.version).order_by(Ticket.number)).all()))


def test_who_asks_later_joins_although_the_oldest_is_closed(asked: Asked, twins: Twins) -> None:
    first, second = asked.ask(PARKING[0]), asked.ask(PARKING[1])
    group(twins)
    asked.do(_close, first)
    third = asked.ask(PARKING[2])
    group(twins)
    assert asked.groups() == {first: first, second: first, third: first}


def test_a_question_alone_joins_nobody_who_is_served_already(asked: Asked, twins: Twins) -> None:
    first = asked.ask(PARKING[0])
    group(twins)
    asked.do(_close, first)
    second = asked.ask(PARKING[1])
    group(twins)
    assert asked.groups() == {first: None, second: None}


def _close(session: Session, number: int) -> None:
    ticket = tickets.ticket(session, number)
    assert ticket is not None
    tickets.save(session, close(ticket, Resolution.ANSWERED, MONDAY))


@pytest.mark.parametrize("other", [{"urgent": True}, {"kind": TicketKind.EMPLOYER}])
def test_people_in_danger_and_businesses_are_answered_alone(asked: Asked, twins: Twins, other: dict[str, Any]) -> None:
    first, second = asked.ask(PARKING[0]), asked.ask(PARKING[0], **other)
    group(twins)
    assert asked.groups() == {first: None, second: None}


def test_two_processes_at_once_group_each_ticket_once(asked: Asked, store: Store, book: Book) -> None:
    numbers = [asked.ask(question) for question in PARKING]

    async def both() -> None:
        two = [Twins(store, lambda: book, FixedClock(), lambda: None) for _ in range(2)]
        await asyncio.gather(*(twins.group() for twins in two))

    asyncio.run(both())
    assert set(asked.groups().values()) == {numbers[0]}
    events = asked.do(lambda session: session.scalars(select(Event.ticket).where(Event.action == Action.GROUPED)).all())
    assert sorted(events) == numbers[1:]
