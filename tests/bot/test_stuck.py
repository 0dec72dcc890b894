"""What an operator sees of deliveries that did not arrive for sure, and what a verdict does."""

import pytest

from bot.pacing import UNLIMITED
from bot.store import outbox, stuck
from bot.store.models import DeliveryState
from bot.store.stuck import Verdict
from handlers.effects import Reply
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import Kept


def unknown(kept: Kept, address: str = "a") -> int:
    """A delivery of which nobody knows whether it arrived."""
    kept.settle(message("一", address, address), Reply("一"))
    (claimed,) = kept.claim()
    kept.do(outbox.doubt, claimed, UNLIMITED, MONDAY, None, "timeout")
    return claimed.id


def test_what_is_stuck_is_listed_with_its_reason_and_without_its_text(kept: Kept) -> None:
    number = unknown(kept)
    (found,) = kept.do(stuck.list_stuck, [DeliveryState.UNKNOWN], 10)
    assert found == stuck.Stuck(number, "fake", "a", DeliveryState.UNKNOWN, 1, "timeout", MONDAY, None)
    assert kept.do(stuck.list_stuck, [DeliveryState.FAILED], 10) == []


def test_the_counts_of_all_states_add_up_to_all(kept: Kept) -> None:
    unknown(kept)
    kept.settle(message("二", "b", "b"), Reply("二"))
    counts = kept.do(stuck.count_by_state)
    assert counts == {state: int(state in ("unknown", "queued")) for state in DeliveryState}


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.SENT, DeliveryState.SENT),
        (Verdict.AGAIN, DeliveryState.QUEUED),
        (Verdict.DROP, DeliveryState.CANCELLED),
    ],
)
def test_an_unknown_one_is_settled(kept: Kept, verdict: Verdict, state: DeliveryState) -> None:
    number = unknown(kept)
    assert kept.do(stuck.settle_by_hand, number, verdict, MONDAY) == state
    delivery = kept.delivery()
    assert (delivery.state, delivery.error) == (state, f"operator: {verdict}")


def test_what_is_sent_again_starts_anew(kept: Kept) -> None:
    number = unknown(kept)
    kept.do(stuck.settle_by_hand, number, Verdict.AGAIN, MONDAY)
    (claimed,) = kept.claim()
    assert (claimed.id, claimed.failures) == (number, 0)


def test_what_was_sent_cannot_be_settled(kept: Kept) -> None:
    number = unknown(kept)
    kept.do(stuck.settle_by_hand, number, Verdict.SENT, MONDAY)
    assert [kept.do(stuck.settle_by_hand, number, verdict, MONDAY) for verdict in Verdict] == [None] * 3
    assert kept.do(stuck.settle_by_hand, 999, Verdict.DROP, MONDAY) is None
