"""What is announced in the season, for everybody to see: no texts, and nothing that staff have not let go."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.notice_models import MOVED, STAFF, Occurrence
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic

SHOWN = (OccurrenceState.PLANNED, OccurrenceState.SENDING, OccurrenceState.DONE)


@dataclass(frozen=True)
class Announced:
    """A notice of announcements.yaml: when it goes or went, to whom, and what it is about; `session` is a number."""

    due: datetime
    topic: NoticeTopic
    title: str
    session: int | None = None


def announced(session: Session) -> list[Announced]:
    """All of the season, in order of time."""
    found = (
        select(Occurrence.due, Occurrence.topic, Occurrence.title, Occurrence.session)
        .where(Occurrence.state.in_(SHOWN), Occurrence.notice.not_in((STAFF, MOVED)))
        .order_by(Occurrence.due, Occurrence.id)
    )
    rows = session.execute(found).all()
    return [Announced(due, topic, title, number) for due, topic, title, number in rows if due is not None]
