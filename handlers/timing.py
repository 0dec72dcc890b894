"""When a notice goes, waits, asks or is left out, by the clock alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.notice import Notice, OccurrenceState
from knowledge.announcement import Late, LatePolicy
from knowledge.quiet import Quiet

# Why a notice was left out, or asks: the words for them are phrases.
PAST = "past"
LATE = "late"
EXPIRED = "expired"
DESK_CLOSED = "desk_closed"
MOVED_AWAY = "moved"
FAILED = "failed"

# What a member wrote for a certain time may have its reason in it; a correction is better late than never.
STAFF_LATE = Late(minutes=60, then=LatePolicy.ASK)
MOVED_LATE = Late(minutes=60, then=LatePolicy.SEND)

IN_FLIGHT = (OccurrenceState.SENDING, OccurrenceState.PAUSED)
# What is still queued of these is not to go.
STOPPED = (OccurrenceState.CANCELLED, OccurrenceState.SKIPPED, OccurrenceState.MOVED)
# What the desk decided by the clock alone: a clock that goes back undoes it.
BY_CLOCK = (PAST, LATE, EXPIRED, DESK_CLOSED)
LATE_STATES = {
    LatePolicy.SEND: OccurrenceState.SENDING,
    LatePolicy.SKIP: OccurrenceState.SKIPPED,
    LatePolicy.ASK: OccurrenceState.ASKING,
}


@dataclass(frozen=True)
class Season:
    """What bounds all notices: when the desk opens, when it closes, and the quiet hours."""

    opens: datetime
    closes: datetime
    quiet: Quiet


@dataclass(frozen=True)
class Step:
    """The state that a notice goes into, and why; SENDING where it begins."""

    state: OccurrenceState
    reason: str = ""


def next_step(notice: Notice, late: Late, expires: datetime, season: Season, now: datetime) -> Step | None:
    """What becomes of a notice now; None: nothing yet. `expires` is the first moment that is too late for it."""
    if notice.state is OccurrenceState.SKIPPED:
        return _again(notice, late, expires, season, now)
    if now >= min(expires, season.closes):
        reason = DESK_CLOSED if now >= season.closes else EXPIRED
        is_in_flight = notice.state in IN_FLIGHT
        return Step(OccurrenceState.CANCELLED if is_in_flight else OccurrenceState.SKIPPED, reason)
    if notice.state is OccurrenceState.ASKING:
        return _again(notice, late, expires, season, now)
    if notice.state is not OccurrenceState.PLANNED or notice.due is None or now < _may_go_at(notice, season, now):
        return None
    if not is_late(notice.due, late, notice.urgent, season.quiet, now):
        return Step(OccurrenceState.SENDING)
    return Step(LATE_STATES[late.then], "" if late.then is LatePolicy.SEND else LATE)


def _again(notice: Notice, late: Late, expires: datetime, season: Season, now: datetime) -> Step | None:
    """Planned once more, where the clock was ahead when the desk left it out, or asked: now it would do neither."""
    is_ahead = notice.due is not None and now < notice.due
    if notice.reason not in BY_CLOCK or (notice.reason == PAST and not is_ahead):
        return None
    step = next_step(replace(notice, state=OccurrenceState.PLANNED), late, expires, season, now)
    return Step(OccurrenceState.PLANNED) if step is None or step.state is OccurrenceState.SENDING else None


def is_late(due: datetime, late: Late, urgent: bool, quiet: Quiet, now: datetime) -> bool:
    """Whether it is past the time up to which a notice simply goes. Quiet hours in which it was due do not count."""
    counts_from = due if urgent else quiet.ends_after(due)
    return now > counts_from + timedelta(minutes=late.minutes)


def moments(notice: Notice, expires: datetime, season: Season, now: datetime) -> Iterator[datetime]:
    """When something is to be done about a notice, seen from `now`."""
    yield min(expires, season.closes)
    if notice.state is OccurrenceState.PLANNED and notice.due is not None:
        yield _may_go_at(notice, season, max(now, notice.due))
    if notice.state is OccurrenceState.SENDING:
        yield _may_go_at(notice, season, now)


def _may_go_at(notice: Notice, season: Season, at: datetime) -> datetime:
    """The first moment from `at` on at which it may go."""
    earliest = max(at, season.opens, notice.due or at)
    return earliest if notice.urgent else season.quiet.ends_after(earliest)
