"""What rows of every earlier revision become, and that several processes may migrate at once."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from bot.store import corrections, tickets
from bot.store.corrections import Proposed
from bot.store.engine import lock_schema, open_engine
from bot.store.models import Base, Delivery
from bot.store.schema import MIGRATIONS, ensure_current, found_version, migrate, wanted_version
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.ticket import Ticket
from tests.bot.desks import a_desk, all_of, replies, swept
from tests.bot.fakes import message

# Rows as each revision would have written them, all tables of it.
ROWS = {
    "0001": (
        "INSERT INTO conversation (channel, address, last_at) VALUES"
        " ('fake', 'a', '2022-07-04 00:00:00.000000'), ('web', 'b', '2022-07-04 00:00:00.000000')",
        "INSERT INTO line (conversation_id) VALUES (1), (1), (1), (2), (2)",
        "INSERT INTO inbound (id, conversation_id, channel, key, person, at, content, state, tries) VALUES"
        """ (1, 1, 'fake', 'k1', 'a', '2022-07-04 00:00:00.000000', '{"text": "一"}', 'done', 0),"""
        """ (3, 1, 'fake', 'k2', 'a', '2022-07-04 00:00:01.000000', '{"text": "二"}', 'new', 0),"""
        """ (4, 2, 'web', 'k3', 'b', '2022-07-04 00:00:02.000000', '{"value": "none", "reply": null}', 'done', 0)""",
        "INSERT INTO turn (conversation_id, inbound_id, text, entries) VALUES (1, 1, '一', '[\"entry-a\"]')",
        "INSERT INTO delivery (id, conversation_id, inbound_id, payload, state, tries, created_at) VALUES"
        """ (2, 1, 1, '{"text": "一ですね()"}', 'sent', 1, '2022-07-04 00:00:00.000000'),"""
        """ (5, 2, 4, '{"text": "おつなぎします"}', 'queued', 3, '2022-07-04 00:00:02.000000')""",
        "INSERT INTO rating (delivery_id, helpful, at) VALUES (2, true, '2022-07-04 00:00:03.000000')",
        "INSERT INTO ticket (number, conversation_id, inbound_id, question, urgent, reason, state, opened_at)"
        " VALUES (4, 2, 4, '四', false, 'gap', 'new', '2022-07-04 00:00:02.000000')",
        "INSERT INTO web_session (token_hash, address, created_at, seen_at)"
        " VALUES ('hash', 'b', '2022-07-04 00:00:02.000000', '2022-07-04 00:00:02.000000')",
    ),
}
ROWS["0002"] = (
    *(
        row.replace("(channel, address, last_at)", "(channel, address, place, last_at)")
        .replace("('fake', 'a',", "('fake', 'a', 'a',")
        .replace("('web', 'b',", "('web', 'b', 'b',")
        .replace("payload, state, tries, created_at", "channel, payload, state, tries, failures, doubts, created_at")
        .replace("(2, 1, 1, '{", "(2, 1, 1, 'fake', '{")
        .replace("(5, 2, 4, '{", "(5, 2, 4, 'web', '{")
        .replace("'sent', 1,", "'sent', 1, 1, 0,")
        .replace("'queued', 3,", "'queued', 3, 3, 0,")
        for row in ROWS["0001"]
    ),
    "INSERT INTO raw (channel, key, received_at, body, state) VALUES"
    " ('fake', 'k1', '2022-07-04 00:00:00.000000', '{}', 'message')",
    "INSERT INTO lane (channel, place, ended) VALUES ('fake', 'a', '[]')",
    "INSERT INTO lease (name, holder, until) VALUES ('poll', 'x', '2022-07-04 00:00:00.000000')",
)
ROWS["0003"] = (
    *(
        row.replace("failures, doubts, created_at", "failures, doubts, aim, created_at")
        .replace("'sent', 1, 1, 0,", "'sent', 1, 1, 0, 'post',")
        .replace("'queued', 3, 3, 0,", "'queued', 3, 3, 0, 'post',")
        .replace(
            "(number, conversation_id,", "(kind, version, channel, person, asked_at, last_at, number, conversation_id,"
        )
        .replace(
            "VALUES (4, 2, 4, '四'",
            "VALUES ('question', 1, 'web', 'b', '2022-07-04 00:00:02.000000', '2022-07-04 00:00:02.000000',"
            " 4, 2, 4, '四'",
        )
        for row in ROWS["0002"]
    ),
    "INSERT INTO event (ticket, at, action, actor, text, channel, told)"
    " VALUES (4, '2022-07-04 00:00:02.000000', 'opened', '', '四', 'web', false)",
    "INSERT INTO card (ticket, channel, delivery_id) VALUES (4, 'fake', 2)",
    "INSERT INTO intake (conversation_id, person, form, lines, at)"
    " VALUES (2, 'b', '{}', '[]', '2022-07-04 00:00:02.000000')",
    "INSERT INTO draft (ticket, at, actor, question, answer, state)"
    " VALUES (4, '2022-07-04 00:00:02.000000', '山', '四', '四です', 'open')",
    "INSERT INTO published (entry_id, entry, at, actor, merged)"
    " VALUES ('entry-a', '{}', '2022-07-04 00:00:02.000000', '山', false)",
    "INSERT INTO correction (published_id, state, text, at, actor)"
    " VALUES (1, 'proposed', '一です', '2022-07-04 00:00:02.000000', '山')",
    "INSERT INTO corrected (correction_id, conversation_id, answered_by) VALUES (1, 1, 2)",
    "INSERT INTO login (login, password_hash, set_at) VALUES ('yama', 'hash', '2022-07-04 00:00:02.000000')",
    "INSERT INTO staff_session (token_hash, login, created_at, expires_at)"
    " VALUES ('hash', 'yama', '2022-07-04 00:00:02.000000', '2022-07-05 00:00:02.000000')",
)

ROWS["0004"] = (
    *ROWS["0003"],
    "INSERT INTO subscriber (prefers, made_at) VALUES (2, '2022-07-04 00:00:00.000000')",
    "INSERT INTO subscription (subscriber_id, topic, since) VALUES (1, 'seminar', '2022-07-04 00:00:00.000000')",
    "INSERT INTO link_code (code_hash, subscriber_id, expires_at) VALUES ('hash', 1, '2022-07-04 00:15:00.000000')",
    "INSERT INTO occurrence (notice, key, topic, state, title, text, due, urgent, author, approver, reason, payload,"
    " audience_to, frozen_to, made_at, version, shown) VALUES ('week', '2', 'seminar', 'sending', '来週', '',"
    """ '2022-07-04 00:00:00.000000', false, '', '', '', '{"text": "来週です"}', 1, 1,"""
    " '2022-07-04 00:00:00.000000', 2, '')",
    "INSERT INTO occurrence_event (occurrence_id, at, action, actor, text)"
    " VALUES (1, '2022-07-04 00:00:00.000000', 'started', '', '')",
    "INSERT INTO line (conversation_id) VALUES (2)",
    "INSERT INTO delivery (id, conversation_id, channel, priority, state, tries, failures, doubts, aim, created_at,"
    " occurrence_id, subscriber_id)"
    " VALUES (6, 2, 'web', 2, 'sent', 1, 0, 0, 'post', '2022-07-04 00:00:00.000000', 1, 1)",
    "INSERT INTO trial (delivery_id, occurrence_id, member) VALUES (6, 1, '山')",
    "INSERT INTO amendment (session, instead_of, day, at, actor)"
    " VALUES (2, '2022-07-13', '2022-07-14', '2022-07-04 00:00:00.000000', '山')",
    "INSERT INTO timetable (session, begins, ends, title, sequence, changed_at)"
    " VALUES (2, '2022-07-14 04:30:00.000000', '2022-07-14 07:00:00.000000', '二', 1, '2022-07-04 00:00:00.000000')",
)
ROWS["0005"] = (
    *(
        row.replace("audience_to, frozen_to,", "audience_to, rendering, frozen_to,")
        .replace('\'{"text": "来週です"}\', 1, 1,', '\'{"text": "来週です"}\', 1, 0, 1,')
        .replace("failures, doubts, aim, created_at", "failures, doubts, rendering, aim, created_at")
        .replace(" 0, 'post',", " 0, 0, 'post',")
        for row in ROWS["0004"]
    ),
    """INSERT INTO former_text (occurrence_id, rendering, payload) VALUES (1, 1, '{"text": "明日です"}')""",
)


def test_the_migrations_make_exactly_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == wanted_version()
    ensure_current(engine)


def upgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture(params=sorted(ROWS))
def old_engine(database: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database that an earlier revision made and wrote to."""
    engine = open_engine(database)
    upgrade(engine, request.param)
    with engine.begin() as connection:
        for statement in ROWS[request.param]:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def test_every_earlier_revision_is_tried() -> None:
    revisions = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    assert revisions - {wanted_version()} == set(ROWS)


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_the_rows_of_an_earlier_revision_stay(old_engine: Engine) -> None:
    tables = ("line", "inbound", "turn", "rating", "ticket", "web_session")
    columns = {
        "inbound": "id, conversation_id, channel, key, person, at, state, tries, error",
        "ticket": "number, conversation_id, inbound_id, question, urgent, reason, state, opened_at",
    }
    kept = {table: f"SELECT {columns.get(table, '*')} FROM {table} ORDER BY 1" for table in tables}
    before = {table: rows(old_engine, statement) for table, statement in kept.items()}
    assert migrate(old_engine) == wanted_version()
    assert {table: rows(old_engine, statement) for table, statement in kept.items()} == before
    assert all(before.values())


