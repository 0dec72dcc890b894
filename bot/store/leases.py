"""Leases: what only one process may do at a time, such as fetching the updates of a bot."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from bot.store.engine import dialect_of, insert_into, table_of
from bot.store.models import Lease

leases = table_of(Lease)


def hold_lease(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take or renew the lease of this name until `until`; False while somebody else has it.

    Times are the machine's. A lease ends at its `until`.
    """
    insertion = insert_into(dialect_of(session), Lease).values(name=name, holder=holder, until=until)
    held = insertion.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": insertion.excluded.holder, "until": insertion.excluded.until},
        where=or_(leases.c.holder == holder, leases.c.until <= now),
    )
    return session.execute(held.returning(leases.c.name)).scalar() is not None


def give_up_lease(session: Session, name: str, holder: str) -> None:
    """Let others have a lease at once, where it is this holder's."""
    session.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
