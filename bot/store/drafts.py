"""Questions and answers on their way to becoming entries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store import tickets
from bot.store.desk_models import Draft, DraftState, Ticket
from bot.store.tickets import Happening
from handlers.ticket import Action

# What becomes of a draft, in the history of its ticket.
_ACTIONS = {DraftState.PUBLISHED: Action.PUBLISHED, DraftState.DROPPED: Action.DRAFT_DROPPED}


def open_drafts(session: Session) -> Sequence[Draft]:
    """Those that no curator has decided on, oldest first."""
    return session.scalars(select(Draft).where(Draft.state == DraftState.OPEN).order_by(Draft.id)).all()


def draft(session: Session, draft_id: int) -> Draft | None:
    """One draft."""
    return session.get(Draft, draft_id)


def asked_alike(session: Session, ticket: int) -> Sequence[str]:
    """How others asked the same, oldest first."""
    row = session.get(Ticket, ticket)
    if row is None or row.same_as is None:
        return ()
    same = Ticket.same_as == row.same_as, Ticket.number != ticket
    return session.scalars(select(Ticket.question).where(*same).order_by(Ticket.number)).all()


def keep_work(session: Session, draft_id: int, sheet: str) -> bool:
    """Keep how far a curator has come with it; False where it is decided on."""
    return _change(session, draft_id, entry=sheet)


def decide(session: Session, draft_id: int, state: DraftState, actor: str, what: str, now: datetime) -> bool:
    """Publish or drop a draft, noted in the history of its ticket with `what`; False where it is decided on."""
    if not _change(session, draft_id, state=state):
        return False
    ticket = session.get_one(Draft, draft_id).ticket
    tickets.record(session, Happening(ticket, _ACTIONS[state], actor, what), now)
    return True


def _change(session: Session, draft_id: int, **values: object) -> bool:
    changed = (
        update(Draft).where(Draft.id == draft_id, Draft.state == DraftState.OPEN).values(**values).returning(Draft.id)
    )
    return session.execute(changed).scalar() is not None
