"""The pace of sending, kept in the database: it outlives a restart and is shared by all processes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.orm import Session

from bot.pacing import Limit, Pacing, free_at, remembered
from bot.store.engine import dialect_of, insert_into, table_of
from bot.store.models import Lane

ALL = ""

lanes = table_of(Lane)
IS_THIS = (lanes.c.channel == bindparam("of_channel")) & (lanes.c.place == bindparam("of_place"))
LOCK = select(lanes.c.ended, lanes.c.free_at, lanes.c.throttled_until).where(IS_THIS).with_for_update()
CHANGE = (
    update(lanes)
    .where(IS_THIS)
    .values(ended=bindparam("to_ended"), free_at=bindparam("to_free"), throttled_until=bindparam("to_throttled"))
)


@dataclass(frozen=True)
class Pace:
    """The ends of the latest sends, oldest first, and the moments before which nothing may begin."""

    ended: tuple[datetime, ...] = ()
    free_at: datetime | None = None
    throttled_until: datetime | None = None


def lock_channel(session: Session, channel: str) -> Pace:
    """The pace of a channel; nobody else claims in it until the end of the transaction."""
    found = _lock(session, channel, ALL)
    if found is not None:
        return found
    session.connection().execute(_make(dialect_of(session)), {"channel": channel, "place": ALL, "ended": ()})
    return _lock(session, channel, ALL) or Pace()


@cache
def _make(dialect: str) -> Executable:
    return insert_into(dialect, Lane).on_conflict_do_nothing()


@cache
def _occupy(dialect: str) -> Executable:
    insertion = insert_into(dialect, Lane)
    changes = {"free_at": insertion.excluded.free_at}
    return insertion.on_conflict_do_update(index_elements=["channel", "place"], set_=changes)


def _lock(session: Session, channel: str, place: str) -> Pace | None:
    row = session.connection().execute(LOCK, {"of_channel": channel, "of_place": place}).one_or_none()
    return None if row is None else Pace(*row)


def _change(session: Session, channel: str, place: str, pace: Pace) -> None:
    values = {
        "of_channel": channel,
        "of_place": place,
        "to_ended": pace.ended,
        "to_free": pace.free_at,
        "to_throttled": pace.throttled_until,
    }
    session.connection().execute(CHANGE, values)


def occupy(session: Session, channel: str, pacing: Pacing, places: Iterable[str], until: datetime) -> None:
    """A send into each of these places has begun: no other before its end is noted, or `until`."""
    paced = [place for place in places if pacing.of_place(place)]
    if paced:
        rows = [{"channel": channel, "place": place, "ended": (), "free_at": until} for place in paced]
        session.connection().execute(_occupy(dialect_of(session)), rows)


def note_end(session: Session, channel: str, pacing: Pacing, place: str, at: datetime) -> None:
    """A send into a place has ended at `at`."""
    if pacing.overall and (pace := _lock(session, channel, ALL)):
        ended = _latest_ends(pace, pacing.overall, at)
        _change(session, channel, ALL, Pace(ended, pace.free_at, pace.throttled_until))
    limits = pacing.of_place(place)
    if limits and (pace := _lock(session, channel, place)):
        ended = _latest_ends(pace, limits, at)
        free = _latest(free_at(limits, ended), pace.throttled_until)
        _change(session, channel, place, Pace(ended, free, pace.throttled_until))


def _latest_ends(pace: Pace, limits: tuple[Limit, ...], at: datetime) -> tuple[datetime, ...]:
    return (*pace.ended, at)[-remembered(limits) :]


def throttle(session: Session, channel: str, place: str, now: datetime, until: datetime) -> None:
    """The platform asks us to write to a place no earlier than `until`.

    It does not say whether it means the place or all of the channel. A second demand, from another place while
    the first still stands, means all.
    """
    everything = lock_channel(session, channel)
    means_all = everything.throttled_until is not None and everything.throttled_until > now
    free = _latest(everything.free_at, until) if means_all else everything.free_at
    _change(session, channel, ALL, Pace(everything.ended, free, _latest(everything.throttled_until, until)))
    occupied = {"channel": channel, "place": place, "ended": (), "free_at": until}
    session.connection().execute(_make(dialect_of(session)), occupied)
    if pace := _lock(session, channel, place):
        _change(session, channel, place, Pace(pace.ended, _latest(pace.free_at, until), until))


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
