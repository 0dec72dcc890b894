"""Applications as partner employer: kept while they are written, deleted with all they were written in."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from bot.store.models import Delivery, DeliveryState, Inbound, Intake, Raw, Turn
from handlers.effects import Reply
from handlers.intake import Intake as Form
from handlers.message import Text


def form_of(session: Session, conversation_id: int, person: str) -> Form | None:
    """How far a person's application has come."""
    row = session.get(Intake, (conversation_id, person))
    return None if row is None else row.form


def keep(session: Session, inbound_id: int, form: Form, now: datetime) -> None:
    """Keep how far it has come, and that this message belongs to it."""
    inbound = session.get_one(Inbound, inbound_id)
    row = session.get(Intake, (inbound.conversation_id, inbound.person))
    if row is None:
        row = Intake(conversation_id=inbound.conversation_id, person=inbound.person, lines=())
        session.add(row)
    row.form, row.at, row.lines = form, now, (*row.lines, inbound_id)


def end(session: Session, inbound_id: int) -> None:
    """It was sent: the form is over, what was written stays."""
    inbound = session.get_one(Inbound, inbound_id)
    whose = Intake.conversation_id == inbound.conversation_id, Intake.person == inbound.person
    session.execute(delete(Intake).where(*whose))


def erase(session: Session, inbound_id: int) -> None:
    """Delete it: the form, the words of its messages in every form, and those of the replies to them."""
    inbound = session.get_one(Inbound, inbound_id)
    row = session.get(Intake, (inbound.conversation_id, inbound.person))
    if row is None:
        return
    lines = list(row.lines)
    keys = [(one.channel, one.key) for one in session.scalars(select(Inbound).where(Inbound.id.in_(lines)))]
    session.execute(delete(Raw).where(tuple_(Raw.channel, Raw.key).in_(keys)))
    session.execute(delete(Turn).where(Turn.inbound_id.in_(lines)))
    session.execute(update(Inbound).where(Inbound.id.in_(lines)).values(content=Text("")))
    replies = Delivery.inbound_id.in_(lines)
    session.execute(update(Delivery).where(replies).values(payload=Reply("")))
    waiting = Delivery.state == DeliveryState.QUEUED
    session.execute(update(Delivery).where(replies, waiting).values(state=DeliveryState.CANCELLED))
    session.delete(row)
