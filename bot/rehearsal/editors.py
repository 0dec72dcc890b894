"""The notices of the play: the desk's own at their times, and what simulated staff write, approve and decide."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.announcing import Announcements
from bot.notice_acts import Act
from bot.notice_steps import Order
from bot.rehearsal.deeds import Span, moment_of
from bot.rehearsal.script import OwnNotice
from bot.rehearsal.settling import Settling
from bot.rehearsal.staff import MEMBERS
from bot.rehearsal.stage import Stage
from bot.store.notice_desk import Written
from handlers.notice import Notice, OccurrenceState
from handlers.timing import FAILED

# How long before its time a member writes a notice, and how long something waits until a member decides it.
WRITTEN_BEFORE = timedelta(hours=26, minutes=30)
DECIDED_AFTER = timedelta(minutes=10)
# What waits for a member, and what is done about it.
DECISIONS = {OccurrenceState.DRAFT: Act.PROPOSE, OccurrenceState.PROPOSED: Act.APPROVE, OccurrenceState.ASKING: Act.NOW}
OWN_KEY = "rehearsal"


class Editors:
    """Two members: the first one writes, the second one decides."""

    def __init__(self, stage: Stage, span: Span, own: OwnNotice) -> None:
        parts, needs_second = stage.parts, stage.parts.config.notices.approval == "second"
        self._stage = stage
        self._desk = Announcements(parts.store, stage.book, parts.house, parts.quiet, needs_second, stage.clock)
        self._author, self._decider = (self._desk.member(member.login or "") for member in MEMBERS)
        self._own = own
        self._due = moment_of(span.first + timedelta(days=own.day), time.fromisoformat(own.at))
        may_go = self._due < span.ends and not self._desk.timing(self._due, urgent=False).fault
        self._is_to_write = may_go and stage.world.noted(OWN_KEY) is None
        self._waiting: Sequence[Notice] = ()
        self._decide_at = stage.clock.now()

    async def next(self) -> datetime | None:
        """When they act next."""
        moments = [self._decide_at] if self._waiting else []
        return min([*moments, self._due - WRITTEN_BEFORE] if self._is_to_write else moments, default=None)

    async def act(self) -> None:
        """Do what is due."""
        if self._waiting:
            await self._decide(self._waiting[0])
        else:
            await self._write()
        await self.look()

    async def look(self) -> None:
        """See what waits to be decided, to do so a little later."""
        undecided = [listed.notice for listed in await self._desk.season(DECISIONS)]
        # One that cannot be written would fail again.
        self._waiting = [notice for notice in undecided if notice.reason != FAILED]
        hours = self._stage.parts.house.rules.hours
        self._decide_at = hours.next_open(self._stage.clock.now() + DECIDED_AFTER)

    async def _write(self) -> None:
        written = Written(self._own.topic, self._own.title, self._own.text, due=self._due)
        await self._desk.write(written, OWN_KEY, self._author)
        self._stage.world.note(OWN_KEY, self._due.isoformat())
        self._is_to_write = False

    async def _decide(self, notice: Notice) -> None:
        by = self._author if notice.state is OccurrenceState.DRAFT else self._decider
        await self._desk.do(notice.id, Order(DECISIONS[notice.state], notice.version), by)


class Announcing:
    """The desk's notices go at their times, and members are there for what waits for them."""

    def __init__(self, stage: Stage, settling: Settling, editors: Editors) -> None:
        self._stage = stage
        self._settling = settling
        self._editors = editors
        self._next: datetime | None = stage.clock.now()

    async def next(self) -> datetime | None:
        """When they act next."""
        moments = [moment for moment in (self._next, await self._editors.next()) if moment is not None]
        return min(moments, default=None)

    async def act(self) -> None:
        """Do what is due."""
        decided_at, now = await self._editors.next(), self._stage.clock.now()
        if decided_at is not None and decided_at <= now:
            await self._editors.act()
        await self._stage.announcer.tick()
        await self._settling.settle()
        # Once more when all is delivered: then it is done.
        await self._stage.announcer.tick()
        await self._settling.do_others()
        await self._editors.look()
        self._next = await self._stage.announcer.next_due()
