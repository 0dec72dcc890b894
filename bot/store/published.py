"""Entries that were published from running desks, on top of the content."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.store.desk_models import Published
from knowledge.schema import Entry


def stamp(session: Session) -> tuple[int, int]:
    """Changes whenever something is published: how many there are, and the newest."""
    count, newest = session.execute(select(func.count(), func.max(Published.id))).one()
    return count, newest or 0


def newest_of_each(session: Session) -> list[Published]:
    """The newest of each entry, the oldest first."""
    newest = {row.entry_id: row for row in session.scalars(select(Published).order_by(Published.id))}
    return sorted(newest.values(), key=lambda row: row.id)


def mark_merged(session: Session, rows: Iterable[Published]) -> None:
    """The content has these now: they and what came before them count no more."""
    for row in rows:
        until = Published.entry_id == row.entry_id, Published.id <= row.id
        session.execute(update(Published).where(*until).values(merged=True))


def publish(session: Session, entry: Entry, actor: str, now: datetime) -> int:
    """From now on an entry reads like this, in every running desk; the id of what was published."""
    row = Published(entry_id=entry.id, entry=entry.model_dump_json(by_alias=True), at=now, actor=actor)
    session.add(row)
    session.flush()
    return row.id
