"""Numbers in a conversation, drawn under its lock so that they grow in the order of commits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.store.engine import one_or_many, table_of
from bot.store.models import Conversation, Delivery, Line

conversations = table_of(Conversation)
deliveries = table_of(Delivery)
lines = table_of(Line)

# Made once: to put a statement together takes longer than to run it.
LOCK = (
    update(conversations)
    .where(conversations.c.id.in_(bindparam("these", expanding=True)))
    .values(last_at=bindparam("now"))
    .returning(conversations.c.id, conversations.c.channel, conversations.c.gone)
)
DRAW = insert(lines).returning(lines.c.id, lines.c.conversation_id)

# A conversation's id, its channel, and why nothing can be written there, if so.
Mailbox = Row[int, str, str | None]


def lock_conversations(session: Session, conversation_ids: Sequence[int], now: datetime) -> dict[int, Mailbox]:
    """Hold conversations until the end of the transaction, and note that they were active; each by its id."""
    if not conversation_ids:
        return {}
    rows = session.connection().execute(LOCK, {"these": conversation_ids, "now": now})
    return {row.id: row for row in rows}


def lock_conversation(session: Session, conversation_id: int, now: datetime) -> None:
    """The same for one."""
    lock_conversations(session, [conversation_id], now)


def draw_lines(session: Session, conversation_ids: Sequence[int]) -> list[int]:
    """A number for each, growing within a conversation. All of them must be locked."""
    if not conversation_ids:
        return []
    drawn: dict[int, list[int]] = defaultdict(list)
    rows = [{"conversation_id": conversation_id} for conversation_id in conversation_ids]
    for number, conversation_id in session.connection().execute(DRAW, one_or_many(rows)):
        drawn[conversation_id].append(number)
    growing = {conversation_id: iter(sorted(numbers)) for conversation_id, numbers in drawn.items()}
    return [next(growing[conversation_id]) for conversation_id in conversation_ids]


def draw_line(session: Session, conversation_id: int) -> int:
    """The next number of one, which must be locked."""
    (number,) = draw_lines(session, [conversation_id])
    return number


def lock_free(session: Session, conversation_ids: Collection[int]) -> set[int]:
    """Hold those of these conversations that nobody else holds, until the end of the transaction."""
    if not conversation_ids:
        return set()
    free = select(conversations.c.id).where(conversations.c.id.in_(conversation_ids)).order_by(conversations.c.id)
    return set(session.connection().scalars(free.with_for_update(skip_locked=True, key_share=True)))


def renumber(session: Session, delivery_id: int, conversation_id: int) -> int:
    """Give a delivery the next number in a conversation, which must be locked: it stands there from now on."""
    number = draw_line(session, conversation_id)
    channel = select(conversations.c.channel).where(conversations.c.id == conversation_id).scalar_subquery()
    session.connection().execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(id=number, conversation_id=conversation_id, channel=channel, not_before=None)
    )
    session.connection().execute(delete(lines).where(lines.c.id == delivery_id))
    return number
