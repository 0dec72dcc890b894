"""A shop owner who applies, with the real decisions and a situation that follows from them."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from handlers.effects import DropIntake, Effect, OpenTicket, Remember, Reply, SaveIntake, SaveTicket
from handlers.intake import Intake
from handlers.message import Content, Edit, Media, Tap, Text
from handlers.situation import Offered, Situation
from handlers.ticket import Ticket
from knowledge.book import Book
from tests.handlers.asking import NOW, decided
from tests.moments import at

TOLD = ("みどり食堂", "千葉県船橋市", "体験と見学", "配膳と店内の清掃", "送迎はできません", "佐藤 090-1234-5678")


@dataclass
class Owner:
    """Says and taps; `effects` are those of what they did last, `done` counts what they did."""

    book: Book
    situation: Situation = field(default_factory=lambda: Situation(at(NOW), (), 7))
    effects: list[Effect] = field(default_factory=list)
    offers: Reply = field(default_factory=lambda: Reply(""))
    done: int = 0

    def says(self, *texts: str) -> str:
        """Writes, one message after another; the last reply."""
        for text in texts:
            self.does(Text(text))
            self.situation = replace(self.situation, before=text)
        return self.heard

    def taps(self, *labels: str) -> str:
        """Taps what the latest reply with choices offers; the last reply."""
        for label in labels:
            [value] = [choice.value for choice in self.offers.choices if choice.label == label]
            self.does(Tap(value, 1))
        return self.heard

    def forges(self, value: str) -> str:
        """Taps what nobody offered."""
        self.does(Tap(value))
        return self.heard

    def edits(self, old: str, new: str) -> str:
        self.situation = replace(self.situation, before=old)
        self.does(Edit(new))
        return self.heard

    def sends(self, kind: str, caption: str = "") -> str:
        self.does(Media(kind, caption))
        return self.heard

    def waits(self, **time: float) -> None:
        self.situation = replace(self.situation, now=self.situation.now + timedelta(**time))

    def has(self, *tickets: Ticket) -> None:
        self.situation = replace(self.situation, tickets=tickets)

    @property
    def heard(self) -> str:
        """The last reply; "" where there was none."""
        return next((effect.text for effect in reversed(self.effects) if isinstance(effect, Reply)), "")

    @property
    def offered(self) -> list[str]:
        return [choice.label for choice in self.offers.choices]

    def told(self, name: str) -> str | None:
        """The answer to a field as it stands."""
        return None if self.intake is None else self.intake.answer(name)

    @property
    def intake(self) -> Intake | None:
        return self.situation.intake

    @property
    def form(self) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """The field that is asked for, and all answers."""
        return None if self.intake is None else (self.intake.step, self.intake.answers)

    @property
    def sent(self) -> list[OpenTicket]:
        return [effect for effect in self.effects if isinstance(effect, OpenTicket)]

    def does(self, content: Content) -> None:
        self.done += 1
        self.effects = decided(self.book, content, self.situation)
        for effect in self.effects:
            self._apply(effect)
        self.waits(seconds=15)

    def _apply(self, effect: Effect) -> None:
        match effect:
            case SaveIntake(intake):
                self.situation = replace(self.situation, intake=intake)
            case DropIntake():
                self.situation = replace(self.situation, intake=None)
            case OpenTicket():
                self._open(effect)
            case SaveTicket(ticket):
                others = (one for one in self.situation.tickets if one.number != ticket.number)
                self.has(*others, replace(ticket, version=ticket.version + 1))
            case Remember(turn):
                self.situation = replace(self.situation, turns=(*self.situation.turns, turn))
            case Reply():
                self._hear(effect)
            case _:
                pass

    def _open(self, opened: OpenTicket) -> None:
        now = self.situation.now
        ticket = Ticket(
            opened.number, "web", "p", opened.question, opened.urgent, opened.reason, now, opened.kind, asked_at=now
        )
        self.has(*self.situation.tickets, ticket)
        self.situation = replace(self.situation, fresh_ticket=opened.number + 1)

    def _hear(self, reply: Reply) -> None:
        if reply.choices:
            self.offers = reply
            values = tuple(choice.value for choice in reply.choices)
            offered = Offered(1, reply.question, reply.outcome, reply.entries, values)
            self.situation = replace(self.situation, offered=offered)


def applying(book: Book, *told: str) -> Owner:
    """Somebody who began, and told this."""
    owner = Owner(book)
    owner.says("協力事業所に登録したい", *told)
    return owner


def ready(book: Book) -> Owner:
    """Somebody who sees the summary of TOLD."""
    owner = applying(book, *TOLD)
    owner.taps("同意する")
    return owner
