"""Sessions that members moved, on top of the content. Rows are only added: to undo a move is another one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.engine import dialect_of, insert_into
from bot.store.notice_models import Amendment
from knowledge.amending import Move


def stamp(session: Session) -> int:
    """Changes whenever a session is moved: the number of the newest amendment, 0 for none."""
    return session.scalar(select(func.max(Amendment.id))) or 0


def newest_of_each(session: Session) -> Sequence[Amendment]:
    """The newest amendment of each session, the oldest of these first."""
    newest = select(func.max(Amendment.id)).group_by(Amendment.session)
    return session.scalars(select(Amendment).where(Amendment.id.in_(newest)).order_by(Amendment.id)).all()


def moves(session: Session) -> list[Move]:
    """What members want, for `knowledge.amending.amended`."""
    return [Move(row.session, row.instead_of, row.day) for row in newest_of_each(session)]


def add(session: Session, move: Move, known: int, actor: str, now: datetime) -> bool:
    """Move a session; False where anything was moved since the amendment `known`, which was the newest."""
    added = (
        insert_into(dialect_of(session), Amendment)
        .values(id=known + 1, session=move.session, instead_of=move.instead_of, day=move.day, at=now, actor=actor)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(Amendment.id)
    )
    return session.execute(added).scalar() is not None
