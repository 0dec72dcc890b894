"""What the notices' pages show, as values for their templates: pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from bot.announcing import Looked
from bot.clock import JAPAN
from bot.notice_words import ACTIONS, failure, why
from bot.ports import Words
from bot.store.notice_lists import Happened, Listed, Reach, Tried
from handlers.notice import OccurrenceState, Tally

S = OccurrenceState


class Show(StrEnum):
    """Which notices the season shows."""

    AHEAD = "ahead"
    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    LEFT = "left"
    ALL = "all"


SHOWN: dict[Show, Collection[OccurrenceState]] = {
    Show.AHEAD: (S.DRAFT, S.PROPOSED, S.ASKING, S.PLANNED, S.SENDING, S.PAUSED),
    Show.WAITING: (S.DRAFT, S.PROPOSED, S.ASKING),
    Show.SENDING: (S.SENDING, S.PAUSED),
    Show.DONE: (S.DONE,),
    Show.LEFT: (S.SKIPPED, S.CANCELLED, S.MOVED),
    Show.ALL: tuple(S),
}


@dataclass(frozen=True)
class Month:
    """The notices of a month of Japan; `first` is a moment in it, None for those without a time."""

    first: datetime | None
    notices: tuple[Listed, ...]


@dataclass(frozen=True)
class Step:
    """A step of a notice's history in words."""

    at: datetime
    actor: str
    text: str
    note: str = field(repr=False)


@dataclass(frozen=True)
class Failure:
    """Why so many did not get it."""

    text: str
    count: int


def months_of(notices: Iterable[Listed]) -> tuple[Month, ...]:
    """The season month by month."""
    found = ((month, tuple(own)) for month, own in groupby(notices, _month))
    return tuple(Month(own[0].notice.due, own) for _, own in found)


def _month(listed: Listed) -> tuple[int, int] | None:
    if listed.notice.due is None:
        return None
    local = listed.notice.due.astimezone(JAPAN)
    return local.year, local.month


def steps_of(history: Sequence[Happened], words: Words) -> tuple[Step, ...]:
    """A notice's history in words, the newest first."""
    return tuple(
        Step(one.at, one.actor, words.phrase(ACTIONS[one.action]), why(one.note, words)) for one in reversed(history)
    )


def failures_of(tally: Tally, words: Words) -> tuple[Failure, ...]:
    """Why it did not arrive, the most frequent reason first."""
    counts: dict[str, int] = {}
    for reason, count in tally.reasons:
        text = failure(reason, words)
        counts[text] = counts.get(text, 0) + count
    return tuple(Failure(text, count) for text, count in counts.items())


def trouble_of(tried: Tried, words: Words) -> str:
    """Why a trial did not arrive; "" where it did, or is still under way."""
    return failure(tried.error, words) if tried.error and tried.state != "sent" else ""


def total(reach: Iterable[Reach]) -> int:
    """How many it reaches in all."""
    return sum(one.count for one in reach)


def stamp_of_season(notices: Iterable[Listed]) -> str:
    """Differs where the season would show something new."""
    return ".".join(f"{one.notice.id}:{one.notice.version}:{_progress(one.tally)}" for one in notices)


def stamp_of(looked: Looked) -> str:
    """Differs where the page of a notice would show something new."""
    dossier = looked.dossier
    trials = "".join(f"{one.state}{one.error}" for one in dossier.trials)
    reach = total(looked.reach)
    return f"{looked.notice.version}.{len(dossier.history)}.{_progress(dossier.tally)}.{trials}.{reach}"


def _progress(tally: Tally | None) -> str:
    if tally is None:
        return ""
    return f"{tally.audience}-{tally.settled}-{tally.sent}-{tally.failed}-{tally.unknown}"


def month_text(at: datetime) -> str:
    """The month of Japan that a moment lies in: 2022年7月."""
    local = at.astimezone(JAPAN)
    return f"{local.year}年{local.month}月"
