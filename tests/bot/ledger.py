"""What a busy desk has in its database, held against what was promised. The life of a ticket is told here once more,
by its history alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.house import House, Room
from bot.store.desk_models import Card, Event, Ticket
from bot.store.models import Base, Conversation, Delivery, DeliveryState, Inbound, InboundState
from bot.store.notices import ANSWERING, CHANGING
from handlers.message import Edit, Media, Text
from handlers.ticket import Action
from handlers.ticket import TicketState as State

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Life:
    """What a ticket has come to: its state, in whose hand it is, whether the bot is silent, which answers stand to
    what the participant said last."""

    state: State = State.NEW
    owner: str | None = None
    silent: bool = False
    standing: frozenset[int] = frozenset()

    def after(self, event: Event) -> "Life":
        """What it comes to by this."""
        match event.action:
            case Action.SAID | Action.EDITED:
                return replace(self, state=self.idle, standing=frozenset())
            case Action.CLAIMED | Action.HANDED:
                return self._taken(event.actor if event.action is Action.CLAIMED else event.text)
            case Action.RELEASED:
                return replace(self, state=State.NEW, owner=None)
            case Action.REPLIED | Action.ASKED_BACK:
                return self._answered(event)
            case Action.WITHDRAWN:
                return self._taken_back(event.line or 0)
            case Action.WAITING:
                return replace(self, state=State.WAITING)
            case Action.CLOSED | Action.CANCELLED | Action.EXPIRED:
                return replace(self, state=State.CLOSED, silent=False)
            case Action.REOPENED:
                return self._reopened(event.actor or None)
            case Action.BOT_WANTED:
                return replace(self, silent=False)
            case _:
                return self

    @property
    def idle(self) -> State:
        return State.CLAIMED if self.owner else State.NEW

    def _taken(self, owner: str) -> "Life":
        state = State.CLAIMED if self.state is State.NEW else self.state
        return replace(self, state=state, owner=owner, silent=True)

    def _answered(self, event: Event) -> "Life":
        state = State.CLAIMED if event.action is Action.REPLIED else State.WAITING
        standing = self.standing | {event.line or 0}
        return Life(state, self.owner or event.actor, True, standing)

    def _taken_back(self, line: int) -> "Life":
        is_again_open = self.state is not State.CLOSED and self.standing == {line}
        return replace(self, state=self.idle if is_again_open else self.state, standing=self.standing - {line})

    def _reopened(self, by: str | None) -> "Life":
        return replace(self, state=State.CLAIMED if by else State.NEW, owner=by, silent=by is not None)


@dataclass(frozen=True)
class Ledger:
    """All rows, each kind in the order of their ids."""

    tickets: Sequence[Ticket]
    events: Sequence[Event]
    inbounds: Sequence[Inbound]
    deliveries: Sequence[Delivery]
    cards: Sequence[Card]
    conversations: Mapping[int, Conversation]
    house: House = field(repr=False)

    @property
    def lives(self) -> dict[int, Life]:
        """What each ticket has come to, by its history."""
        lives: dict[int, Life] = {}
        for event in self.events:
            if event.action is Action.OPENED:
                assert event.ticket not in lives, "opened twice"
                lives[event.ticket] = Life()
            lives[event.ticket] = lives[event.ticket].after(event)
        return lives

    def silenced(self) -> set[str]:
        """Those to whom a person talks, so that the bot is silent."""
        lives = self.lives
        return {one.person for one in self.tickets if lives[one.number].silent}

    def is_room(self, conversation_id: int) -> bool:
        found = self.conversations[conversation_id]
        return self.house.is_room(found.channel, found.address)

    def of_participants(self) -> Iterable[Inbound]:
        """What participants wrote, taps apart."""
        return (one for one in self.inbounds if not self.is_room(one.conversation_id))

    def unanswered(self) -> list[str]:
        """Texts that were neither answered nor came to a ticket, by their keys; edits that change nothing apart."""
        met = {one.inbound_id for one in self.deliveries}
        met |= {line for one in self.events for line in (one.line, one.inbound_id) if line is not None}
        said: dict[tuple[str, str | None], str] = {}
        missing = []
        for one in self.of_participants():
            words = _words(one.content)
            if words is None:
                continue
            is_same = isinstance(one.content, Edit) and said.get((one.person, one.ref)) == words
            said[one.person, one.ref] = words
            if one.state is InboundState.DONE and one.id not in met and not is_same:
                missing.append(one.key)
        return missing

    def to_participants(self) -> list[Delivery]:
        return [one for one in self.deliveries if not self.is_room(one.conversation_id)]

    def in_room(self, room: Room) -> list[Delivery]:
        """What is posted in a room."""
        own = {k for k, one in self.conversations.items() if (one.channel, one.place) == (room.channel, room.place)}
        return [one for one in self.deliveries if one.conversation_id in own]

    def thread(self, card: int) -> list[Delivery]:
        """What was posted in the thread of a card."""
        return [one for one in self.deliveries if one.root == card and one.aim == "post"]

    def ticket(self, number: int) -> Ticket:
        return next(one for one in self.tickets if one.number == number)

    def delivery(self, number: int) -> Delivery:
        return next(one for one in self.deliveries if one.id == number)

    def about(self, answer: int) -> Event:
        """The last event about an answer."""
        return [one for one in self.events if one.line == answer and one.action in (*ANSWERING, *CHANGING)][-1]

    def carrier(self, answer: int) -> Delivery:
        """What carries an answer as it was written last: it, or the latest change that was not overtaken."""
        own = [one for one in self.deliveries if one.id == answer or one.of == answer]
        return [one for one in own if one.told is not None or one.state is not DeliveryState.CANCELLED][-1]

    def states(self) -> Counter[DeliveryState]:
        return Counter(one.state for one in self.deliveries)


def _words(content: object) -> str | None:
    match content:
        case Text(text):
            return text
        case Edit(text):
            return text
        case Media(caption=caption):
            return caption or "photo"
        case _:
            return None


def read_ledger(session: Session, house: House) -> Ledger:
    """Everything as it is now."""

    def all_of(kind: type[Row], order: object) -> Sequence[Row]:
        return session.scalars(select(kind).order_by(order)).all()  # type: ignore[arg-type]

    conversations = session.scalars(select(Conversation)).all()
    return Ledger(
        all_of(Ticket, Ticket.number),
        all_of(Event, Event.id),
        all_of(Inbound, Inbound.id),
        all_of(Delivery, Delivery.id),
        session.scalars(select(Card)).all(),
        {one.id: one for one in conversations},
        house,
    )
