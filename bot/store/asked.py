"""What was most asked: counted over conversations, without a word of what anybody wrote."""

import json
from collections import defaultdict
from datetime import datetime

from sqlalchemy import JSON, Text, cast, select, type_coerce
from sqlalchemy.orm import Session

from bot.store.engine import table_of
from bot.store.models import Delivery, DeliveryState
from handlers.announce import Asked
from knowledge.finding import Outcome

deliveries = table_of(Delivery)

# What somebody has, or will have as far as is known.
ARRIVING = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)


def most_asked(session: Session, since: datetime, until: datetime, at_least: int, at_most: int) -> tuple[Asked, ...]:
    """Entries that answered in at least so many conversations from `since` to before `until`, the most asked first.

    Small talk, suggestions, handovers and what staff wrote do not count, nor what never went. Of entries with as many
    conversations the first in the alphabet comes first.
    """
    conversations: defaultdict[str, set[int]] = defaultdict(set)
    for conversation, entries in _answers(session, since, until):
        for entry in json.loads(entries):
            conversations[entry].add(conversation)
    enough = (Asked(entry, len(among)) for entry, among in conversations.items() if len(among) >= at_least)
    return tuple(sorted(enough, key=lambda asked: (-asked.count, asked.entry))[:at_most])


def _answers(session: Session, since: datetime, until: datetime) -> list[tuple[int, str]]:
    """Each conversation with the entries (as JSON) of answers in it, the same ones once. Small talk cannot be rated."""
    said = type_coerce(deliveries.c.payload, JSON)
    found = (
        select(deliveries.c.conversation_id, cast(said["entries"], Text))
        .where(
            deliveries.c.created_at >= since,
            deliveries.c.created_at < until,
            deliveries.c.state.in_(ARRIVING),
            deliveries.c.occurrence_id.is_(None),
            said["outcome"].as_string() == Outcome.ANSWER,
            said["rateable"].as_boolean(),
        )
        .distinct()
    )
    return [(conversation, entries) for conversation, entries in session.execute(found)]
