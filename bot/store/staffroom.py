"""What a message in a staff room is about: by its own words, by the post that it answers, by its thread."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.channels.base import place_of
from bot.store.models import Conversation, Delivery
from handlers.message import Act, Message, Tap
from handlers.staff import ticket_of_tap


@dataclass(frozen=True)
class Meant:
    """A ticket, and what the post does that the message answers (see `StaffMarks.invites`)."""

    ticket: int | None = None
    invites: str = ""


def meant(session: Session, message: Message) -> Meant:
    """The ticket that a message of staff is about, if any."""
    match message.content:
        case Act(ticket=number):
            return Meant(number)
        case Tap(value):
            return Meant(ticket_of_tap(value))
        case _:
            return _answered(session, message) or _in_thread(session, message)


def _answered(session: Session, message: Message) -> Meant | None:
    """By the post of ours that it was written as a reply to."""
    if message.answers is None:
        return None
    delivery = session.scalar(_posts(message).where(Delivery.ref == message.answers))
    if delivery is None:
        return None
    marks = delivery.payload.marks
    return Meant(delivery.ticket, marks.invites if marks else "")


def _in_thread(session: Session, message: Message) -> Meant:
    thread = message.address.removeprefix(place_of(message.address)).removeprefix(":")
    if not thread:
        return Meant()
    delivery = session.scalar(_posts(message).where(or_(Delivery.thread == thread, Delivery.ref == thread)))
    return Meant(None if delivery is None else delivery.ticket)


def _posts(message: Message) -> Select[Delivery]:
    """Our posts on tickets in the room that a message was written in, the newest first."""
    room = Conversation.channel == message.channel, Conversation.place == place_of(message.address)
    return (
        select(Delivery)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(*room, Delivery.ticket.is_not(None))
        .order_by(Delivery.id.desc())
        .limit(1)
    )
