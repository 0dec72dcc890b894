"""Which replies and notices may go next: replies first, then urgent notices, then the others in turns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.clock import day_of
from bot.notice_rules import Going, Passage
from bot.store import outbox_statements as statements
from bot.store.outbox_statements import Due

# For each that may go, so many due replies are looked at: those for a place already written to are passed over.
CHOICE = 4


def choose(session: Session, channel: str, places: int, now: datetime, passage: Passage | None) -> list[Due]:
    """At most so many that may go at `now`, locked; notices where replies leave room, as far as `passage` lets them."""
    asked = _asked(channel, places, now)
    due = _one_a_place(session.connection().execute(statements.DUE, asked).all())[:places]
    if passage is not None and len(due) < places:
        due = _one_a_place([*due, *_due_notices(session, asked, passage)])[:places]
    return due


def _asked(channel: str, places: int, now: datetime) -> dict[str, object]:
    return {"of_channel": channel, "now": now, "at_most": places * CHOICE}


def next_at(session: Session, channel: str, now: datetime, passage: Passage | None) -> datetime | None:
    """When the first of the replies and notices that wait for a time may go."""
    scalar, asked = session.connection().scalar, _asked(channel, 1, now)
    moments = [scalar(statements.NEXT_AT, asked)]
    for notice in _running(session, passage):
        moments.append(scalar(statements.NEXT_AT_OF_NOTICE, {**asked, "of_notice": notice.id}))
    return min((moment for moment in moments if moment is not None), default=None)


def _running(session: Session, passage: Passage | None) -> list[Row[Any, Any]]:
    """The notices that may go now."""
    if passage is None or passage.going is Going.NONE:
        return []
    running = session.connection().execute(statements.RUNNING, {"at": passage.at, "today": day_of(passage.at)})
    return [notice for notice in running if notice.urgent or passage.going is Going.ALL]


def _due_notices(session: Session, asked: dict[str, object], passage: Passage) -> list[Due]:
    """Urgent ones first; those of several notices take turns."""
    found = [
        (not notice.urgent, turn, row)
        for notice in _running(session, passage)
        for turn, row in enumerate(_due_of_notice(session, asked, notice.id))
    ]
    return [row for _, _, row in sorted(found, key=lambda one: one[:2])]


def _due_of_notice(session: Session, asked: dict[str, object], occurrence: int) -> Sequence[Due]:
    return session.connection().execute(statements.DUE_OF_NOTICE, {**asked, "of_notice": occurrence}).all()


def _one_a_place(due: Sequence[Due]) -> list[Due]:
    """The first for each place: its pace allows one at a time, whatever threads it has."""
    first: dict[str, Due] = {}
    for row in due:
        first.setdefault(row.place, row)
    return list(first.values())
