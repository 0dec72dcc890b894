"""The statements of the inbox, made once: to put one together takes longer than to run it."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam, case, func, insert, or_, select, update

from bot.store.engine import insert_into, table_of
from bot.store.models import Conversation, Inbound, InboundState, Raw

conversations = table_of(Conversation)
inbounds = table_of(Inbound)
raws = table_of(Raw)

THIS: BindParameter[int] = bindparam("this")
THESE: BindParameter[Sequence[int]] = bindparam("these", expanding=True)


def _nobody_else_holds(holder: ColumnElement[str]) -> ColumnElement[bool]:
    by, until = conversations.c.held_by, conversations.c.held_until
    return or_(by.is_(None), by == holder, until <= bindparam("now"))


@cache
def keep_raw(dialect: str) -> Executable:
    """Keep what is new of what platforms handed over; tells what was."""
    return insert_into(dialect, Raw).on_conflict_do_nothing().returning(raws.c.channel, raws.c.key)


@cache
def hold(dialect: str) -> Executable:
    """Make or lock conversations, and hold those that nobody else holds; tells who holds each."""
    insertion = insert_into(dialect, Conversation)
    given = insertion.excluded
    is_ours = _nobody_else_holds(given.held_by)
    changes = {
        "last_at": given.last_at,
        "gone": None,
        "held_by": case((is_ours, given.held_by), else_=conversations.c.held_by),
        "held_until": case((is_ours, given.held_until), else_=conversations.c.held_until),
    }
    held = insertion.on_conflict_do_update(index_elements=["channel", "address"], set_=changes)
    return held.returning(*(conversations.c[name] for name in ("id", "channel", "address", "held_by")))


# What could not be written to can, since somebody writes from a thread of it.
REACH = (
    update(conversations)
    .where(conversations.c.channel == bindparam("of_channel"), conversations.c.address == bindparam("at_place"))
    .where(conversations.c.gone.is_not(None))
    .values(gone=None)
)
# A channel at a time: SQLite finds pairs of channel and key in no index.
KNOWN = select(inbounds.c.key).where(
    inbounds.c.channel == bindparam("among"), inbounds.c.key.in_(bindparam("keys", expanding=True))
)
INSERT_MESSAGE = insert(inbounds)
TAKE = (
    update(conversations)
    .where(conversations.c.id == THIS, _nobody_else_holds(bindparam("holder")))
    .values(held_by=bindparam("holder"), held_until=bindparam("until"))
    .returning(conversations.c.id)
)
OLDEST_NEW = (
    select(inbounds.c.conversation_id, func.min(inbounds.c.id))
    .where(inbounds.c.state == InboundState.NEW, inbounds.c.conversation_id.in_(THESE))
    .group_by(inbounds.c.conversation_id)
)
GIVE_BACK = (
    update(conversations)
    .where(conversations.c.id.in_(THESE), conversations.c.held_by == bindparam("holder"))
    .values(held_by=None, held_until=None)
)
_IS_OURS_TO_TAKE = (
    select(conversations.c.id)
    .where(conversations.c.id == inbounds.c.conversation_id)
    .where(conversations.c.channel.in_(bindparam("channels", expanding=True)))
    .where(or_(conversations.c.held_by.is_(None), conversations.c.held_until <= bindparam("now")))
    .exists()
)
# Asked so that the few new messages are looked through, not the conversations.
WAITING = (
    select(inbounds.c.conversation_id)
    .where(inbounds.c.state == InboundState.NEW, _IS_OURS_TO_TAKE)
    .order_by(inbounds.c.conversation_id)
    .distinct()
)
COUNT_TRY = update(inbounds).where(inbounds.c.id == THIS).values(tries=inbounds.c.tries + 1).returning(inbounds.c.tries)
CLOSE = (
    update(inbounds)
    .where(inbounds.c.id.in_(THESE), inbounds.c.state == InboundState.NEW)
    .values(state=bindparam("as"), error=bindparam("why"))
    .returning(inbounds.c.id, inbounds.c.conversation_id)
)