def test_the_rows_of_an_earlier_revision_say_what_the_new_one_needs(old_engine: Engine) -> None:
    migrate(old_engine)
    conversations = "SELECT channel, address, place, held_by, gone FROM conversation ORDER BY id"
    assert rows(old_engine, conversations) == [("fake", "a", "a", None, None), ("web", "b", "b", None, None)]
    deliveries = (
        "SELECT id, channel, state, priority, tries, failures, since, ref FROM delivery WHERE id < 6 ORDER BY id"
    )
    assert rows(old_engine, deliveries) == [
        (2, "fake", "sent", 1, 1, 1, None, None),
        (5, "web", "queued", 1, 3, 3, None, None),
    ]


def test_an_open_question_of_an_earlier_revision_waits_for_staff(old_engine: Engine) -> None:
    migrate(old_engine)
    store = Store(old_engine)
    opened = datetime(2022, 7, 4, 0, 0, 2, tzinfo=UTC)
    expected = Ticket(4, "web", "b", "四", False, "gap", opened, asked_at=opened, last_at=opened)
    assert asyncio.run(store.read(tickets.in_play)) == (expected,)
    store.close()


@pytest.mark.parametrize("old_engine", ["0004", "0005"], indirect=True)
def test_a_notice_that_an_earlier_revision_began_says_what_it_said(old_engine: Engine) -> None:
    migrate(old_engine)
    store = Store(old_engine)
    said = asyncio.run(store.read(lambda session: session.get_one(Delivery, 6).payload))
    assert said == Reply("来週です")
    assert rows(old_engine, "SELECT rendered_for, rendering FROM occurrence") == [(None, 0)]
    store.close()


