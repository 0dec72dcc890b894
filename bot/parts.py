"""What a running desk is made of."""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from bot.cards import BookCards
from bot.clock import Clock, RealClock, clock_from
from bot.config import Config
from bot.deciders import Deciders
from bot.house import House, house_of
from bot.leadership import Leadership
from bot.lookup import Lookup
from bot.notifier import Cards
from bot.ports import Beside, Decide, Wording, Words
from bot.reading import BookWording, read_edition
from bot.shelf import Shelf
from bot.store.engine import open_engine
from bot.store.schema import ensure_current
from bot.store.transactions import Store
from bot.tender import Due
from knowledge.book import Book
from knowledge.build import Edition
from knowledge.quiet import Quiet

SECRET_BYTES = 32


def ensure_database(config: Config) -> None:
    """Raises DatabaseUnreachable and DatabaseNotReady. Leaves nothing open."""
    engine = open_engine(config.database.get_secret_value())
    try:
        ensure_current(engine)
    finally:
        engine.dispose()


def open_store(config: Config) -> Store:
    """The database, ready for use. Raises DatabaseUnreachable and DatabaseNotReady."""
    ensure_database(config)
    return Store(open_engine(config.database.get_secret_value()))


def draw_holder() -> str:
    """A name for this process that no other has, by which it holds what it works on."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def draw_secret() -> str:
    """A new string that nobody can guess, of 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True)
class DeskSide:
    """What staff are shown of tickets, what is due on them as time goes by, and what staff look up."""

    cards: Cards
    due: Due
    wording: Wording
    lookup: Lookup
    book: Callable[[], Book]


def desk_side(store: Store, house: House, clock: Clock, book: Callable[[], Book]) -> DeskSide:
    """The other side of the desk, in the words of the book as it is at each time."""
    cards = BookCards(book, house.rules, clock)
    return DeskSide(cards, cards.due, BookWording(book), Lookup(store, book, clock), book)


@dataclass(frozen=True)
class Parts:
    """What every running desk is made of. `machine` is the real clock, whatever `clock` is set to.

    `shelf` takes up what curators publish while the desk runs. `beside` decides in other processes.
    """

    config: Config
    words: Words
    decide: Decide
    store: Store
    clock: Clock
    machine: Clock = field(default_factory=RealClock)
    holder: str = field(default_factory=draw_holder)
    desk_side: DeskSide | None = None
    shelf: Shelf | None = None
    beside: Beside | None = None

    @cached_property
    def house(self) -> House:
        """The staff and their rooms."""
        return house_of(self.config)

    @cached_property
    def quiet(self) -> Quiet:
        """The hours in which notices wait that are not urgent."""
        hours = self.config.notices.quiet
        return Quiet(hours.begins, hours.ends)

    @cached_property
    def leadership(self) -> Leadership:
        """What this process alone may do."""
        return Leadership(self.store, self.holder, self.machine, self.config.delivery.hold_seconds)


@dataclass(frozen=True)
class Begun:
    """Who decides beside this process, and the edition that all begin with."""

    edition: Edition
    deciders: Deciders


async def open_desk(config: Config, beside: Begun | None = None) -> Parts:
    """A desk with the book as it is now, and all that was published.

    Raises DatabaseUnreachable, DatabaseNotReady and ContentBroken.
    """
    store = open_store(config)
    shelf = await _shelf(config, store, beside)
    await shelf.look()
    clock = clock_from(config.clock.start, config.clock.speed)
    side = desk_side(store, house_of(config), clock, lambda: shelf.book)
    decide = beside.deciders.decide if beside else None
    return Parts(config, shelf, shelf.decide, store, clock, desk_side=side, shelf=shelf, beside=decide)


async def _shelf(config: Config, store: Store, beside: Begun | None) -> Shelf:
    if beside is None:
        return Shelf(read_edition(config.knowledge), store)
    await beside.deciders.open()
    return Shelf(beside.edition, store, beside.deciders.follow)
