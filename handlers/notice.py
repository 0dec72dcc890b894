"""Notices as values: their states, what staff do to them, and how they look to those who get them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.effects import Choice, Reply
from knowledge.announcement import NoticeTopic
from knowledge.book import Book

# The values of the buttons under every notice: see `handlers.subscribe`.
SHOW_SUBSCRIPTION = "notices:show"
SHOW_CALENDAR = "notices:calendar"


class OccurrenceState(StrEnum):
    """How far a notice has come.

    A draft is being written; a proposed one waits for approval, a planned one for its time; one that is late asks
    staff whether to go at all. Sending may be paused. Moved: the programme changed, and another took its place.
    """

    DRAFT = "draft"
    PROPOSED = "proposed"
    PLANNED = "planned"
    ASKING = "asking"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    MOVED = "moved"


class NoticeAction(StrEnum):
    """What happened to a notice, for its history."""

    WRITTEN = "written"
    CHANGED = "changed"
    TRIED = "tried"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    ASKED = "asked"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MOVED = "moved"
    RESENT = "resent"
    SETTLED = "settled"
    REWORDED = "reworded"
    FINISHED = "finished"


@dataclass(frozen=True)
class Tally:
    """What became of the deliveries of one occurrence: how many there are, by state and reason."""

    audience: int
    queued: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    opted_out: int = 0
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def settled(self) -> int:
        """How many need nothing more."""
        return self.audience - self.queued - self.sending


@dataclass(frozen=True)
class Notice:
    """One occurrence, as staff see it. `due` is None for a draft; `told` is the session's time that it tells."""

    id: int
    notice: str
    key: str
    topic: NoticeTopic
    state: OccurrenceState
    title: str
    due: datetime | None
    urgent: bool = False
    session: int | None = None
    told: datetime | None = None
    author: str = ""
    approver: str = ""
    reason: str = ""
    version: int = 1


def notice_of(text: str, topic: NoticeTopic, book: Book, entries: tuple[str, ...] = ()) -> Reply:
    """A notice as it is delivered: its text, the entries that it offers, and the ways to the calendar and out of it."""
    titles = {found.id: found.title for name in entries if (found := book.entry(name)) is not None}
    offered = tuple(Choice(title, f"entry:{name}") for name, title in titles.items())
    ways = (
        Choice(book.phrase("notice_calendar"), SHOW_CALENDAR),
        Choice(book.phrase("notice_settings"), SHOW_SUBSCRIPTION),
    )
    footer = book.phrase("notice_footer", topic=book.phrase(f"topic_{topic}"))
    return Reply(f"{text}\n\n{footer}", choices=(*offered, *ways), by="notice")
