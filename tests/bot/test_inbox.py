"""What comes in is kept once, as it came, and worked off by one process at a time."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import IntegrityError

from bot.channels.base import Parcel, parcel_of
from bot.store import inbox
from bot.store import inbox_statements as statements
from bot.store.engine import open_engine
from bot.store.inbox import Kept as KeptMessage
from bot.store.models import Conversation, Inbound, InboundState, Line, Raw, RawState
from bot.store.transactions import Store
from handlers.message import Message, Text
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import Kept

UNTIL = MONDAY + timedelta(seconds=10)


def update_of(number: int, text: str | None = "一", address: str = "a") -> Parcel:
    """What a platform hands over: with a message, or with none."""
    meant = None if text is None else message(text, f"u{number}", address)
    return Parcel("fake", f"u{number}", MONDAY, f'{{"update": {number}}}', meant)


def keep(kept: Kept, parcels: Sequence[Parcel], holder: str = "me", now: datetime = MONDAY) -> list[KeptMessage]:
    return kept.do(inbox.keep_all, parcels, holder, now, now + timedelta(seconds=10))


def conversation(kept: Kept) -> Conversation:
    return kept.do(lambda session: session.scalars(select(Conversation)).one())


def inbounds(kept: Kept) -> list[Inbound]:
    return list(kept.do(lambda session: session.scalars(select(Inbound).order_by(Inbound.id)).all()))


def test_what_a_platform_hands_over_is_kept_as_it_came_with_what_it_meant(kept: Kept) -> None:
    broken = Parcel("fake", "u3", MONDAY, "{", error="ValueError")
    assert len(keep(kept, [update_of(1), update_of(2, None), broken])) == 1
    raws = kept.do(lambda session: session.scalars(select(Raw).order_by(Raw.key)).all())
    assert [(raw.key, raw.body, raw.state, raw.error, raw.received_at) for raw in raws] == [
        ("u1", '{"update": 1}', RawState.MESSAGE, None, MONDAY),
        ("u2", '{"update": 2}', RawState.IGNORED, None, MONDAY),
        ("u3", "{", RawState.SET_ASIDE, "ValueError", MONDAY),
    ]


def test_a_message_is_kept_with_all_that_is_known_of_it(kept: Kept) -> None:
    meant = Message("fake", "-5:7", "person", "u1", MONDAY, Text("一"), ref="99")
    keep(kept, [Parcel("fake", "u1", UNTIL, "{}", meant)])
    (row,) = inbounds(kept)
    assert (row.key, row.person, row.at, row.ref, row.content) == ("u1", "person", MONDAY, "99", Text("一"))
    assert (row.state, row.tries, row.error) == (InboundState.NEW, 0, None)
    found = conversation(kept)
    assert (found.address, found.place, found.last_at, found.gone) == ("-5:7", "-5", MONDAY, None)


def test_messages_of_our_own_making_are_kept_without_a_raw_form(kept: Kept) -> None:
    assert len(keep(kept, [parcel_of(message("一"))])) == 1
    assert (kept.count(Inbound), kept.count(Raw)) == (1, 0)


def test_a_known_key_changes_nothing(kept: Kept) -> None:
    keep(kept, [update_of(1)])
    kept.do(inbox.give_back, [conversation(kept).id], "me")
    assert keep(kept, [update_of(1, "二"), update_of(1)], "other") == []
    assert [row.content for row in inbounds(kept)] == [Text("一")]
    assert (kept.count(Raw), kept.count(Line), conversation(kept).held_by) == (1, 1, None)


def test_a_known_message_is_known_after_its_raw_form_was_forgotten(kept: Kept) -> None:
    keep(kept, [update_of(1)])
    kept.do(lambda session: session.execute(delete(Raw)).close())
    assert keep(kept, [update_of(1)]) == []
    assert (kept.count(Inbound), kept.count(Line)) == (1, 1)


def test_a_key_that_comes_twice_at_once_counts_once_by_what_came_first(kept: Kept) -> None:
    assert len(keep(kept, [update_of(1, "一"), update_of(1, "二"), update_of(2, "三")])) == 2
    assert [row.content for row in inbounds(kept)] == [Text("一"), Text("三")]


def test_the_same_key_on_another_channel_is_another_message(kept: Kept) -> None:
    both = [parcel_of(message("一")), parcel_of(message("一", channel="other"))]
    assert len(keep(kept, both)) == 2


def test_numbers_grow_in_the_order_in_which_messages_came(kept: Kept) -> None:
    keep(kept, [update_of(n, f"{n}", f"a{n % 2}") for n in (4, 2, 9, 1, 7, 0)])
    assert [row.content for row in inbounds(kept) if row.key in ("u4", "u2", "u0")] == [Text("4"), Text("2"), Text("0")]
    assert [row.content for row in inbounds(kept) if row.key in ("u9", "u1", "u7")] == [Text("9"), Text("1"), Text("7")]


def test_whoever_writes_can_be_written_to_again_but_not_by_a_repeat(kept: Kept) -> None:
    keep(kept, [update_of(1)])
    kept.do(lambda session: session.execute(update(Conversation).values(gone="blocked")).close())
    keep(kept, [update_of(1)])
    assert conversation(kept).gone == "blocked"
    keep(kept, [update_of(2)])
    assert conversation(kept).gone is None


def test_a_conversation_is_held_by_who_kept_its_message_first_until_the_hold_runs_out(kept: Kept) -> None:
    late = UNTIL - timedelta(microseconds=1)
    (first,) = keep(kept, [update_of(1)], "one")
    assert first.oldest == inbounds(kept)[0].id
    assert [one.oldest for one in keep(kept, [update_of(2)], "two", late)] == [None]
    assert [one.oldest for one in keep(kept, [update_of(3)], "two", UNTIL)] == [first.oldest]
    assert (conversation(kept).held_by, conversation(kept).held_until) == ("two", UNTIL + timedelta(seconds=10))


def test_what_comes_in_at_several_doors_at_once_is_kept_once_and_told_to_each(kept: Kept) -> None:
    doors = [[update_of(1), update_of(2, None)], [update_of(1), update_of(3, address="b")], [update_of(2)]]
    arrived = [inbox.Arrived(parcels, MONDAY, UNTIL) for parcels in doors]
    found = kept.do(inbox.keep_arrived, arrived, "me")
    assert [[one.name for one in door] for door in found] == [[("fake", "u1")], [("fake", "u3")], []]
    assert [one.oldest for door in found for one in door] == [row.id for row in inbounds(kept)]
    assert (kept.count(Raw), kept.count(Inbound)) == (3, 2)


def test_a_hold_of_our_own_is_renewed(kept: Kept) -> None:
    (first,) = keep(kept, [update_of(1)])
    later = MONDAY + timedelta(seconds=5)
    assert [one.oldest for one in keep(kept, [update_of(2)], now=later)] == [first.oldest]
    assert conversation(kept).held_until == later + timedelta(seconds=10)


def test_the_oldest_message_is_taken_first_and_nothing_is_held_when_none_is_left(kept: Kept) -> None:
    keep(kept, [update_of(1), update_of(2)])
    owner = conversation(kept).id
    first, second = (row.id for row in inbounds(kept))
    assert kept.do(inbox.take, owner, "me", MONDAY, UNTIL) == first
    assert [*kept.do(inbox.close, [first], InboundState.DONE, MONDAY)] == [first]
    assert kept.do(inbox.take, owner, "me", MONDAY, UNTIL) == second
    kept.do(inbox.close, [second], InboundState.SET_ASIDE, MONDAY, "ValueError")
    assert kept.do(inbox.take, owner, "me", MONDAY, UNTIL) is None
    assert (conversation(kept).held_by, conversation(kept).held_until) == (None, None)


def test_nothing_is_taken_from_who_holds_it(kept: Kept) -> None:
    keep(kept, [update_of(1)], "one")
    owner = conversation(kept).id
    assert kept.do(inbox.take, owner, "two", MONDAY, UNTIL) is None
    assert conversation(kept).held_by == "one"
    assert kept.do(inbox.take, owner, "two", UNTIL, UNTIL) == inbounds(kept)[0].id
    assert kept.do(inbox.take, owner, "one", MONDAY, UNTIL) is None


def test_nothing_is_given_back_that_somebody_else_holds(kept: Kept) -> None:
    keep(kept, [update_of(1)], "one")
    kept.do(inbox.give_back, [conversation(kept).id], "two")
    assert conversation(kept).held_by == "one"


def test_what_waits_is_new_of_our_channels_and_held_by_nobody(kept: Kept) -> None:
    keep(kept, [update_of(1), update_of(2)])
    owner = conversation(kept).id
    assert kept.do(inbox.waiting, ["fake"], MONDAY) == []
    assert kept.do(inbox.waiting, ["other"], UNTIL) == []
    assert kept.do(inbox.waiting, ["fake", "other"], UNTIL) == [owner]
    for row in inbounds(kept):
        kept.do(inbox.close, [row.id], InboundState.DONE, MONDAY)
    assert kept.do(inbox.waiting, ["fake"], UNTIL) == []


def test_a_message_is_closed_once(kept: Kept) -> None:
    inbound = kept.keep(message("一"))
    closed = kept.do(inbox.close, [inbound], InboundState.DONE, MONDAY)
    assert {number: mailbox.id for number, mailbox in closed.items()} == {inbound: conversation(kept).id}
    assert kept.do(inbox.close, [inbound], InboundState.SET_ASIDE, MONDAY, "ValueError") == {}
    assert (inbounds(kept)[0].state, inbounds(kept)[0].error) == (InboundState.DONE, None)


def test_no_question_to_the_inbox_looks_through_all_that_ever_came(migrated_file: Path) -> None:
    engine = open_engine(f"sqlite:///{migrated_file}")
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        connection.execute(statements.KNOWN, {"among": "fake", "keys": ["u1", "u2"]})
        connection.execute(statements.OLDEST_NEW, {"these": [1, 2]})
        connection.execute(statements.WAITING, {"channels": ["fake", "other"], "now": MONDAY})
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values).all() for said, values in asked]
    engine.dispose()
    steps = [step.detail for plan in plans for step in plan]
    assert len(plans) == 3
    assert [step for step in steps if "SCAN" in step] == []
    assert sum("SEARCH inbound" in step for step in steps) == 3


def test_many_batches_at_once_in_any_order_keep_each_message_once(kept: Kept, store: Store) -> None:
    """Half of the batches bring the conversations and keys in the other order."""
    batches = [[update_of(n, f"{n}", f"a{n % 5}") for n in range(start, start + 10)] for start in (0, 5, 10, 15)] * 4

    async def all_at_once() -> list[list[KeptMessage]]:
        orders = [batch if n % 2 else batch[::-1] for n, batch in enumerate(batches)]
        return await asyncio.gather(
            *[store.write(inbox.keep_all, batch, f"p{n}", MONDAY, UNTIL) for n, batch in enumerate(orders)]
        )

    found = asyncio.run(all_at_once())
    assert sum(map(len, found)) == kept.count(Inbound) == kept.count(Raw) == kept.count(Line) == 25


def test_of_messages_without_raw_form_kept_at_the_same_moment_one_is_kept_and_the_other_known(
    kept: Kept, store: Store
) -> None:
    async def keep_surely(n: int) -> int:
        parcels = [parcel_of(message("一", "k1", f"a{n % 3}"))]
        try:
            return len(await store.write(inbox.keep_all, parcels, "me", MONDAY, UNTIL))
        except IntegrityError:
            return len(await store.write(inbox.keep_all, parcels, "me", MONDAY, UNTIL))

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*[keep_surely(n) for n in range(12)])

    assert sum(asyncio.run(all_at_once())) == kept.count(Inbound) == kept.count(Line) == 1