@pytest.mark.parametrize("old_engine", ["0003"], indirect=True)
def test_a_correction_of_an_earlier_revision_stays(old_engine: Engine) -> None:
    migrate(old_engine)
    store = Store(old_engine)
    (proposed,) = asyncio.run(store.read(corrections.proposals))
    assert proposed == Proposed(1, "entry-a", datetime(2022, 7, 4, 0, 0, 2, tzinfo=UTC), "一です")
    assert rows(old_engine, "SELECT correction_id, conversation_id, answered_by FROM corrected") == [(1, 1, 2)]
    store.close()
    with pytest.raises(IntegrityError), old_engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO correction (published_id, state, text, at, actor)"
            " VALUES (1, 'proposed', '二です', '2022-07-04 00:00:02.000000', '山')"
        )


def test_the_desk_goes_on_with_what_an_earlier_revision_left(old_engine: Engine) -> None:
    migrate(old_engine)
    store = Store(old_engine)
    asyncio.run(swept(store))
    all_of(store, a_desk(store), message("二", "k2"), message("三", "k9"))
    assert replies(store) == ["一ですね()", "二ですね(一)", "三ですね(一、二)"]
    store.close()


def test_an_upgraded_schema_is_exactly_the_models(old_engine: Engine) -> None:
    migrate(old_engine)
    test_the_migrations_make_exactly_the_models(old_engine)


def test_several_processes_may_migrate_at_once(database: str) -> None:
    code = "import sys; from bot.store import engine, schema; schema.migrate(engine.open_engine(sys.argv[1]))"
    commands = [[sys.executable, "-c", code, database]] * 3
    running = [subprocess.Popen(command, cwd=MIGRATIONS.parent) for command in commands]
    assert [process.wait(30) for process in running] == [0, 0, 0]
    engine = open_engine(database)
    assert found_version(engine) == wanted_version()
    engine.dispose()


def test_who_comes_second_waits_until_the_first_has_migrated(database: str) -> None:
    first, second = open_engine(database), open_engine(database)
    with ThreadPoolExecutor(1) as threads:
        with first.begin() as connection:
            lock_schema(connection)
            waiting = threads.submit(migrate, second)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert waiting.result(10) == wanted_version()
    first.dispose()
    second.dispose()
