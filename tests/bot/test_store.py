"""What is kept, read back, and guarded."""

from datetime import UTC, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from bot.channels.base import parcel_of
from bot.ports import TURNS_RECALLED
from bot.store import inbox, queries
from bot.store.desk_models import Ticket
from bot.store.models import Conversation, Delivery, DeliveryState, Inbound, InboundState, Rating
from handlers.effects import Choice, OpenTicket, Rate, Remember, Reply
from handlers.message import Message, Tap, Text
from handlers.situation import Offered
from knowledge.finding import Outcome, Turn
from tests.bot.alone import recall, settle
from tests.bot.fakes import MONDAY, message, tap
from tests.bot.kept import HOLD, Kept

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


def is_new(kept: Kept, message: Message) -> bool:
    """Whether keeping a message changes anything."""
    return kept.do(inbox.keep_all, [parcel_of(message)], "me", MONDAY, MONDAY + HOLD) != []


def test_a_message_with_a_known_key_is_kept_once(kept: Kept) -> None:
    assert is_new(kept, message("一", "k1"))
    assert not is_new(kept, message("一", "k1"))
    assert is_new(kept, message("一", "k1", channel="other"))
    assert kept.count(Inbound) == 2


def test_a_repeated_message_uses_no_number(kept: Kept) -> None:
    first = kept.settle(message("一", "k1"))
    assert not is_new(kept, message("一", "k1"))
    assert kept.keep(message("二", "k2")) == first + 1


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
        is_new(kept, Message("fake", "a", "a", "k", naive, Text("x")))
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
    assert kept.do(inbox.waiting, ["fake"], MONDAY + HOLD) != []


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
