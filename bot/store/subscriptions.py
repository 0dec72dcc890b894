"""What somebody has subscribed to, as decisions and pages know it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.channels.base import place_of
from bot.codes import GOOD_FOR, hash_of
from bot.store.engine import table_of
from bot.store.models import Conversation, Inbound
from bot.store.notice_models import LinkCode, Subscriber
from bot.store.notice_models import Subscription as Row
from handlers.command import as_meant
from handlers.linking import code_in
from handlers.message import Message
from handlers.subscription import CodeState, Mailbox, Subscription

# So many wrong codes, from one place within the time a code is good for, are guesses.
MOST_WRONG_CODES = 5

conversations = table_of(Conversation)
inbounds = table_of(Inbound)
subscribers = table_of(Subscriber)
subscriptions = table_of(Row)
codes = table_of(LinkCode)

# Made once: to put a statement together takes longer than to run it.
PLACE = select(conversations.c.id, conversations.c.subscriber_id).where(
    conversations.c.channel == bindparam("of_channel"), conversations.c.address == bindparam("at_place")
)
TOPICS = select(subscriptions.c.topic).where(subscriptions.c.subscriber_id == bindparam("subscriber"))
MAILBOXES = (
    select(conversations.c.id, conversations.c.channel, conversations.c.gone)
    .join(subscribers, subscribers.c.id == conversations.c.subscriber_id)
    .where(conversations.c.subscriber_id == bindparam("subscriber"))
    .order_by((conversations.c.id == subscribers.c.prefers).desc(), conversations.c.id)
)
WRITTEN_LATELY = (
    select(inbounds.c.content)
    .join(conversations, conversations.c.id == inbounds.c.conversation_id)
    .where(conversations.c.channel == bindparam("of_channel"), conversations.c.place == bindparam("at_place"))
    .where(inbounds.c.at > bindparam("since"), inbounds.c.id < bindparam("this"))
)


@dataclass(frozen=True)
class Home:
    """The conversation of a whole place (None: nobody wrote there yet), and who gets notices there."""

    conversation: int | None
    subscriber: int | None


def subscription_at(session: Session, channel: str, address: str) -> Subscription:
    """The subscription of the place that an address lies in."""
    here = session.connection().execute(PLACE, _place(channel, address)).first()
    return Subscription() if here is None else _of(session, here.subscriber_id, here.id)


def subscription_for(
    session: Session, message: Message, home: Home, inbound_id: int, now: datetime, fresh: str
) -> Subscription:
    """The subscription that a message may change, with what the code in it is good for; `fresh` is a new code.

    `home` is the conversation of the place in which it was written.
    Groups and channels subscribe as a whole: whoever writes in a place of their own is alone there.
    """
    own = replace(
        _of(session, home.subscriber, home.conversation),
        is_shared=place_of(message.address) != message.person,
        fresh_code=fresh,
    )
    code = code_in(as_meant(message.content))
    return own if code is None else _with_code(session, own, code, message, inbound_id, now)


def _with_code(
    session: Session, own: Subscription, code: str, message: Message, inbound_id: int, now: datetime
) -> Subscription:
    place = _place(message.channel, message.address)
    if _is_guessing(session, place, inbound_id, now):
        return replace(own, code=CodeState.LIMITED)
    row = session.connection().execute(select(codes).where(codes.c.code_hash == hash_of(code))).first()
    if row is None:
        return replace(own, code=CodeState.UNKNOWN)
    if row.used_at is not None or row.expires_at <= now:
        return replace(own, code=CodeState.EXPIRED)
    here = session.connection().execute(PLACE, place).first()
    if here is not None and here.subscriber_id == row.subscriber_id:
        return replace(own, code=CodeState.OWN)
    return replace(own, code=CodeState.VALID, other=_of(session, row.subscriber_id))


def _of(session: Session, subscriber: int | None, here: int | None = None) -> Subscription:
    """A subscriber's, as it is seen from the conversation `here`."""
    if subscriber is None:
        return Subscription()
    them = {"subscriber": subscriber}
    mailboxes = session.connection().execute(MAILBOXES, them).all()
    return Subscription(
        topics=frozenset(session.connection().scalars(TOPICS, them)),
        mailboxes=tuple(Mailbox(row.id, row.channel, row.id == here, row.gone is not None) for row in mailboxes),
    )


def _place(channel: str, address: str) -> dict[str, str]:
    return {"of_channel": channel, "at_place": place_of(address)}


def _is_guessing(session: Session, place: dict[str, str], inbound_id: int, now: datetime) -> bool:
    """Whether too many codes that there never were came from a place lately, before this message."""
    asked = {**place, "since": now - GOOD_FOR, "this": inbound_id}
    contents = session.connection().scalars(WRITTEN_LATELY, asked)
    hashes = [hash_of(code) for content in contents if (code := code_in(as_meant(content))) is not None]
    known = set(session.connection().scalars(select(codes.c.code_hash).where(codes.c.code_hash.in_(hashes))))
    return sum(one not in known for one in hashes) >= MOST_WRONG_CODES
