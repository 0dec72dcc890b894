"""What members may do to a notice, and when one may go: pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.store.notice_models import MOVED, STAFF
from bot.store.stuck import Verdict
from handlers.notice import Notice, OccurrenceState
from handlers.rules import Member, Role
from knowledge.plan import desk_period
from knowledge.quiet import Quiet
from knowledge.schema import Programme

RELEASING = frozenset({Role.CURATOR, Role.LEAD})
# Why a notice was left out, where a member decided so.
BY_STAFF = "staff"


class Act(StrEnum):
    """Something a member does to a notice."""

    CHANGE = "change"
    TRY = "try"
    PROPOSE = "propose"
    APPROVE = "approve"
    RETURN = "return"
    SCHEDULE = "schedule"
    NOW = "now"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    SKIP = "skip"
    RESTORE = "restore"
    RESEND = "resend"
    SETTLE = "settle"
    COPY = "copy"


S = OccurrenceState
UNDER_WAY = frozenset({S.SENDING, S.PAUSED})
UNDECIDED = frozenset({S.DRAFT, S.PROPOSED})
AHEAD = UNDECIDED | {S.PLANNED}
STARTED = UNDER_WAY | {S.DONE, S.CANCELLED}
# Nothing of it goes any more, whatever was queued.
OVER = frozenset({S.SKIPPED, S.CANCELLED, S.MOVED})

# From which states each may be done: to what members wrote (and corrections), and to announcements.
OF_WRITTEN: dict[Act, Collection[OccurrenceState]] = {
    Act.CHANGE: AHEAD,
    Act.TRY: AHEAD | {S.ASKING},
    Act.PROPOSE: {S.DRAFT},
    Act.APPROVE: {S.PROPOSED},
    Act.RETURN: {S.PROPOSED},
    Act.SCHEDULE: AHEAD,
    Act.NOW: {S.PLANNED, S.ASKING},
    Act.PAUSE: {S.SENDING},
    Act.RESUME: {S.PAUSED},
    Act.CANCEL: AHEAD | UNDER_WAY | {S.ASKING},
    Act.RESEND: {S.DONE},
    Act.SETTLE: frozenset(S),
    Act.COPY: frozenset(S),
}
OF_ANNOUNCED: dict[Act, Collection[OccurrenceState]] = {
    Act.TRY: {S.PLANNED, S.ASKING},
    Act.NOW: {S.ASKING},
    Act.PAUSE: {S.SENDING},
    Act.RESUME: {S.PAUSED},
    Act.CANCEL: UNDER_WAY,
    Act.SKIP: {S.PLANNED, S.ASKING},
    Act.RESTORE: {S.SKIPPED},
    Act.RESEND: {S.DONE},
    Act.SETTLE: frozenset(S),
    Act.COPY: STARTED,
}
# What any member may do at any time: it sends nothing, or stops what is being sent.
FREE = frozenset({Act.CHANGE, Act.TRY, Act.PROPOSE, Act.PAUSE, Act.COPY})
# What any member may do to a notice of members that nobody has approved; a correction is the desk's.
FREE_BEFORE = frozenset({Act.SCHEDULE, Act.CANCEL})
# What takes a second person, where one is needed: whoever wrote a notice does not say when it goes.
OF_SECOND = frozenset({Act.APPROVE, Act.NOW})
# What cannot be undone: it is asked once more.
GRAVE = frozenset({Act.APPROVE, Act.NOW, Act.CANCEL, Act.SKIP, Act.RESEND})


def is_written(notice: Notice) -> bool:
    """Whether its words are members' to change: it is theirs, or a correction."""
    return notice.notice in (STAFF, MOVED)


def releases(member: Member) -> bool:
    """Whether a member may let notices go: curators and leads."""
    return not RELEASING.isdisjoint(member.roles)


def possible(notice: Notice) -> frozenset[Act]:
    """What can be done to a notice as it stands, by whomever."""
    table = OF_WRITTEN if is_written(notice) else OF_ANNOUNCED
    found = frozenset(act for act, states in table.items() if notice.state in states)
    return found if notice.reason == BY_STAFF else found - {Act.RESTORE}


def allowed(notice: Notice, member: Member, needs_second: bool) -> frozenset[Act]:
    """What a member may do to it, of what is possible; who wrote it may let it go where no second one is needed."""
    found = possible(notice)
    if releases(member) or (notice.author == member.name and not needs_second):
        return found
    is_open = notice.notice == STAFF and notice.state in UNDECIDED
    return found & (FREE | FREE_BEFORE if is_open else FREE)


def verdicts(notice: Notice) -> tuple[Verdict, ...]:
    """What a member can say of a delivery of which nobody knows; of what is over, nothing goes out again."""
    return tuple(one for one in Verdict if one is not Verdict.AGAIN or notice.state not in OVER)


@dataclass(frozen=True)
class Timing:
    """What is to be said about a time: `fault` names why it cannot be, `waits_until` when it goes instead."""

    fault: str = ""
    waits_until: datetime | None = None


def timing(due: datetime, urgent: bool, now: datetime, programme: Programme, quiet: Quiet) -> Timing:
    """How a notice fares that is to go at `due`: not in the past, within the desk's period, not in quiet hours."""
    opens, closes = desk_period(programme)
    if due < now:
        return Timing("past")
    goes = quiet.ends_after(due) if quiet.holds(due) and not urgent else due
    if not (opens <= due and goes < closes):
        return Timing("outside")
    return Timing(waits_until=goes if goes != due else None)
