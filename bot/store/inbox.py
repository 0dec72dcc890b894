"""Messages that came in: kept once, worked off in order by one process at a time, set aside when undecidable.

A process holds a conversation while it works off its messages. The hold runs out by the machine's clock, so
that others can go on where a process died.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.channels.base import Parcel, place_of
from bot.store import inbox_statements as statements
from bot.store.engine import Values, dialect_of, one_or_many
from bot.store.lines import Mailbox, draw_lines, lock_conversations
from bot.store.models import InboundState, RawState
from handlers.message import Message

# A channel, and the platform's key of a message there.
Name = tuple[str, str]


@dataclass(frozen=True)
class Arrived:
    """What came in together; its conversations are held from `now` `until` when."""

    parcels: Sequence[Parcel]
    now: datetime
    until: datetime


@dataclass(frozen=True)
class Kept:
    """A message that is kept now, its conversation, and the oldest message there that is not yet decided: None where
    somebody else works that off."""

    name: Name
    conversation_id: int
    oldest: int | None


def keep_arrived(session: Session, arrived: Sequence[Arrived], holder: str) -> list[list[Kept]]:
    """The same as `keep_all` for what came in at several doors at once: to each its own."""
    latest = arrived[-1]
    parcels = [parcel for one in arrived for parcel in one.parcels]
    kept = {one.name: one for one in keep_all(session, parcels, holder, latest.now, latest.until)}
    return [[kept.pop(name) for name in dict.fromkeys(map(_name, one.parcels)) if name in kept] for one in arrived]


def _name(parcel: Parcel) -> Name:
    return parcel.channel, parcel.key


def keep_all(session: Session, parcels: Sequence[Parcel], holder: str, now: datetime, until: datetime) -> list[Kept]:
    """Write down what came in, in this order, and hold its conversations. A key known already changes nothing.

    Raises IntegrityError where another process keeps the same message at the same moment: it is known then.
    """
    new = _unknown(session, _keep_raw(session, parcels, now))
    messages = [(parcel.key, parcel.message) for parcel in new if parcel.message is not None]
    if not messages:
        return []
    holding: Values = {"holder": holder, "now": now, "until": until}
    held = _hold_all(session, [message for _, message in messages], holding)
    owners = [held[message.channel, message.address] for _, message in messages]
    numbers = draw_lines(session, [owner.id for owner in owners])
    rows = [_inbound(*named, owner.id, number) for named, owner, number in zip(messages, owners, numbers, strict=True)]
    _run(session, statements.INSERT_MESSAGE, _by_key(rows))
    oldest = _oldest_new(session, {owner.id for owner in owners if owner.held_by == holder})
    names = [(message.channel, key) for key, message in messages]
    return [Kept(name, owner.id, oldest.get(owner.id)) for name, owner in zip(names, owners, strict=True)]


def _keep_raw(session: Session, parcels: Sequence[Parcel], now: datetime) -> list[Parcel]:
    """The parcels that are new, after keeping each as it came."""
    once = {(parcel.channel, parcel.key): parcel for parcel in reversed(parcels)}
    rows = [_raw(parcel, now) for parcel in once.values() if parcel.raw]
    kept = _run(session, statements.keep_raw(dialect_of(session)), _by_key(rows)) if rows else []
    new = {(row.channel, row.key) for row in kept}
    return [parcel for name, parcel in reversed(once.items()) if not parcel.raw or name in new]


def _raw(parcel: Parcel, now: datetime) -> Values:
    return {
        "channel": parcel.channel,
        "key": parcel.key,
        "received_at": now,
        "body": parcel.raw,
        "state": _state_of(parcel),
        "error": parcel.error,
    }


def _state_of(parcel: Parcel) -> RawState:
    if parcel.message is not None:
        return RawState.MESSAGE
    return RawState.IGNORED if parcel.error is None else RawState.SET_ASIDE


def _unknown(session: Session, parcels: list[Parcel]) -> list[Parcel]:
    """Without those that were kept as messages before."""
    keys: dict[str, list[str]] = defaultdict(list)
    for parcel in parcels:
        if parcel.message is not None:
            keys[parcel.channel].append(parcel.key)
    known = {(channel, key) for channel, among in keys.items() for key in _known(session, channel, among)}
    return [parcel for parcel in parcels if (parcel.channel, parcel.key) not in known]


def _known(session: Session, channel: str, keys: list[str]) -> Sequence[str]:
    found = session.connection().execute(statements.KNOWN, {"among": channel, "keys": keys})
    return found.scalars().all()


def _hold_all(session: Session, messages: Sequence[Message], holding: Values) -> Mapping[tuple[str, str], Row[Any]]:
    """Lock the conversations and hold those that nobody else holds.

    Whoever writes can be reached again, and so can the whole place in which they write.
    """
    latest = {(message.channel, message.address): message.at for message in messages}
    # In one order everywhere, so that processes do not wait for each other in a circle.
    rows = [_conversation(*name, at, holding) for name, at in sorted(latest.items())]
    held = _run(session, statements.hold(dialect_of(session)), rows)
    if threads := [row for row in rows if row["address"] != row["place"]]:
        _run(session, statements.REACH, [{"of_channel": row["channel"], "at_place": row["place"]} for row in threads])
    return {(row.channel, row.address): row for row in held}


def _conversation(channel: str, address: str, at: datetime, holding: Values) -> Values:
    return {
        "channel": channel,
        "address": address,
        "place": place_of(address),
        "last_at": at,
        "held_by": holding["holder"],
        "held_until": holding["until"],
        "now": holding["now"],
    }


def _inbound(key: str, message: Message, conversation_id: int, number: int) -> Values:
    return {
        "id": number,
        "conversation_id": conversation_id,
        "channel": message.channel,
        "key": key,
        "person": message.person,
        "at": message.at,
        "ref": message.ref,
        "answers": message.answers,
        "content": message.content,
    }


def _by_key(rows: list[Values]) -> list[Values]:
    """In the order of keys, so that processes that keep the same ones do not wait for each other in a circle."""
    return sorted(rows, key=lambda row: (str(row["channel"]), str(row["key"])))


def _run(session: Session, statement: Any, rows: list[Values]) -> Any:
    return session.connection().execute(statement, one_or_many(rows))


def take(session: Session, conversation_id: int, holder: str, now: datetime, until: datetime) -> int | None:
    """Hold a conversation for its oldest message that is not yet decided; that one's id.

    None where somebody else holds it, and where nothing is left: then it is given back.
    """
    connection = session.connection()
    holding = {"this": conversation_id, "holder": holder, "now": now, "until": until}
    if connection.execute(statements.TAKE, holding).scalar() is None:
        return None
    inbound_id = _oldest_new(session, [conversation_id]).get(conversation_id)
    if inbound_id is None:
        give_back(session, [conversation_id], holder)
    return inbound_id


def go_on(
    session: Session, conversation_ids: Collection[int], holder: str, now: datetime, until: datetime
) -> dict[int, int | None]:
    """The same for conversations that this transaction has locked, each with its next message: cheaper where nothing
    is left."""
    left = _oldest_new(session, conversation_ids)
    give_back(session, [one for one in conversation_ids if one not in left], holder)
    return {one: take(session, one, holder, now, until) if one in left else None for one in conversation_ids}


def _oldest_new(session: Session, conversation_ids: Collection[int]) -> dict[int, int]:
    """The oldest message that is not yet decided, by conversation, where there is one."""
    if not conversation_ids:
        return {}
    found = session.connection().execute(statements.OLDEST_NEW, {"these": sorted(conversation_ids)})
    return dict(found.all())


def give_back(session: Session, conversation_ids: Collection[int], holder: str) -> None:
    """Let others work off those of these conversations that we hold."""
    if conversation_ids:
        session.connection().execute(statements.GIVE_BACK, {"these": sorted(conversation_ids), "holder": holder})


def waiting(session: Session, channels: Sequence[str], now: datetime) -> Sequence[int]:
    """Conversations of these channels with messages not yet decided, which nobody holds."""
    found = session.connection().execute(statements.WAITING, {"channels": list(channels), "now": now})
    return found.scalars().all()


def count_try(session: Session, inbound_id: int) -> int:
    """Note that deciding a message failed; how often it has by now."""
    tries: int = session.connection().execute(statements.COUNT_TRY, {"this": inbound_id}).scalar_one()
    return tries


def close(
    session: Session, inbound_ids: Collection[int], state: InboundState, now: datetime, error: str | None = None
) -> dict[int, Mailbox]:
    """Take new messages off the list. Where those came from that were not taken off already, now locked."""
    closing = {"these": sorted(inbound_ids), "as": state, "why": error}
    closed = {one.id: one.conversation_id for one in session.connection().execute(statements.CLOSE, closing)}
    mailboxes = lock_conversations(session, sorted(set(closed.values())), now)
    return {inbound_id: mailboxes[conversation_id] for inbound_id, conversation_id in closed.items()}
