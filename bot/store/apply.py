"""From effects to rows, in the transaction that takes the message off the list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.store import inbox, intakes, linking, posting, subscribing, tickets
from bot.store.desk_models import Draft, Ticket
from bot.store.engine import Values, one_or_many, table_of
from bot.store.lines import Mailbox
from bot.store.models import Delivery, Inbound, InboundState, Rating, Turn
from bot.store.posting import Envelope, Posting
from bot.store.tickets import Happening
from handlers.effects import (
    Answer,
    DraftEntry,
    DropIntake,
    Effect,
    GiveCode,
    LinkMailbox,
    OpenTicket,
    PreferMailbox,
    Rate,
    Record,
    Remember,
    Reply,
    Revise,
    SaveIntake,
    SaveTicket,
    SetSubscription,
    UnlinkMailbox,
)
from handlers.ticket import Action

# Made once: to put a statement together takes longer than to run it.
REMEMBER = insert(table_of(Turn))
# What of a ticket's history is about the message that is settled.
OWN_WORDS = frozenset({Action.OPENED, Action.SAID, Action.EDITED, Action.NOTED})


Subscribing = SetSubscription | GiveCode | LinkMailbox | UnlinkMailbox | PreferMailbox


@dataclass(frozen=True)
class Place:
    """Which message the effects belong to (for what the desk does by itself: the one that opened the ticket),
    and when they are applied. `channel` is where the message came from, "" for the desk itself."""

    conversation_id: int
    inbound_id: int
    now: datetime
    channel: str = ""


@dataclass(frozen=True)
class Settlement:
    """What becomes of a message: its new state, with the effects decided at `now`, or why there are none."""

    inbound_id: int
    state: InboundState
    effects: Sequence[Effect]
    now: datetime
    error: str | None = None


def settle_all(session: Session, settlements: Sequence[Settlement]) -> list[int | None]:
    """Close new messages with their effects; the conversation of each, now locked. None, and nothing done, where it was
    closed already.

    Raises SituationStale where a ticket or a subscription was changed since the effects were decided.
    """
    closed = _close(session, settlements)
    found = [(closed[one.inbound_id], one) for one in settlements if one.inbound_id in closed]
    _reply_all(session, [(mailbox, one) for mailbox, one in found if _only_replies(one)])
    for mailbox, one in found:
        if not _only_replies(one):
            apply_all(session, Place(mailbox.id, one.inbound_id, one.now, mailbox.channel), one.effects)
    return [closed[one.inbound_id].id if one.inbound_id in closed else None for one in settlements]


def _close(session: Session, settlements: Sequence[Settlement]) -> dict[int, Mailbox]:
    closed: dict[int, Mailbox] = {}
    for state, error in dict.fromkeys((one.state, one.error) for one in settlements):
        these = [one for one in settlements if (one.state, one.error) == (state, error)]
        latest = max(one.now for one in these)
        closed |= inbox.close(session, [one.inbound_id for one in these], state, latest, error)
    return closed


def _only_replies(settlement: Settlement) -> bool:
    """Whether it takes what most messages take, which can be written down for many at once."""
    return all(isinstance(effect, Reply | Remember) for effect in settlement.effects)


def _reply_all(session: Session, settlements: Sequence[tuple[Mailbox, Settlement]]) -> None:
    replies = [
        Posting(effect, Envelope(mailbox.id, one.inbound_id, ticket=effect.ticket), mailbox, one.now)
        for mailbox, one in settlements
        for effect in one.effects
        if isinstance(effect, Reply)
    ]
    turns = [
        _turn(mailbox.id, one.inbound_id, effect)
        for mailbox, one in settlements
        for effect in one.effects
        if isinstance(effect, Remember)
    ]
    posting.post_all(session, replies)
    if turns:
        session.connection().execute(REMEMBER, one_or_many(turns))


def apply_all(session: Session, place: Place, effects: Iterable[Effect]) -> None:
    """Write effects down, in their order."""
    for effect in effects:
        _apply(session, place, effect)


def _apply(session: Session, place: Place, effect: Effect) -> None:
    match effect:
        case Reply():
            envelope = Envelope(place.conversation_id, place.inbound_id, ticket=effect.ticket)
            posting.post(session, effect, envelope, place.now)
        case OpenTicket():
            _open(session, place, effect)
        case SaveTicket(ticket):
            tickets.save(session, ticket)
        case Record(number, action, actor, text):
            _record(session, place, Happening(number, action, actor, text))
        case Answer():
            _answer(session, place, effect)
        case Revise():
            _revise(session, place, effect)
        case DraftEntry(number, question, answer, actor):
            session.add(Draft(ticket=number, at=place.now, actor=actor, question=question, answer=answer))
        case SaveIntake():
            _keep_intake(session, place, effect)
        case DropIntake():
            intakes.erase(session, place.inbound_id, place.now)
        case Remember():
            session.connection().execute(REMEMBER, _turn(place.conversation_id, place.inbound_id, effect))
        case Rate():
            _rate(session, place, effect)
        case SetSubscription() | GiveCode() | LinkMailbox() | UnlinkMailbox() | PreferMailbox():
            _subscribe(session, place, effect)
        case _:
            assert_never(effect)


def _subscribe(session: Session, place: Place, effect: Subscribing) -> None:
    here, now = place.conversation_id, place.now
    match effect:
        case SetSubscription(topic, wanted):
            subscribing.set_topic(session, here, topic, wanted, now)
        case GiveCode(code):
            linking.give_code(session, here, code, now)
        case LinkMailbox(code):
            linking.link(session, here, code, now)
        case UnlinkMailbox():
            linking.leave(session, here, now)
        case PreferMailbox(chosen):
            linking.prefer_mailbox(session, here, chosen, now)
        case _:
            assert_never(effect)


def _open(session: Session, place: Place, opened: OpenTicket) -> None:
    inbound = session.get_one(Inbound, place.inbound_id)
    session.add(
        Ticket(
            number=opened.number,
            conversation_id=place.conversation_id,
            inbound_id=place.inbound_id,
            channel=inbound.channel,
            person=inbound.person,
            question=opened.question,
            urgent=opened.urgent,
            reason=opened.reason,
            kind=opened.kind,
            opened_at=place.now,
            asked_at=place.now,
            last_at=place.now,
        )
    )
    session.flush()
    _record(session, place, Happening(opened.number, Action.OPENED, text=opened.question))


def _record(session: Session, place: Place, what: Happening) -> None:
    line = place.inbound_id if what.action in OWN_WORDS else None
    tickets.record(session, _by(place, replace(what, line=line)), place.now)


def _by(place: Place, what: Happening) -> Happening:
    """With the message that did it; what the desk does by itself was done by none."""
    return replace(what, channel=place.channel, inbound_id=place.inbound_id if place.channel else None)


def _answer(session: Session, place: Place, answer: Answer) -> None:
    told = None if answer.action is None else ""
    number = posting.post_to_participant(session, answer.ticket, answer.reply, told, place.now)
    if answer.action is not None:
        what = Happening(answer.ticket, answer.action, answer.actor, answer.reply.text, number)
        tickets.record(session, _by(place, what), place.now)


def _revise(session: Session, place: Place, revision: Revise) -> None:
    """Only what went to the participant of that very ticket can be changed."""
    delivery = session.get(Delivery, revision.delivery)
    ticket = session.get(Ticket, revision.ticket)
    if delivery is None or ticket is None or delivery.conversation_id != ticket.conversation_id:
        return
    posting.revise(session, revision.delivery, revision.reply, place.now)
    action = Action.WITHDRAWN if revision.reply is None else Action.REVISED
    text = "" if revision.reply is None else revision.reply.text
    what = Happening(revision.ticket, action, revision.actor, text, revision.delivery)
    tickets.record(session, _by(place, what), place.now)


def _keep_intake(session: Session, place: Place, save: SaveIntake) -> None:
    if save.intake is None:
        intakes.end(session, place.inbound_id)
    else:
        intakes.keep(session, place.inbound_id, save.intake, place.now)


def _turn(conversation_id: int, inbound_id: int, remember: Remember) -> Values:
    return {
        "conversation_id": conversation_id,
        "inbound_id": inbound_id,
        "text": remember.turn.text,
        "entries": remember.turn.entries,
    }


def _rate(session: Session, place: Place, rate: Rate) -> None:
    """Ratings of replies outside of the conversation are ignored."""
    delivery = session.get(Delivery, rate.reply)
    if delivery is not None and delivery.conversation_id == place.conversation_id:
        session.merge(Rating(delivery_id=rate.reply, helpful=rate.helpful, at=place.now))
