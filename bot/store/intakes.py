"""Applications as partner employer: kept while they are written, deleted with all they were written in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store import posting
from bot.store.desk_models import Intake
from bot.store.models import Delivery, DeliveryState, Inbound, Raw, Turn
from handlers.effects import Reply
from handlers.intake import Intake as Form
from handlers.message import Media

NEVER_POSTED = (DeliveryState.FAILED, DeliveryState.CANCELLED)

# What stands in the place of words that were deleted.
ERASED = Media("erased")


def keep(session: Session, inbound_id: int, form: Form, now: datetime) -> None:
    """Keep how far it has come, and that this message belongs to it."""
    inbound = session.get_one(Inbound, inbound_id)
    row = session.get(Intake, (inbound.conversation_id, inbound.person))
    if row is None:
        row = Intake(conversation_id=inbound.conversation_id, person=inbound.person, lines=())
        session.add(row)
    row.form, row.at, row.lines = form, now, (*row.lines, inbound_id)
    session.flush()


def end(session: Session, inbound_id: int) -> None:
    """It was sent: the form is over, what was written stays."""
    inbound = session.get_one(Inbound, inbound_id)
    whose = Intake.conversation_id == inbound.conversation_id, Intake.person == inbound.person
    session.execute(delete(Intake).where(*whose))


def erase(session: Session, inbound_id: int, now: datetime) -> None:
    """Delete it: the form, the words of its messages in every form, and the replies that quote them.

    A tap tells of the post it was made on: so what the platform handed over for this message is forgotten in any
    case, and for all that the person did since they began.
    """
    inbound = session.get_one(Inbound, inbound_id)
    row = session.get(Intake, (inbound.conversation_id, inbound.person))
    lines = [] if row is None else list(row.lines)
    _forget_raw(session, inbound, since=min([*lines, inbound_id]))
    session.execute(delete(Turn).where(Turn.inbound_id.in_(lines)))
    session.execute(update(Inbound).where(Inbound.id.in_(lines)).values(content=ERASED))
    for delivery in _quoting(session, lines):
        _take_back(session, delivery, now)
    if row is not None:
        session.delete(row)
        session.flush()


def _forget_raw(session: Session, inbound: Inbound, since: int) -> None:
    """Their keys stay, so that what is handed over again is known."""
    theirs = select(Inbound.key).where(
        Inbound.conversation_id == inbound.conversation_id, Inbound.person == inbound.person, Inbound.id >= since
    )
    session.execute(update(Raw).where(Raw.channel == inbound.channel, Raw.key.in_(theirs)).values(body=""))


def _quoting(session: Session, lines: Sequence[int]) -> list[Delivery]:
    """Replies to these messages that hold something of them; what is on a ticket or answers a question is no part.

    Of a reply that took several posts only the last one says that it quotes.
    """
    of_lines = select(Delivery).where(Delivery.inbound_id.in_(lines)).order_by(Delivery.id)
    replies = [reply for reply in session.scalars(of_lines) if reply.payload.outcome is None]
    quoted = {reply.inbound_id for reply in replies if reply.payload.question}
    return [reply for reply in replies if reply.inbound_id in quoted]


def _take_back(session: Session, delivery: Delivery, now: datetime) -> None:
    """Blank it here, and withdraw it where it was posted."""
    delivery.own = Reply("")
    if delivery.state not in NEVER_POSTED:
        posting.revise(session, delivery.id, None, now)
