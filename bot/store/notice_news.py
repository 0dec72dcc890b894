"""What staff rooms are to be told of notices: what waits for people, and what did not go as it should. Each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.house import Room
from bot.store.notice_models import Occurrence
from bot.store.notices import conversation_of
from bot.store.occurrences import notice_of_row
from bot.store.posting import Envelope, post
from bot.store.tally import tally
from handlers.effects import Reply
from handlers.notice import Notice, OccurrenceState, Tally

AT_ONCE = 50
# What rooms may have to be told.
TELLING = (OccurrenceState.PROPOSED, OccurrenceState.ASKING, OccurrenceState.DONE, OccurrenceState.SKIPPED)


@dataclass(frozen=True)
class News:
    """A notice in a state that rooms were not told of, with what became of its deliveries."""

    notice: Notice
    tally: Tally


def news(session: Session) -> list[News]:
    """Notices whose state rooms were not told of, oldest first."""
    rows = session.scalars(
        select(Occurrence)
        .where(Occurrence.state.in_(TELLING), Occurrence.shown != Occurrence.state)
        .order_by(Occurrence.id)
        .limit(AT_ONCE)
    )
    return [News(notice_of_row(row), tally(session, row.id)) for row in rows.all()]


def tell(
    session: Session,
    told: Sequence[News],
    say: Callable[[Sequence[News]], Sequence[Reply]],
    rooms: Sequence[Room],
    now: datetime,
) -> int:
    """Post into every room what there is to say of those that have not changed, nor another process told; how many."""
    messages = say([one for one in told if _is_taken(session, one)])
    for message in messages:
        for room in rooms:
            post(session, message, Envelope(conversation_of(session, room, now), None), now)
    return len(messages) * len(rooms)


def _is_taken(session: Session, told: News) -> bool:
    """Whether it was still to be told; it is no more."""
    shown = (
        update(Occurrence)
        .where(Occurrence.id == told.notice.id, Occurrence.version == told.notice.version)
        .where(Occurrence.shown != told.notice.state)
        .values(shown=told.notice.state)
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(shown).scalar() is not None
