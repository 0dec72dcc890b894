"""A desk with one staff room, and what tests do with it: cards are plain, decisions are given."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.house import House, Room
from bot.notifier import Notifier
from bot.pacing import UNLIMITED as UNPACED
from bot.store import outbox, tickets
from bot.store.models import Delivery, DeliveryState, InboundState
from bot.store.notices import Changed
from bot.store.transactions import Store
from handlers.effects import Effect, OpenTicket, Reply, SaveTicket, StaffMarks
from handlers.message import Content, Message, Text
from handlers.rules import Member
from handlers.situation import Situation
from handlers.ticket import Event, Ticket
from tests.bot.alone import recall, settle
from tests.bot.fakes import MONDAY, FixedClock
from tests.bot.kept import Kept

ROOM = Room("fake", "room", leads=("lead",))
HOUSE = House(members={("fake", "sato"): Member("佐藤"), ("fake", "suzuki"): Member("鈴木")}, rooms=(ROOM,))


class PlainCards:
    """Says in short what a real card says in sentences."""

    def card(self, changed: Changed) -> Reply:
        ticket = changed.ticket
        twins = "".join(f" ={twin.number}" for twin in changed.twins)
        text = f"#{ticket.number} {ticket.state} {ticket.owner or '-'}{twins}"
        return Reply(text, marks=StaffMarks(heading=f"#{ticket.number}", invites=f"reply:{ticket.number}"))

    def post(self, event: Event, ticket: Ticket) -> Reply | None:
        return Reply(f"{event.action}: {event.text}", marks=StaffMarks(invites=f"reply:{ticket.number}"))

    def answer(self, event: Event, state: str, error: str | None) -> Reply:
        return Reply(f"{event.actor}: {event.text} [{state}{' ' + error if error else ''}]")


async def always(_name: str) -> bool:
    return True


def nobody() -> None:
    """Is told, and does nothing."""


@dataclass
class StaffDesk:
    """A store in which participants write at `a`, `b` … and staff in the room."""

    store: Store
    house: House = HOUSE
    clock: FixedClock = field(default_factory=FixedClock)
    rooms: Sequence[Room] = (ROOM,)
    keys: "count[int]" = field(default_factory=count)

    @property
    def kept(self) -> Kept:
        return Kept(self.store)

    def keep(
        self, content: Content, address: str = "a", person: str = "", ref: str | None = None, answers: str | None = None
    ) -> int:
        """Something that somebody does; its id."""
        key = f"k{next(self.keys)}"
        at = self.clock.now()
        return self.kept.keep(Message("fake", address, person or address, key, at, content, ref, answers))

    def settle(self, inbound: int, *effects: Effect, now: datetime = MONDAY) -> int:
        assert self.kept.do(settle, inbound, InboundState.DONE, effects, now)
        return inbound

    def open(self, question: str = "駐車場は？", address: str = "a") -> int:
        """A ticket; its number."""
        inbound = self.keep(Text(question), address)
        return self.settle(inbound, OpenTicket(inbound, question, urgent=False, reason="gap"))

    def situation(self, inbound: int) -> Situation:
        return self.kept.do(recall, inbound, self.clock.now(), self.house)[1]

    def ticket(self, number: int) -> Ticket:
        found = self.kept.do(tickets.ticket, number)
        assert found is not None
        return found

    def save(self, ticket: Ticket, *effects: Effect) -> None:
        """Staff change a ticket, by something written in the room."""
        self.settle(self.keep(Text("x"), "room", "sato"), SaveTicket(ticket), *effects)

    def notify(self) -> None:
        notifier = Notifier(self.store, PlainCards(), self.rooms, self.clock, always, nobody)
        asyncio.run(notifier.show_all())

    def deliver(self, channel: str = "fake") -> list[outbox.Claimed]:
        """Everything in the queue arrives, in order; what it was."""
        delivered: list[outbox.Claimed] = []
        while claimed := self.kept.claim(channel=channel):
            for one in claimed:
                self.kept.do(outbox.sent, one, UNPACED, MONDAY, MONDAY, f"r{one.id}", f"r{one.id}")
            delivered += claimed
        return delivered

    def waiting(self) -> list[Delivery]:
        return [one for one in self.kept.deliveries() if one.state is DeliveryState.QUEUED]
