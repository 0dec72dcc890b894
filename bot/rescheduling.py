"""What members do to the programme: they move a session, having seen what follows, and move it back."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.clock import JAPAN, Clock
from bot.errors import SessionNotMoved
from bot.house import CONSOLE, House
from bot.shelf import Shelf
from bot.store import amendments, notice_lists
from bot.store.moved_notices import times_told
from bot.store.transactions import Store
from handlers.rules import Member, Role
from knowledge.amending import Move, is_in_order, moved
from knowledge.calendar import day_text
from knowledge.plan import Planned, desk_period, plan
from knowledge.schema import Programme, Session

MAY_MOVE = (Role.CURATOR, Role.LEAD)
NO_SUCH_SESSION = "その回はありません"
SAME_DAY = "その日は、いまの日程と同じです"
NOT_MOVED = "その回は、担当者が動かしたものではありません"
TOO_EARLY = "その日の開始時刻は、もう過ぎています"
MOVED_MEANWHILE = "この間に、ほかの担当者が日程を変えました。もう一度確かめてください"


@dataclass(frozen=True)
class Standing:
    """A session as it is held now; `written` is its day in programme.yaml, `by` who moved it from there."""

    session: Session
    written: date
    by: str = ""


@dataclass(frozen=True)
class Shift:
    """A notice that goes at another time: `due` is None where it does not go at all any more.

    One that has gone already goes once more, with the new day.
    """

    title: str
    was: datetime
    due: datetime | None
    is_late: bool
    has_gone: bool = False


@dataclass(frozen=True)
class Preview:
    """What follows where a session is moved. `warnings` are phrases without their `programme_warning_`.

    `told` is how many subscribers know another time; `known` is the newest amendment that was seen.
    """

    move: Move
    was: date
    title: str
    shifts: tuple[Shift, ...]
    told: int
    warnings: tuple[str, ...]
    known: int


class Rescheduling:
    """The members' side of the programme, for the command line and pages alike."""

    def __init__(self, store: Store, shelf: Shelf, house: House, clock: Clock) -> None:
        self._store = store
        self._shelf = shelf
        self._house = house
        self._clock = clock

    def mover(self, login: str) -> Member:
        """The member with this login. Raises SessionNotMoved where they may not move sessions."""
        member = self._house.member(CONSOLE, login)
        if member is None or not may_move(member):
            raise SessionNotMoved(f"{login} には、日程を変える役割(curator か lead)がありません")
        return member

    async def standing(self) -> list[Standing]:
        """All sessions, in order."""
        await self._shelf.look()
        by = {row.session: row.actor for row in await self._store.read(amendments.newest_of_each)}
        written = _days(self._shelf.written)
        return [
            Standing(one, written[one.number], by.get(one.number, "") if one.date != written[one.number] else "")
            for one in self._shelf.programme.seminars.sessions
        ]

    async def preview(self, number: int, day: date) -> Preview:
        """What follows where a session is moved to a day. Raises SessionNotMoved."""
        await self._shelf.look()
        known = await self._store.read(amendments.stamp)
        programme, now = self._shelf.programme, self._clock.now()
        session = next((one for one in programme.seminars.sessions if one.number == number), None)
        if session is None:
            raise SessionNotMoved(NO_SUCH_SESSION)
        after = moved(programme, {number: day})
        _ensure_fit(session, day, after, now)
        begins = _begins(after, day)
        told = await self._store.read(times_told, number, begins)
        gone = await self._store.read(notice_lists.went, number, _begins(programme, session.date))
        return Preview(
            move=Move(number, _days(self._shelf.written)[number], day),
            was=session.date,
            title=session.title,
            shifts=tuple(self._shifts(after, gone, now)),
            told=sum(told.values()),
            warnings=tuple(self._warnings(session, day, now)),
            known=known,
        )

    async def undoing(self, number: int) -> Preview:
        """What follows where a session is held when programme.yaml says. Raises SessionNotMoved."""
        standing = {one.session.number: one for one in await self.standing()}
        if number not in standing:
            raise SessionNotMoved(NO_SUCH_SESSION)
        if standing[number].session.date == standing[number].written:
            raise SessionNotMoved(NOT_MOVED)
        return await self.preview(number, standing[number].written)

    async def move(self, preview: Preview, by: Member) -> None:
        """Move a session; every running desk has it within a second. Raises SessionNotMoved."""
        what = preview.move, preview.known, by.name, self._clock.now()
        if not await self._store.write(amendments.add, *what):
            raise SessionNotMoved(MOVED_MEANWHILE)
        await self._shelf.look()

    def _shifts(self, after: Programme, gone: Collection[str], now: datetime) -> Iterator[Shift]:
        """The notices that go at another time, of those that go at all from now on."""
        before = self._planned(self._shelf.programme)
        then = self._planned(after)
        for which, planned in before.items():
            due = then[which].due if which in then else None
            if due != planned.due and max(planned.due, due or planned.due) > now:
                has_gone = planned.due <= now and planned.announcement.id in gone
                yield Shift(planned.announcement.title, planned.due, due, due is not None and due <= now, has_gone)

    def _planned(self, programme: Programme) -> Mapping[tuple[str, int | None], Planned]:
        announcements = self._shelf.book.content.announcements.announcements
        found = plan(announcements, programme, self._house.rules.hours)
        return {(one.announcement.id, one.session): one for one in found if one.session is not None}

    def _warnings(self, session: Session, day: date, now: datetime) -> Iterator[str]:
        programme = self._shelf.programme
        if _begins(programme, session.date) <= now:
            yield "began"
        if not self._house.rules.hours.is_business_day(day):
            yield "day_off"
        others = Counter(one.date.weekday() for one in programme.seminars.sessions if one.number != session.number)
        if others and day.weekday() != others.most_common(1)[0][0]:
            yield "weekday"


def may_move(member: Member) -> bool:
    """Whether a member may move sessions."""
    return any(role in member.roles for role in MAY_MOVE)


def _ensure_fit(session: Session, day: date, after: Programme, now: datetime) -> None:
    """Raises SessionNotMoved where a session cannot be on a day, `after` which the programme would be like that."""
    opens, closes = desk_period(after)
    begins = _begins(after, day)
    if day == session.date:
        raise SessionNotMoved(SAME_DAY)
    if begins <= now:
        raise SessionNotMoved(TOO_EARLY)
    if not opens <= begins < closes:
        shown = after.periods["desk"].shown
        raise SessionNotMoved(f"応援デスクの開設期間({shown})のうちの日にしてください")
    if not is_in_order(after):
        raise SessionNotMoved(f"前の回よりあと、次の回より前の日にしてください({_around(session, after)})")


def _around(session: Session, programme: Programme) -> str:
    """The sessions before and after one, with their days."""
    around = (one for one in programme.seminars.sessions if abs(one.number - session.number) == 1)
    return "、".join(f"第{one.number}回は{day_text(one.date)}" for one in around)


def _begins(programme: Programme, day: date) -> datetime:
    return datetime.combine(day, time.fromisoformat(programme.seminars.starts), JAPAN).astimezone(UTC)


def _days(programme: Programme) -> dict[int, date]:
    return {one.number: one.date for one in programme.seminars.sessions}
