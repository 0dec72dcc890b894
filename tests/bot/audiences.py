"""Subscribers by the thousand, and a notice for them, as rows."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.orm import Session

from bot.channels.base import place_of
from bot.store.engine import table_of
from bot.store.models import Conversation
from bot.store.notice_models import STAFF, Occurrence, Subscriber, Subscription
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic

# A Tuesday, ten in the morning in Japan: the desk is open, and it is long until quiet hours.
MORNING = datetime(2022, 7, 5, 1, 0, tzinfo=UTC)
CHUNK = 5000
TEXT = "第2回セミナーは来週です。お申し込みがまだの方は、お早めにどうぞ。"

# A channel and an address on it.
Mailbox = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One subscriber: their id is their conversation's too."""

    id: int
    channel: str
    address: str


def subscribe(engine: Engine, mailboxes: Iterable[Mailbox], topic: NoticeTopic) -> list[int]:
    """Make each a conversation whose person subscribes to the topic; the ids of the subscribers."""
    ids: list[int] = []
    with engine.begin() as connection:
        rows = _numbered(connection, mailboxes)
        while chunk := list(itertools.islice(rows, CHUNK)):
            _insert(connection, chunk, topic)
            ids += [row.id for row in chunk]
        _count_on(connection)
    return ids


def _numbered(connection: Connection, mailboxes: Iterable[Mailbox]) -> Iterator[Row]:
    tables = (table_of(Conversation), table_of(Subscriber))
    last = max(connection.scalar(select(func.max(table.c.id))) or 0 for table in tables)
    return (Row(number, *mailbox) for number, mailbox in enumerate(mailboxes, start=last + 1))


def _insert(connection: Connection, rows: Sequence[Row], topic: NoticeTopic) -> None:
    connection.execute(insert(table_of(Conversation)), [_conversation(row) for row in rows])
    subscribers = [{"id": row.id, "prefers": row.id, "made_at": MORNING} for row in rows]
    connection.execute(insert(table_of(Subscriber)), subscribers)
    subscriptions = [{"subscriber_id": row.id, "topic": topic, "since": MORNING} for row in rows]
    connection.execute(insert(table_of(Subscription)), subscriptions)


def _conversation(row: Row) -> dict[str, object]:
    place = place_of(row.address)
    where = {"channel": row.channel, "address": row.address, "place": place}
    return {"id": row.id, **where, "last_at": MORNING, "subscriber_id": row.id}


def _count_on(connection: Connection) -> None:
    """Where ids are drawn from a sequence, let it go on behind those that we chose."""
    if connection.dialect.name == "postgresql":
        for name in ("conversation", "subscriber"):
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")


def plan_notice(engine: Engine, topic: NoticeTopic, due: datetime, key: str = "1") -> int:
    """A notice that a member wrote and another approved, to go at `due`; its id."""
    notice = Occurrence(
        notice=STAFF,
        key=key,
        topic=topic,
        state=OccurrenceState.PLANNED,
        title="第2回セミナーのお知らせ",
        text=TEXT,
        due=due,
        author="佐藤",
        approver="鈴木",
        made_at=due,
    )
    with Session(engine) as session, session.begin():
        session.add(notice)
        session.flush()
        return notice.id
