"""What is kept, read back, and guarded."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from bot.ports import TURNS_RECALLED
from bot.store import inbox, outbox, queries
from bot.store.apply import settle
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, InboundState, Rating, Ticket
from bot.store.recall import recall
from bot.store.transactions import Store
from handlers.effects import Choice, Effect, OpenTicket, Rate, Remember, Reply
from handlers.message import Message, Tap, Text
from handlers.situation import Offered
from knowledge.finding import Outcome, Turn
from tests.bot.fakes import MONDAY, message, tap

P = ParamSpec("P")
R = TypeVar("R")
FULL = Reply(
    "もしかして",
    Outcome.SUGGEST,
    ("entry-a",),
    ("チラシ",),
    (Choice("A", "entry:a"),),
    (Choice("B", "entry:b"),),
    rateable=True,
    urgent=False,
    ticket=3,
    question="なに",
)


class Kept:
    """The store, one job a call."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def do(self, job: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        return asyncio.run(self._store.write(job, *args, **kwargs))

    def keep(self, kept: Message) -> int:
        """Keep a message; its id."""
        conversation = self.do(inbox.keep, kept)
        assert conversation is not None
        found = self.do(inbox.next_new, conversation)
        assert found is not None
        return found

    def settle(self, kept: Message, *effects: Effect) -> int:
        inbound = self.keep(kept)
        assert self.do(settle, inbound, InboundState.DONE, effects, MONDAY)
        return inbound

    def count(self, table: type) -> int:
        return self.do(lambda session: session.scalar(select(func.count()).select_from(table))) or 0

    def delivery(self) -> Delivery:
        """The newest reply."""
        newest = select(Delivery).order_by(Delivery.id.desc())
        found = self.do(lambda session: session.scalars(newest).first())
        assert found is not None
        return found

    def claim(self, now: datetime = MONDAY, at_most: int = 8) -> list[outbox.Claimed]:
        return self.do(outbox.claim, ["fake"], at_most, now, now + timedelta(seconds=30))


@pytest.fixture
def kept(store: Store) -> Kept:
    return Kept(store)


def test_a_message_with_a_known_key_is_kept_once(kept: Kept) -> None:
    assert kept.do(inbox.keep, message("一", "k1")) is not None
    assert kept.do(inbox.keep, message("一", "k1")) is None
    assert kept.do(inbox.keep, message("一", "k1", channel="other")) is not None
    assert kept.count(Inbound) == 2


def test_a_repeated_message_uses_no_number(kept: Kept) -> None:
    first = kept.settle(message("一", "k1"))
    kept.do(inbox.keep, message("一", "k1"))
    assert kept.keep(message("二", "k2")) == first + 1


def test_many_at_once_are_all_kept_once(store: Store) -> None:
    async def all_at_once() -> list[int | None]:
        writes = [store.write(inbox.keep, message("x", f"k{n % 20}", f"a{n % 4}")) for n in range(40)]
        return await asyncio.gather(*writes)

    stored = asyncio.run(all_at_once())
    assert sum(conversation is not None for conversation in stored) == 20


def test_text_and_taps_come_back_as_they_were(kept: Kept) -> None:
    assert kept.do(recall, kept.keep(message("初回は？😀\n<b>")), MONDAY)[0] == message("初回は？😀\n<b>")
    pressed = tap("entry:a", None, address="b")
    assert kept.do(recall, kept.keep(pressed), MONDAY)[0] == pressed


def test_moments_come_back_in_utc_whatever_the_zone(kept: Kept) -> None:
    tokyo = MONDAY.astimezone(timezone(timedelta(hours=9)))
    inbound = kept.keep(Message("fake", "a", "a", "k", tokyo, Text("x")))
    at = kept.do(recall, inbound, MONDAY)[0].at
    assert (at, at.tzinfo) == (MONDAY, UTC)


def test_a_moment_without_zone_is_refused(kept: Kept) -> None:
    naive = MONDAY.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"):
        kept.do(inbox.keep, Message("fake", "a", "a", "k", naive, Text("x")))
    assert kept.count(Conversation) == 0


def test_the_situation_has_the_latest_turns_of_this_conversation_only(kept: Kept) -> None:
    for number in range(TURNS_RECALLED + 2):
        kept.settle(message("x", f"k{number}"), Remember(Turn(f"turn {number}", ("e",))))
    kept.settle(message("x", "other", "b"), Remember(Turn("elsewhere")))
    _, situation = kept.do(recall, kept.keep(message("y", "last")), MONDAY)
    assert [turn.text for turn in situation.turns] == [f"turn {n}" for n in range(2, TURNS_RECALLED + 2)]
    assert situation.turns[0].entries == ("e",)


