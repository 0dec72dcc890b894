"""Replies on their way keep the platform's pace: by channel, by place, and when the platform asks to wait."""

from bot.channels.telegram.channel import pacing_of
from bot.config import TelegramSettings
from bot.pacing import UNLIMITED, Limit, Pacing
from bot.store import outbox
from tests.bot.fakes import MONDAY
from tests.bot.kept import LEASE, Kept, at, queue, texts

PACED = Pacing((Limit(3, 1.0),), lambda place: (Limit(1, 1.0),))


def test_the_pace_of_a_channel_is_held_from_the_first_second_on(kept: Kept) -> None:
    for number in range(9):
        queue(kept, str(number), address=f"a{number}")
    begun: list[float] = []
    for tick in range(400):
        now = tick / 100
        for claimed in kept.claim(at(now), PACED):
            begun.append(now)
            kept.do(outbox.sent, claimed, PACED, at(now + 0.05), MONDAY, None)
    assert begun == [0.0, 0.0, 0.0, 1.05, 1.05, 1.05, 2.1, 2.1, 2.1]


def test_a_group_gets_one_reply_a_second_and_twenty_in_any_minute(kept: Kept) -> None:
    pacing = pacing_of(TelegramSettings())
    for number in range(25):
        queue(kept, str(number), address=f"-100:{number}")
    begun: list[float] = []
    for tick in range(1000):
        now = tick / 10
        for claimed in kept.claim(at(now), pacing):
            begun.append(now)
            kept.do(outbox.sent, claimed, pacing, at(now), MONDAY, None)
    assert begun == [*(float(n) for n in range(20)), *(float(n) for n in range(60, 65))]


def test_the_pace_of_a_place_counts_all_its_threads_together(kept: Kept) -> None:
    queue(kept, "一", address="C1:1")
    queue(kept, "二", address="C1:2")
    queue(kept, "三", address="C2")
    first, other = kept.claim(MONDAY, PACED)
    assert texts([first, other]) == ["一", "三"]
    kept.do(outbox.sent, first, PACED, at(0.2), MONDAY, None)
    assert kept.claim(at(1.19), PACED) == []
    assert texts(kept.claim(at(1.2), PACED)) == ["二"]


def test_a_claim_says_when_to_look_again(kept: Kept) -> None:
    queue(kept, "一", "二")
    (first,) = kept.claim(MONDAY, PACED)
    kept.do(outbox.sent, first, PACED, at(0.2), MONDAY, None)
    assert kept.round(at(0.3), PACED) == outbox.Round([], at(1.2))


def test_a_place_is_free_again_when_the_lease_of_a_dead_process_has_run_out(kept: Kept) -> None:
    queue(kept, "一", address="C1:1")
    queue(kept, "二", address="C1:2")
    kept.claim(MONDAY, PACED)
    assert kept.claim(at(29), PACED) == []
    assert texts(kept.claim(MONDAY + LEASE, PACED)) == ["二"]


def test_being_asked_to_wait_holds_the_place_exactly_so_long_and_costs_no_try(kept: Kept) -> None:
    queue(kept, "一", address="C1:1")
    queue(kept, "二", address="C1:2")
    queue(kept, "三", address="C2")
    first, other = kept.claim(MONDAY, PACED)
    kept.do(outbox.throttled, first, PACED, at(0.5), at(7.5))
    kept.do(outbox.sent, other, PACED, at(0.5), MONDAY, None)
    queue(kept, "四", address="C2")
    assert texts(kept.claim(at(7.4), PACED)) == ["四"]
    (again,) = kept.claim(at(7.5), PACED)
    assert (again.reply.text, again.failures, again.tries) == ("一", 0, 2)


def test_a_place_without_limits_is_held_too_when_the_platform_asks_to_wait(kept: Kept) -> None:
    queue(kept, "一", address="C1:1")
    (first,) = kept.claim()
    kept.do(outbox.throttled, first, UNLIMITED, MONDAY, at(7))
    queue(kept, "二", address="C1:2")
    queue(kept, "三", address="C2")
    assert texts(kept.claim(at(6.9))) == ["三"]
    assert texts(kept.claim(at(7))) == ["一"]


def test_finding_out_about_one_reply_does_not_free_the_place_that_another_is_sent_to(kept: Kept) -> None:
    queue(kept, "一", address="C1:1")
    (first,) = kept.claim(MONDAY, PACED)
    kept.do(outbox.doubt, first, PACED, MONDAY, at(5), "timeout")
    for thread in (2, 3):
        queue(kept, "x", address=f"C1:{thread}")
    kept.claim(at(4), PACED)
    (doubtful,) = kept.do(outbox.doubtful, "fake", at(5))
    kept.do(outbox.sent, doubtful, PACED, at(5), MONDAY, None)
    assert kept.claim(at(10), PACED) == []


def test_a_second_demand_to_wait_from_elsewhere_holds_the_whole_channel(kept: Kept) -> None:
    for address in "abc":
        queue(kept, address, address=address)
    first, second, third = kept.claim(MONDAY, PACED)
    kept.do(outbox.throttled, first, PACED, at(0.1), at(5))
    kept.do(outbox.throttled, second, PACED, at(0.2), at(6))
    kept.do(outbox.sent, third, PACED, at(0.2), MONDAY, None)
    queue(kept, "d", address="d")
    assert kept.claim(at(5.9), PACED) == []
    assert texts(kept.claim(at(6), PACED)) == ["a", "b", "d"]
