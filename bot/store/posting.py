"""Puts replies into the outbox: to the one who wrote, to the participant of a ticket, into staff rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.channels.base import Aim
from bot.posts import posts_of
from bot.store.desk_models import Ticket
from bot.store.engine import Values, one_or_many, table_of
from bot.store.lines import Mailbox, draw_line, draw_lines, lock_conversation
from bot.store.models import Conversation, Delivery, DeliveryState, Priority
from handlers.effects import Reply

conversations = table_of(Conversation)
deliveries = table_of(Delivery)

# Made once: to put a statement together takes longer than to run it.
MAILBOX = select(conversations.c.id, conversations.c.channel, conversations.c.gone).where(
    conversations.c.id == bindparam("this")
)
QUEUE = insert(deliveries)


@dataclass(frozen=True)
class Envelope:
    """Where a reply goes and what it belongs to: see `Delivery` for the names."""

    conversation_id: int
    inbound_id: int | None
    aim: Aim = Aim.POST
    of: int | None = None
    root: int | None = None
    reports: int | None = None
    ticket: int | None = None
    told: str | None = None
    priority: Priority = Priority.REPLY


@dataclass(frozen=True)
class Posting:
    """A reply that is to go into a conversation, since when."""

    reply: Reply
    envelope: Envelope
    mailbox: Mailbox
    now: datetime


def post(session: Session, reply: Reply, envelope: Envelope, now: datetime) -> int:
    """Queue a reply, as the posts that it takes; the delivery of the last one. The conversation must be locked."""
    mailbox = session.connection().execute(MAILBOX, {"this": envelope.conversation_id}).one()
    return post_all(session, [Posting(reply, envelope, mailbox, now)])[-1]


def post_all(session: Session, postings: Sequence[Posting]) -> list[int]:
    """Queue replies, in this order, as the posts that they take; all deliveries. Conversations must be locked."""
    parts = [(posting, part) for posting in postings for part in posts_of(posting.mailbox.channel, posting.reply)]
    numbers = draw_lines(session, [posting.envelope.conversation_id for posting, _ in parts])
    rows = [
        _delivery(number, part, posting.envelope, posting.mailbox, posting.now)
        for number, (posting, part) in zip(numbers, parts, strict=True)
    ]
    if rows:
        session.connection().execute(QUEUE, one_or_many(rows))
    return numbers


def _delivery(number: int, part: Reply, envelope: Envelope, mailbox: Mailbox, now: datetime) -> Values:
    return {
        "id": number,
        "conversation_id": envelope.conversation_id,
        "inbound_id": envelope.inbound_id,
        "channel": mailbox.channel,
        "payload": part,
        "priority": Priority.URGENT if _is_urgent(part) else envelope.priority,
        "state": DeliveryState.FAILED if mailbox.gone else DeliveryState.QUEUED,
        "error": mailbox.gone,
        "created_at": now,
        "aim": envelope.aim,
        "of": envelope.of,
        "root": envelope.root,
        "reports": envelope.reports,
        "ticket": envelope.ticket,
        "told": envelope.told,
    }


def _is_urgent(part: Reply) -> bool:
    """What rings at any hour is not to stand behind other posts either."""
    return part.urgent or (part.marks is not None and part.marks.loud)


def post_to_participant(session: Session, number: int, reply: Reply, told: str | None, now: datetime) -> int:
    """Queue a reply to the one who opened a ticket; its delivery. `told` as in `Delivery`."""
    ticket = session.get_one(Ticket, number)
    lock_conversation(session, ticket.conversation_id, now)
    envelope = Envelope(ticket.conversation_id, ticket.inbound_id, ticket=number, told=told)
    return post(session, reply, envelope, now)


def revise(session: Session, delivery_id: int, reply: Reply | None, now: datetime) -> None:
    """Change what a delivery says, or withdraw it (None): in the queue, or on its platform once it was sent there.

    What waits to revise it is overtaken by this.
    """
    original = session.get_one(Delivery, delivery_id)
    lock_conversation(session, original.conversation_id, now)
    _cancel_waiting_revisions(session, delivery_id)
    changed = {"state": DeliveryState.CANCELLED} if reply is None else {"own": reply}
    told = {} if original.told is None else {"told": ""}
    still_queued = (
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.QUEUED)
        .values(**changed, **told)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(still_queued).scalar() is not None:
        return
    envelope = Envelope(
        original.conversation_id,
        original.inbound_id,
        aim=Aim.WITHDRAW if reply is None else Aim.REVISE,
        of=delivery_id,
        root=original.root,
        ticket=original.ticket,
        told=None if original.told is None else "",
    )
    mailbox = session.connection().execute(MAILBOX, {"this": original.conversation_id}).one()
    number = draw_line(session, original.conversation_id)
    part = original.payload if reply is None else reply
    session.connection().execute(QUEUE, _delivery(number, part, envelope, mailbox, now))


def _cancel_waiting_revisions(session: Session, delivery_id: int) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.of == delivery_id, Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED, told=None)
        .execution_options(synchronize_session=False)
    )