def test_the_fresh_ticket_is_a_number_of_this_message_alone(kept: Kept) -> None:
    first = kept.settle(message("x", "k1"))
    second = kept.keep(message("y", "k2"))
    assert kept.do(recall, second, MONDAY)[1].fresh_ticket == second != first


def test_a_tap_recalls_what_the_reply_offered(kept: Kept) -> None:
    kept.settle(message("x", "k1"), FULL)
    reply = kept.delivery().id
    _, situation = kept.do(recall, kept.keep(tap("entry:a", reply)), MONDAY)
    assert situation.offered == Offered(reply, "なに", Outcome.SUGGEST, ("entry-a",), ("entry:a", "entry:b"))


@pytest.mark.parametrize("reply", [None, 1, 999_999])
def test_a_tap_on_nothing_recalls_nothing(kept: Kept, reply: int | None) -> None:
    assert kept.do(recall, kept.keep(tap("entry:a", reply)), MONDAY)[1].offered is None


def test_a_tap_on_a_reply_to_somebody_else_recalls_nothing(kept: Kept) -> None:
    kept.settle(message("x", "k1"), FULL)
    theirs = tap("entry:a", kept.delivery().id, address="b")
    assert kept.do(recall, kept.keep(theirs), MONDAY)[1].offered is None


def test_a_reply_is_queued_as_it_was_made(kept: Kept) -> None:
    kept.settle(message("x"), FULL)
    delivery = kept.delivery()
    assert (delivery.payload, delivery.state) == (FULL, DeliveryState.QUEUED)
    assert delivery.created_at == MONDAY


def test_settling_twice_applies_the_effects_once(kept: Kept) -> None:
    inbound = kept.settle(message("x"), FULL)
    assert not kept.do(settle, inbound, InboundState.DONE, [FULL], MONDAY)
    assert kept.count(Delivery) == 1


def test_effects_are_written_all_or_none(kept: Kept) -> None:
    inbound = kept.keep(message("x"))
    broken = OpenTicket(1, None, False, "gap")  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)not.null"):
        kept.do(settle, inbound, InboundState.DONE, [FULL, broken], MONDAY)
    assert (kept.count(Delivery), kept.count(Ticket)) == (0, 0)
    assert kept.do(inbox.waiting, ["fake"]) != []


def test_the_last_rating_counts(kept: Kept) -> None:
    kept.settle(message("x", "k1"), FULL)
    reply = kept.delivery().id
    kept.settle(tap("rate:up", reply, "k2"), Rate(reply, True))
    kept.settle(tap("rate:down", reply, "k3"), Rate(reply, False))
    assert kept.count(Rating) == 1
    lines = kept.do(queries.conversation, "fake", "a", 0, 200)
    assert [line.rated for line in lines if line.delivery] == [False]


def test_a_rating_of_somebody_elses_reply_is_ignored(kept: Kept) -> None:
    kept.settle(message("x", "k1"), FULL)
    reply = kept.delivery().id
    kept.settle(tap("rate:up", reply, "k2", address="b"), Rate(reply, True), Rate(999, True))
    assert kept.count(Rating) == 0


def test_open_questions_come_urgent_first_then_oldest(kept: Kept) -> None:
    for key, urgent in (("k1", False), ("k2", True), ("k3", False)):
        inbound = kept.keep(message(key, key))
        effects = [OpenTicket(inbound, key, urgent, "gap")]
        kept.do(settle, inbound, InboundState.DONE, effects, MONDAY)
    assert [asked.question for asked in kept.do(queries.open_questions)] == ["k2", "k1", "k3"]


def test_both_sides_of_a_conversation_share_one_growing_number(kept: Kept) -> None:
    kept.settle(message("一", "k1"), Reply("壱"), Reply("弐"))
    kept.settle(message("elsewhere", "k2", "b"), Reply("other"))
    kept.settle(message("二", "k3"), Reply("参"))
    lines = kept.do(queries.conversation, "fake", "a", 0, 200)
    said = [line.delivery.payload.text if line.delivery else line.inbound for line in lines]
    assert [text for text in said if isinstance(text, str)] == ["壱", "弐", "参"]
    assert [line.id for line in lines] == sorted({line.id for line in lines})
    later = kept.do(queries.conversation, "fake", "a", lines[2].id, 200)
    assert [line.id for line in later] == [line.id for line in lines[3:]]


