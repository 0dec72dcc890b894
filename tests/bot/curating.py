"""A small book on a shelf, a house with a curator, and tickets and answers to work with."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Session

from bot.curation import Curation
from bot.house import CONSOLE, House, Room
from bot.shelf import Shelf
from bot.store.models import Conversation, Delivery, DeliveryState
from bot.store.transactions import Store
from handlers.effects import DraftEntry, OpenTicket, Reply
from handlers.rules import Member, Role
from knowledge.build import Edition, first_edition
from knowledge.finding import Outcome
from knowledge.load import load_content
from knowledge.schema import Entry
from tests.bot.fakes import MONDAY, FixedClock, message
from tests.bot.kept import Kept
from tests.knowledge.folder import entry, write_folder

CURATOR = Member("佐藤", (Role.STAFF, Role.CURATOR))
HOUSE = House(
    members=MappingProxyType({(CONSOLE, "sato"): CURATOR, (CONSOLE, "suzuki"): Member("鈴木")}),
    rooms=(Room("slack", "C1"),),
)
CORRECTION = {"correction": {"ja": "「{title}」を改めました。\n\n{answer}"}}


def phrases() -> dict[str, Any]:
    return {"phrases.yaml": {"menu": ["fee"], "phrases": {"welcome": {"ja": "ようこそ"}, **CORRECTION}}}


def small_edition(folder: Path) -> Edition:
    content = load_content(write_folder(folder, phrases()))
    return first_edition(content, folder / "templates", folder / "cache")


def new_entry(name: str = "park", **other: Any) -> Entry:
    return Entry.model_validate(entry(name, **other))


def curation(store: Store, edition: Edition, clock: FixedClock | None = None) -> Curation:
    return Curation(store, Shelf(edition, store), HOUSE, clock or FixedClock())


class Work(Kept):
    """What tests do with drafts and answers."""

    def draft(self, question: str, answer: str, key: str = "d1") -> int:
        """A draft made when a ticket was closed; its ticket."""
        inbound = self.keep(message(question, key))
        opened = OpenTicket(inbound, question, urgent=False, reason="unknown")
        self.do(_settle, inbound, [opened, DraftEntry(inbound, question, answer, "佐藤")])
        return inbound

    def answered(
        self, text: str, address: str, at: datetime = MONDAY, channel: str = "fake", entries: tuple[str, ...] = ("fee",)
    ) -> int:
        """An answer that reached a conversation; its delivery."""
        key = f"{address}-{at.timestamp()}-{text}"
        inbound = self.keep(message("参加費は", key, address, channel))
        self.do(_settle, inbound, [Reply(text, Outcome.ANSWER, entries, question="参加費は")])
        number = self.delivery().id
        self.do(_arrived, number, at)
        return number

    def gone(self, address: str) -> None:
        self.do(_gone, address)

    def rows(self, table: type[DeclarativeBase]) -> Sequence[Any]:
        return self.do(lambda session: session.scalars(select(table)).all())

    def told(self) -> list[tuple[str, str]]:
        """What waits to be sent, with where it goes."""
        return self.do(_waiting)


def _settle(session: Session, inbound: int, effects: Sequence[Any]) -> None:
    from bot.store.models import InboundState
    from tests.bot.alone import settle

    settle(session, inbound, InboundState.DONE, effects, MONDAY)


def _arrived(session: Session, number: int, at: datetime) -> None:
    delivery = session.get_one(Delivery, number)
    delivery.state, delivery.created_at, delivery.sent_at = DeliveryState.SENT, at, at


def _gone(session: Session, address: str) -> None:
    session.scalars(select(Conversation).where(Conversation.address == address)).one().gone = "blocked"


def _waiting(session: Session) -> list[tuple[str, str]]:
    found = (
        select(Conversation.address, Delivery)
        .join(Delivery, Delivery.conversation_id == Conversation.id)
        .where(Delivery.state == DeliveryState.QUEUED)
        .order_by(Conversation.address, Delivery.id)
    )
    return [(address, delivery.payload.text) for address, delivery in session.execute(found)]


def run(work: Any) -> Any:
    """Wait for what is done beside the event loop."""
    return asyncio.run(work)
