"""What an order of a member makes of a notice: pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.notice_acts import BY_STAFF, Act
from bot.store.notice_desk import Step
from handlers.notice import Notice, NoticeAction, OccurrenceState
from handlers.presence import moment_text

# What only changes the state, with a word about it for the history where one was written.
PLAIN: dict[Act, tuple[NoticeAction, OccurrenceState]] = {
    Act.RETURN: (NoticeAction.RETURNED, OccurrenceState.DRAFT),
    Act.PAUSE: (NoticeAction.PAUSED, OccurrenceState.PAUSED),
    Act.RESUME: (NoticeAction.RESUMED, OccurrenceState.SENDING),
}
# What ends it, because a member decided so.
ENDING: dict[Act, tuple[NoticeAction, OccurrenceState]] = {
    Act.CANCEL: (NoticeAction.CANCELLED, OccurrenceState.CANCELLED),
    Act.SKIP: (NoticeAction.SKIPPED, OccurrenceState.SKIPPED),
}


@dataclass(frozen=True)
class Order:
    """What a member wants done to a notice, with the version they saw (None: whatever it is now).

    `word` is why, for colleagues; `due` the time that is set (None: as soon as it may go).
    """

    act: Act
    version: int | None = None
    word: str = field(default="", repr=False)
    due: datetime | None = None


def step_of(notice: Notice, order: Order, actor: str, now: datetime) -> Step:
    """The step that carries out an order. Raises KeyError for what is no mere step."""
    match order.act:
        case Act.PROPOSE:
            return Step(NoticeAction.PROPOSED, OccurrenceState.PROPOSED, actor, order.word, {"shown": ""})
        case Act.APPROVE:
            approved: dict[str, object] = {"approver": actor, "due": notice.due or now}
            return Step(NoticeAction.APPROVED, OccurrenceState.PLANNED, actor, values=approved)
        case Act.SCHEDULE:
            return Step(NoticeAction.SCHEDULED, None, actor, _time(order.due), {"due": order.due})
        case Act.NOW:
            at_once: dict[str, object] = {"approver": notice.approver or actor, "due": now, "reason": ""}
            return Step(NoticeAction.SCHEDULED, OccurrenceState.PLANNED, actor, _time(now), at_once)
        case Act.RESTORE:
            restored: dict[str, object] = {"reason": "", "ended_at": None, "shown": ""}
            return Step(NoticeAction.SCHEDULED, OccurrenceState.PLANNED, actor, _time(notice.due), restored)
        case Act.CANCEL | Act.SKIP:
            return Step(*ENDING[order.act], actor, order.word, {"reason": BY_STAFF})
        case _:
            return Step(*PLAIN[order.act], actor, order.word)


def unapproved(step: Step) -> Step:
    """A step after which the notice has to be approved anew."""
    return replace(step, state=OccurrenceState.PROPOSED, values={**step.values, "approver": "", "shown": ""})


def _time(due: datetime | None) -> str:
    return "" if due is None else moment_text(due)
