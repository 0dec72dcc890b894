"""What the tests of the contract expect to hear, look up in the database of a desk, and do there as staff would."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.desk_models import Ticket
from bot.store.engine import open_engine
from bot.store.models import Delivery, DeliveryState, Inbound, Rating
from bot.store.posting import post_to_participant
from bot.store.tickets import save, value_of
from handlers.closing import closing_note
from handlers.effects import Reply
from handlers.rules import Rules
from handlers.ticket import Resolution, close
from knowledge.book import Book
from tests.bot.channels.door import Door, Heard
from tests.bot.fakes import MONDAY

R = TypeVar("R")


def answer(door: Door, text: str, before: Sequence[str] = ()) -> Heard:
    """How the simple decision answers a text, after others."""
    return Heard(f"{text}ですね({'、'.join(before)})", (door.source("チラシ"),), door.ratings)


def joined(posts: Sequence[Heard]) -> Heard:
    """Several posts as the one reply that they are: everything to tap and to cite stands under the last."""
    *first, last = posts
    assert [(post.sources, post.buttons) for post in first] == [((), ())] * len(first)
    return Heard("".join(post.text for post in posts), last.sources, last.buttons)


def in_database(door: Door, job: Callable[[Session], R]) -> R:
    """What a look into the database of the desk gives."""
    engine = open_engine(door.desk.config.database.get_secret_value())
    try:
        with Session(engine) as session:
            return job(session)
    finally:
        engine.dispose()


def change_database(door: Door, job: Callable[[Session], object]) -> None:
    """Do something in the database of the desk, as another process could."""
    engine = open_engine(door.desk.config.database.get_secret_value())
    try:
        with Session(engine) as session, session.begin():
            job(session)
    finally:
        engine.dispose()


def latest_delivery(session: Session) -> Delivery:
    return session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()


def newest_ticket(session: Session) -> Ticket:
    return session.scalars(select(Ticket).order_by(Ticket.number.desc()).limit(1)).one()


def post_for_staff(session: Session, reply: Reply) -> None:
    post_to_participant(session, newest_ticket(session).number, reply, None, MONDAY)


def close_with_note(session: Session, book: Book) -> None:
    """As staff close a ticket."""
    closed = close(value_of(newest_ticket(session)), Resolution.ANSWERED, MONDAY)
    save(session, closed)
    post_for_staff(session, closing_note(closed, book, Rules()))


def count_kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Inbound)) or 0


def count_underway(session: Session) -> int:
    underway = Delivery.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN])
    return session.scalar(select(func.count()).where(underway)) or 0


def ratings(session: Session) -> list[bool]:
    return list(session.scalars(select(Rating.helpful)))
