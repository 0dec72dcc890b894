"""What came of a crash test with tickets: what people saw and what staff saw, held against the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.store.desk_models import Ticket
from bot.store.models import Delivery, DeliveryState, InboundState
from bot.store.notices import ANSWERING
from handlers.ticket import Action, TicketState
from tests.bot.ledger import Ledger
from tests.bot.rooms import Sight

ARRIVED = "届きました"


@dataclass(frozen=True)
class TicketFaults:
    """What must not be: all of it empty, and each count 0.

    `opened` has how many tickets a question has, where that is not one. `misplaced` are second messages that are not
    once on the ticket. `redecided` were answered by staff more than once, `doubled` reached the participant more than
    once though sent once. `unseen` are answers of whose arrival staff are not told. `left` counts deliveries of unknown
    outcome that wait for an operator, `unsent` those that wait for anything else.
    """

    opened: Mapping[str, int] = field(default_factory=dict)
    unclosed: tuple[int, ...] = ()
    astray: tuple[int, ...] = ()
    misplaced: tuple[str, ...] = ()
    cardless: tuple[int, ...] = ()
    unanswered: tuple[str, ...] = ()
    redecided: tuple[int, ...] = ()
    doubled: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    undecided: int = 0
    untold: int = 0
    unshown: int = 0
    mistold: int = 0
    left: int = 0
    unsent: int = 0


@dataclass(frozen=True)
class TicketCourse:
    """One run: what each person asked and was told, what stands in the staff room, and the database at the end."""

    asked: Mapping[str, Sequence[str]]
    chats: Mapping[str, Sequence[str]]
    sights: Sequence[Sight]
    ledger: Ledger = field(repr=False)
    kills: int
    seconds: float = field(compare=False, default=0.0)

    @property
    def questions(self) -> list[str]:
        return [question for asked in self.asked.values() for question in asked]

    def faults(self) -> TicketFaults:
        """All that went wrong, duplicates apart that may be."""
        now, sent = self.ledger, (DeliveryState.SENT, DeliveryState.CANCELLED)
        replied = Counter(event.ticket for event in now.events if event.action is Action.REPLIED)
        return TicketFaults(
            opened={question: n for question in self.questions if (n := len(self._tickets(question))) != 1},
            unclosed=tuple(one.number for one in now.tickets if one.state is not TicketState.CLOSED),
            astray=tuple(one.number for one in now.tickets if one.state is not now.lives[one.number].state),
            misplaced=tuple(question for question in self.questions if not self._is_followed(question)),
            cardless=tuple(one.number for one in now.tickets if not self._has_card(one)),
            unanswered=tuple(question for question in self.questions if not self._heard(question)),
            redecided=tuple(number for number, times in replied.items() if times > 1),
            doubled=tuple(question for question in self.questions if self._is_doubled(question)),
            unseen=tuple(question for question in self.questions if not self._is_seen(question)),
            leaked=tuple(text for chat in self.chats.values() for text in chat if "ひとりごと" in text),
            undecided=sum(one.state is not InboundState.DONE for one in now.inbounds),
            untold=sum(not event.told for event in now.events),
            unshown=sum(one.shown != one.version for one in now.tickets),
            mistold=sum(one.told is not None and one.told != one.state for one in now.deliveries),
            left=sum(_is_left(one) for one in now.deliveries),
            unsent=sum(one.state not in sent and not _is_left(one) for one in now.deliveries),
        )

    @property
    def replies(self) -> int:
        """How often staff answered."""
        return sum(event.action is Action.REPLIED for event in self.ledger.events)

    @property
    def posts(self) -> int:
        """All that was posted, to participants and to staff."""
        return len(self.sights) + sum(map(len, self.chats.values()))

    def duplicates(self) -> int:
        """Posts beyond one a delivery."""
        return self.posts - sum(one.aim == "post" and one.state is DeliveryState.SENT for one in self.ledger.deliveries)

    def card_copies(self) -> int:
        """Cards in the room beyond one a ticket."""
        shown = sum(_is_card(sight) for sight in self.sights)
        return shown - len(self.ledger.cards)

    def _tickets(self, question: str) -> list[Ticket]:
        return [one for one in self.ledger.tickets if question in one.question]

    def _is_followed(self, question: str) -> bool:
        numbers = [one.number for one in self._tickets(question)]
        said = [event.ticket for event in self.ledger.events if f"{question}の続き" in event.text]
        return said == numbers

    def _has_card(self, ticket: Ticket) -> bool:
        rows = [one for one in self.ledger.cards if one.ticket == ticket.number]
        seen = [sight for sight in self.sights if _is_card(sight) and ticket.question in sight.text]
        return len(rows) == 1 and len(seen) > 0

    def _heard(self, question: str) -> int:
        """How often the one who asked got the answer."""
        [person] = [person for person, asked in self.asked.items() if question in asked]
        return sum(f"{question}の答え" in text for text in self.chats[person])

    def _is_doubled(self, question: str) -> bool:
        numbers = {one.number for one in self._tickets(question)}
        lines = {e.line for e in self.ledger.events if e.ticket in numbers and e.action in ANSWERING}
        tries = sum(one.tries for one in self.ledger.deliveries if one.id in lines)
        return self._heard(question) > tries

    def _is_seen(self, question: str) -> bool:
        return any(f"{question}の答え" in sight.text and ARRIVED in sight.text for sight in self.sights)


def _is_left(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.UNKNOWN and delivery.not_before is None


def _is_card(sight: Sight) -> bool:
    return sight.text.lstrip("*").startswith("#")
