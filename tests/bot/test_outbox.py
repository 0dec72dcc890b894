"""Replies on their way: in order, never more than allowed, each outcome noted once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, update

from bot.channels.base import place_of
from bot.pacing import UNLIMITED
from bot.store import outbox
from bot.store.models import Conversation, Delivery, DeliveryState, Priority
from bot.store.transactions import Store
from handlers.effects import Reply
from tests.bot.fakes import MONDAY, message
from tests.bot.kept import LEASE, Kept, at, queue, texts


def states(kept: Kept) -> list[tuple[str, str | None]]:
    return [(delivery.state, delivery.error) for delivery in kept.deliveries()]


def test_replies_of_a_conversation_are_claimed_one_after_another(kept: Kept) -> None:
    queue(kept, "一", "二")
    queue(kept, "三", address="b")
    first, other = kept.claim()
    assert (first.reply.text, other.reply.text) == ("一", "三")
    assert kept.claim() == []
    kept.do(outbox.sent, first, UNLIMITED, MONDAY, MONDAY, "ts1")
    assert texts(kept.claim()) == ["二"]


def test_what_is_claimed_says_all_that_a_channel_needs(kept: Kept) -> None:
    queue(kept, "一", address="-5:7")
    (claimed,) = kept.claim()
    assert (claimed.address, claimed.place, claimed.to) == ("-5:7", place_of("-5:7"), None)
    assert (claimed.tries, claimed.failures, claimed.doubts, claimed.since) == (1, 0, 0, MONDAY)
    delivery = kept.delivery()
    assert (delivery.state, delivery.lease_until, delivery.tries) == (DeliveryState.SENDING, MONDAY + LEASE, 1)


def test_a_reply_is_claimed_by_one_only(kept: Kept, store: Store) -> None:
    for number in range(20):
        queue(kept, "x", address=f"a{number}")

    def claim_some() -> list[int]:
        found = asyncio.run(store.write(outbox.claim, "fake", UNLIMITED, 100, MONDAY, MONDAY))
        return [claimed.id for claimed in found.claimed]

    with ThreadPoolExecutor(6) as pool:
        claims = [pool.submit(claim_some) for _ in range(8)]
        taken = [number for claim in claims for number in claim.result()]
    assert len(taken) == len(set(taken)) == 20


def test_never_more_are_underway_in_a_channel_than_allowed_whoever_claims(kept: Kept) -> None:
    for number in range(12):
        queue(kept, "x", address=f"a{number}")
    first = kept.claim(at_most=8)
    assert len(first) == 8
    assert kept.claim(at_most=8) == []
    kept.do(outbox.sent, first[0], UNLIMITED, MONDAY, MONDAY, None)
    assert len(kept.claim(at_most=8)) == 1


def test_only_replies_of_the_channel_are_claimed(kept: Kept) -> None:
    kept.settle(message("x", channel="other"), Reply("x"))
    assert kept.claim() == []


def test_urgent_replies_go_first(kept: Kept) -> None:
    queue(kept, "一", address="a")
    queue(kept, "危険", address="b", urgent=True)
    assert texts(kept.claim(at_most=1)) == ["危険"]


def test_replies_go_before_notices_that_were_queued_earlier_even_in_one_conversation(kept: Kept) -> None:
    queue(kept, "お知らせ", address="a")
    notice = update(Delivery).where(Delivery.id == kept.delivery().id).values(priority=Priority.NOTICE)
    kept.do(lambda session: session.execute(notice))
    queue(kept, "返事", address="a")
    queue(kept, "返事", address="b")
    assert texts(kept.claim(at_most=1)) == ["返事"]
    assert [(one.reply.text, one.address) for one in kept.claim(at_most=3)] == [("返事", "b"), ("お知らせ", "a")]


def test_a_retry_waits_until_its_time_and_holds_back_what_follows(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim()
    kept.do(outbox.again, first, UNLIMITED, MONDAY, at(10), "busy")
    assert kept.claim(at(9)) == []
    (again,) = kept.claim(at(10))
    assert (again.id, again.tries, again.failures, again.since) == (first.id, 2, 1, MONDAY)


def test_what_has_failed_does_not_hold_back_what_follows(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim()
    kept.do(outbox.fail, first, UNLIMITED, MONDAY, "too long")
    assert texts(kept.claim()) == ["二"]


def test_what_is_to_be_read_back_holds_back_what_follows_until_it_is_known(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim()
    kept.do(outbox.doubt, first, UNLIMITED, MONDAY, at(5), "timeout")
    assert (kept.claim(at(9)), kept.do(outbox.doubtful, "fake", at(4))) == ([], [])
    (doubtful,) = kept.do(outbox.doubtful, "fake", at(5))
    assert (doubtful.id, doubtful.failures, doubtful.doubts) == (first.id, 0, 1)
    kept.do(outbox.sent, doubtful, UNLIMITED, at(5), MONDAY, None)
    assert texts(kept.claim(at(5))) == ["二"]


def test_what_is_left_to_an_operator_holds_nothing_back(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim()
    kept.do(outbox.doubt, first, UNLIMITED, MONDAY, None, "unknown")
    assert texts(kept.claim()) == ["二"]
    assert kept.do(outbox.doubtful, "fake", at(20)) == []


def test_a_lease_that_ran_out_is_found(kept: Kept) -> None:
    queue(kept, "一")
    (first,) = kept.claim()
    assert kept.do(outbox.doubtful, "fake", at(29)) == []
    assert [c.id for c in kept.do(outbox.doubtful, "fake", at(31))] == [first.id]
    assert kept.do(outbox.doubtful, "other", at(31)) == []


def test_an_outcome_that_comes_too_late_changes_nothing(kept: Kept) -> None:
    queue(kept, "一")
    (first,) = kept.claim()
    kept.do(outbox.resend, first, UNLIMITED, MONDAY)
    (second,) = kept.claim()
    kept.do(outbox.sent, first, UNLIMITED, MONDAY, MONDAY, None)
    assert states(kept) == [("sending", "resent")]
    kept.do(outbox.fail, second, UNLIMITED, MONDAY, "no")
    kept.do(outbox.sent, second, UNLIMITED, MONDAY, MONDAY, None)
    assert states(kept) == [("failed", "no")]


def test_a_recipient_who_is_gone_is_not_written_to_until_they_write_again(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim()
    late = kept.keep(message("三", "a:三"))
    kept.do(outbox.recipient_gone, first, UNLIMITED, MONDAY, "blocked")
    kept.do(settle_late, late)
    assert kept.claim() == []
    assert states(kept) == [("failed", "blocked")] * 3
    queue(kept, "四")
    assert texts(kept.claim()) == ["四"]


def settle_late(session: object, inbound: int) -> None:
    from bot.store.models import InboundState
    from tests.bot.alone import settle

    settle(session, inbound, InboundState.DONE, [Reply("三")], MONDAY)  # type: ignore[arg-type]


def addresses(kept: Kept) -> list[tuple[str, str]]:
    rows = select(Conversation.address, Conversation.place).order_by(Conversation.id)
    return [tuple(row) for row in kept.do(lambda session: session.execute(rows).all())]


def test_a_group_that_moved_is_followed_with_all_its_threads(kept: Kept) -> None:
    queue(kept, "一", "二", address="-1")
    queue(kept, "三", address="-1:9")
    queue(kept, "四", address="-12")
    (first, *_) = kept.claim()
    kept.do(outbox.place_moved, first, UNLIMITED, MONDAY, MONDAY, "-100")
    assert addresses(kept) == [("-100", "-100"), ("-100:9", "-100"), ("-12", "-12")]
    (again,) = kept.claim()
    assert (again.reply.text, again.address, again.failures) == ("一", "-100", 1)


def test_a_group_that_wrote_under_its_new_name_first_gets_what_was_waiting_under_the_old(kept: Kept) -> None:
    queue(kept, "一", "二", address="-1")
    queue(kept, "三", address="-100")
    first, third = kept.claim()
    kept.do(outbox.place_moved, first, UNLIMITED, MONDAY, MONDAY, "-100")
    kept.do(outbox.sent, third, UNLIMITED, MONDAY, MONDAY, None)
    (again,) = kept.claim()
    assert (again.reply.text, again.address) == ("一", "-100")
    kept.do(outbox.sent, again, UNLIMITED, MONDAY, MONDAY, None)
    assert [(one.reply.text, one.address) for one in kept.claim()] == [("二", "-100")]


def test_every_delivery_is_in_exactly_one_state(kept: Kept) -> None:
    for address in "abcde":
        queue(kept, "x", address=address)
    first, second, third, fourth, _ = kept.claim()
    kept.do(outbox.sent, first, UNLIMITED, MONDAY, MONDAY, None)
    kept.do(outbox.fail, second, UNLIMITED, MONDAY, "no")
    kept.do(outbox.doubt, third, UNLIMITED, MONDAY, None, "unknown")
    kept.do(outbox.resend, fourth, UNLIMITED, MONDAY)
    assert sorted(state for state, _ in states(kept)) == ["failed", "queued", "sending", "sent", "unknown"]
    assert kept.count(Delivery) == 5
