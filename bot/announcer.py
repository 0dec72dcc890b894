"""Lets notices go at their time: plans them, begins them, queues them for their subscribers, ends them."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.clock import JAPAN, Clock, day_of
from bot.store import occurrences, rounds
from bot.store.asked import most_asked
from bot.store.audience import freeze
from bot.store.notice_models import MOVED, STAFF, Occurrence
from bot.store.occurrences import Rendered
from bot.store.season import sync
from bot.store.transactions import Store
from handlers.announce import TOLD_AT_MOST, TOLD_FROM, Asked, write_notice
from handlers.notice import OccurrenceState, notice_of
from handlers.timing import FAILED, MOVED_LATE, STAFF_LATE, Season, Step, moments, next_step
from knowledge.announcement import Late
from knowledge.book import Book
from knowledge.hours import BusinessHours
from knowledge.plan import Planned, asked_between, desk_period
from knowledge.quiet import Quiet

# The database is away, or busy: that passes.
PASSING = (OperationalError, InterfaceError)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Announcer:
    """Looks at the tables at every tick. Any number of processes may do it at a time: each thing is done once.

    `book` is the book as it is now, `clock` the desk's. `wake` is called whenever something was queued.
    """

    def __init__(
        self,
        store: Store,
        book: Callable[[], Book],
        hours: BusinessHours,
        quiet: Quiet,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._book = book
        self._hours = hours
        self._quiet = quiet
        self._clock = clock
        self._wake = wake
        self._synced: tuple[Planned, ...] | None = None

    async def tick(self) -> None:
        """Do all that is to be done by now."""
        book = self._book()
        plan = await self._sync(book)
        await self._end()
        await self._go_on(book, plan)
        while await self._queue_more():
            await self._go_on(book, plan)
        await self._end()

    async def next_due(self) -> datetime | None:
        """When something is next to be done, as far as is known after a tick; None: never."""
        now, season = self._clock.now(), self._season(self._book())
        rows = await self._store.read(occurrences.waiting)
        found = (moment for row in rows for moment in _moments(row, season, now))
        return min((moment for moment in found if moment > now), default=None)

    def _season(self, book: Book) -> Season:
        return Season(*desk_period(book.programme), self._quiet)

    async def _sync(self, book: Book) -> dict[tuple[str, str], Planned]:
        """The plan by announcement and key; the tables follow it wherever it changed."""
        plan = book.plan(self._hours)
        if plan != self._synced:
            await self._store.write(sync, plan, self._quiet, self._clock.now())
            self._synced = plan
        return {(one.announcement.id, one.key): one for one in plan}

    async def _go_on(self, book: Book, plan: dict[tuple[str, str], Planned]) -> None:
        """Whatever waits takes its next step, each by itself."""
        for row in await self._store.read(occurrences.current, self._clock.now()):
            await self._safely(row, self._step(row, book, plan.get((row.notice, row.key))))

    async def _step(self, row: Occurrence, book: Book, planned: Planned | None) -> bool:
        """Whether it took one."""
        late = _late(row, planned)
        if late is None:
            # The plan of another process, which is newer than ours or older.
            return False
        now, season = self._clock.now(), self._season(book)
        step = next_step(occurrences.notice_of_row(row), late, _expires(row, season), season, now)
        if step is None:
            return await self._reword(row, book, planned, now)
        if step.state is OccurrenceState.CANCELLED and await self._store.read(rounds.was_through, row.id):
            step = Step(OccurrenceState.DONE)
        if step.state is not OccurrenceState.SENDING:
            taken = await self._store.write(occurrences.take, row, step, now)
        else:
            rendered = await self._rendered(row, book, planned, now)
            taken = await self._store.write(occurrences.begin, row, rendered, _expires(row, season), now)
        if taken:
            log.info("notice", occurrence=row.id, notice=row.notice, state=step.state, reason=step.reason)
        return taken

    async def _reword(self, row: Occurrence, book: Book, planned: Planned | None, now: datetime) -> bool:
        """Whether what goes out counted the days from another day than today, and counts them from today now."""
        if row.state is not OccurrenceState.SENDING or planned is None or row.rendered_for == day_of(now):
            return False
        rendered = await self._rendered(row, book, planned, now)
        if not await self._store.write(occurrences.reword, row, rendered, now):
            return False
        log.info("notice rendered anew", occurrence=row.id, notice=row.notice)
        self._wake()
        return True

    async def _rendered(self, row: Occurrence, book: Book, planned: Planned | None, now: datetime) -> Rendered:
        """What a notice says; the words of people are the same on any day."""
        if planned is None:
            return Rendered(row.payload or notice_of(row.text, row.topic, book))
        return Rendered(write_notice(planned, now, await self._asked(planned), book), day_of(now))

    async def _asked(self, planned: Planned) -> tuple[Asked, ...]:
        between = asked_between(planned)
        if between is None:
            return ()
        return await self._store.read(most_asked, *between, TOLD_FROM, TOLD_AT_MOST)

    async def _queue_more(self) -> bool:
        """One more chunk of each notice that is being queued, or taken back. Whether there was any."""
        found = await self._store.read(rounds.look, self._clock.now())
        more = False
        for row in found.unfrozen:
            more |= await self._safely(row, self._store.write(freeze, row.id, self._clock.now()))
        for row in found.stopped:
            more |= await self._store.write(rounds.stop_chunk, row.id, self._clock.now())
        if found.unfrozen:
            self._wake()
        return more

    async def _end(self) -> None:
        now = self._clock.now()
        for row in await self._store.read(rounds.settled):
            if await self._store.write(rounds.finish, row, now):
                log.info("notice", occurrence=row.id, notice=row.notice, state=OccurrenceState.DONE)
        for row in await self._store.read(rounds.stirred, now):
            await self._store.write(rounds.resume, row, now)
            self._wake()

    async def _safely(self, row: Occurrence, step: Awaitable[bool]) -> bool:
        """One notice that fails does not stop the others: staff see it, and decide. Whether there is more to do."""
        try:
            return await step
        except PASSING as error:
            log.warning("notice not looked after yet", occurrence=row.id, error=type(error).__qualname__)
        except Exception as error:
            log.error("notice failed", occurrence=row.id, notice=row.notice, error=type(error).__qualname__)
            failed = Step(OccurrenceState.ASKING, FAILED)
            await self._store.write(occurrences.take, row, failed, self._clock.now())
        return False


def _late(row: Occurrence, planned: Planned | None) -> Late | None:
    """What is done when it is late; None for an announcement that is not planned."""
    if row.notice == STAFF:
        return STAFF_LATE
    if row.notice == MOVED:
        return MOVED_LATE
    return planned.announcement.late if planned else None


def _moments(row: Occurrence, season: Season, now: datetime) -> Iterator[datetime]:
    """When something is to be done about a notice; one that goes on over midnight is rendered anew."""
    yield from moments(occurrences.notice_of_row(row), _expires(row, season), season, now)
    if row.state is OccurrenceState.SENDING and row.rendered_for is not None:
        yield datetime.combine(row.rendered_for + timedelta(days=1), time(), JAPAN)


def _expires(row: Occurrence, season: Season) -> datetime:
    """From when on it is too late; a correction is so once the session begins at the time that it tells."""
    told = row.told if row.notice == MOVED else None
    return row.expires or told or season.closes