def test_a_long_conversation_is_shown_from_its_end_and_continued_without_gaps(kept: Kept) -> None:
    for number in range(6):
        kept.settle(message(str(number), f"k{number}"))
    newest = kept.do(queries.conversation, "fake", "a", 0, 3)
    assert [line.inbound.content for line in newest if line.inbound] == [Text("3"), Text("4"), Text("5")]
    after = kept.do(queries.conversation, "fake", "a", newest[0].id - 2, 2)
    assert [line.inbound.content for line in after if line.inbound] == [Text("2"), Text("3")]


def test_a_tap_is_shown_with_the_label_of_its_choice(kept: Kept) -> None:
    kept.settle(message("x", "k1"), FULL)
    reply = kept.delivery().id
    for number, content in enumerate((Tap("entry:b", reply), Tap("rate:up", reply), Tap("entry:b"))):
        kept.settle(Message("fake", "a", "a", f"t{number}", MONDAY, content))
    lines = kept.do(queries.conversation, "fake", "a", 0, 200)
    assert [line.label for line in lines] == [None, None, "B", None, None]


def test_replies_of_a_conversation_are_claimed_one_after_another(kept: Kept) -> None:
    kept.settle(message("x", "k1"), Reply("一"), Reply("二"))
    kept.settle(message("x", "k2", "b"), Reply("三"))
    first, other = kept.claim()
    assert (first.reply.text, other.reply.text) == ("一", "三")
    assert kept.claim() == []
    kept.do(outbox.sent, first, MONDAY)
    assert [claimed.reply.text for claimed in kept.claim()] == ["二"]


def test_a_reply_is_claimed_by_one_only(kept: Kept, store: Store) -> None:
    for number in range(20):
        kept.settle(message("x", f"k{number}", f"a{number}"), Reply("x"))

    def claim_four() -> list[int]:
        found = asyncio.run(store.write(outbox.claim, ["fake"], 4, MONDAY, MONDAY))
        return [claimed.id for claimed in found]

    with ThreadPoolExecutor(6) as pool:
        claims = [pool.submit(claim_four) for _ in range(8)]
        taken = [number for claim in claims for number in claim.result()]
    assert len(taken) == len(set(taken)) == 20


def test_only_replies_of_our_channels_are_claimed(kept: Kept) -> None:
    kept.settle(message("x", channel="other"), Reply("x"))
    assert kept.claim() == []


def test_a_retry_waits_until_its_time_and_holds_back_what_follows(kept: Kept) -> None:
    kept.settle(message("x"), Reply("一"), Reply("二"))
    (first,) = kept.claim()
    kept.do(outbox.again, first, MONDAY + timedelta(seconds=10), "busy")
    assert kept.claim(MONDAY + timedelta(seconds=9)) == []
    (again,) = kept.claim(MONDAY + timedelta(seconds=10))
    assert (again.id, again.tries) == (first.id, 2)


def test_what_has_failed_does_not_hold_back_what_follows(kept: Kept) -> None:
    kept.settle(message("x"), Reply("一"), Reply("二"))
    (first,) = kept.claim()
    kept.do(outbox.give_up, first, DeliveryState.FAILED, "blocked")
    assert [claimed.reply.text for claimed in kept.claim()] == ["二"]


def test_an_outcome_that_comes_too_late_changes_nothing(kept: Kept) -> None:
    kept.settle(message("x"), Reply("一"))
    (first,) = kept.claim()
    kept.do(outbox.give_up, first, DeliveryState.UNKNOWN, "lease")
    kept.do(outbox.sent, first, MONDAY)
    assert kept.delivery().state == DeliveryState.UNKNOWN


def test_a_lease_that_ran_out_is_found(kept: Kept) -> None:
    kept.settle(message("x"), Reply("一"))
    (first,) = kept.claim()
    assert kept.do(outbox.lost, ["fake"], MONDAY + timedelta(seconds=29)) == []
    assert [c.id for c in kept.do(outbox.lost, ["fake"], MONDAY + timedelta(seconds=31))] == [first.id]
    assert kept.do(outbox.lost, ["other"], MONDAY + timedelta(seconds=31)) == []


def test_the_outcome_of_an_earlier_try_does_not_touch_a_later_one(kept: Kept) -> None:
    kept.settle(message("x"), Reply("一"))
    (first,) = kept.claim()
    kept.do(outbox.again, first, MONDAY, "lease")
    (second,) = kept.claim()
    kept.do(outbox.again, first, MONDAY, "lease")
    assert (kept.delivery().state, second.tries) == (DeliveryState.SENDING, 2)
