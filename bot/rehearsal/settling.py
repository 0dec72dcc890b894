"""Lets the desk do everything that is at hand at one moment, down to the last post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.rehearsal.stage import Stage
from bot.store import tickets
from bot.store.desk_models import Event
from bot.store.desk_models import Ticket as Row
from bot.store.models import Delivery, DeliveryState
from bot.store.notices import ENDS
from bot.store.stuck import Verdict, settle_by_hand
from handlers.ticket import Ticket

# So long nothing happens after the process ended: longer than every hold and lease.
AWAY = timedelta(minutes=2)
ENDED = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


# Chores that the play does when something is due.
TIMED = frozenset({"announce", "tend", "group"})
UNDERWAY = (DeliveryState.QUEUED, *ENDED)

# Made once: to put a statement together takes longer than to run it.
CHANNELS = select(Delivery.channel).where(Delivery.state.in_(UNDERWAY)).distinct()
TO_SHOW = select(func.count()).where(Row.shown < Row.version).scalar_subquery()
TO_TELL = select(func.count()).where(Event.told.is_(False)).scalar_subquery()
TO_REPORT = (
    select(func.count())
    .where(Delivery.told.is_not(None), Delivery.state.in_(ENDS), Delivery.told != Delivery.state)
    .scalar_subquery()
)
NEWS = select(TO_SHOW, TO_TELL, TO_REPORT, select(func.max(Row.number)).scalar_subquery())


@dataclass(frozen=True)
class AtHand:
    """Channels with something to send, how much is to be shown to staff (cards, events, ends), the newest ticket."""

    channels: frozenset[str]
    news: tuple[int, int, int]
    newest: int | None


class Settling:
    """Drives what otherwise runs by itself. `tickets` are those that are open, as of the last time."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store = stage.parts.store
        self._grouped: int | None = None
        self.tickets: Sequence[Ticket] = ()

    async def do(self, chore: str) -> None:
        """One of the chores that the desk does at regular times, once."""
        await self._stage.chores[chore].do()

    async def do_others(self) -> None:
        """The chores that have no time of their own in the play."""
        for name in sorted(self._stage.chores.keys() - TIMED):
            await self.do(name)

    async def settle(self) -> None:
        """Everything is decided, shown to staff and delivered, until nothing changes any more."""
        await self._stage.desk.finish()
        before, found = None, await self._store.read(_at_hand)
        while found != before and (found.channels or any(found.news) or found.newest != self._grouped):
            await self._go_on(found)
            before, found = found, await self._store.read(_at_hand)

    async def _go_on(self, found: AtHand) -> None:
        if found.newest != self._grouped:
            await self.do("group")
            self._grouped = found.newest
        if any(found.news):
            await self._stage.notifier.show_all()
            self.tickets = await self._store.read(tickets.in_play)
        for name, courier in self._stage.couriers.items():
            if name in found.channels:
                await courier.step()

    async def recover(self) -> None:
        """Take up what the process before this one left, after leases and holds have run out."""
        self._pass(self._stage.machine.now() + AWAY)
        await self._stage.desk.sweep()
        await self.settle()
        self.tickets = await self._store.read(tickets.in_play)
        while doubts := await self._store.read(_doubtful):
            for doubt in doubts:
                await self._clear(doubt)
            await self.settle()

    def _pass(self, moment: datetime) -> None:
        self._stage.machine.move_to(moment)
        self._stage.note_time()

    async def _clear(self, doubt: Delivery) -> None:
        """Wait until the platform is asked; where it never can be, a member looks at the world and says how it was."""
        if doubt.not_before is not None:
            self._pass(doubt.not_before)
            return
        arrived = self._stage.world.ref(doubt.channel, doubt.id) is not None
        verdict = Verdict.SENT if arrived else Verdict.AGAIN
        await self._store.write(settle_by_hand, doubt.id, verdict, self._stage.clock.now())


def _at_hand(session: Session) -> AtHand:
    connection = session.connection()
    show, tell, report, newest = connection.execute(NEWS).one()
    return AtHand(frozenset(connection.scalars(CHANNELS)), (show, tell, report), newest)


def _doubtful(session: Session) -> Sequence[Delivery]:
    return session.scalars(select(Delivery).where(Delivery.state.in_(ENDED)).order_by(Delivery.id)).all()
