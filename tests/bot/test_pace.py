"""How fast one sender may go."""

from datetime import timedelta

from bot import pace
from bot.pace import Pace
from tests.bot.fakes import MONDAY


def test_a_sender_may_go_so_often_a_minute_and_is_told_when_again() -> None:
    limit = Pace(2)
    assert limit.wait("a", MONDAY) == 0
    assert limit.wait("a", MONDAY + timedelta(seconds=20)) == 0
    assert limit.wait("a", MONDAY + timedelta(seconds=30)) == 30
    assert limit.wait("a", MONDAY + timedelta(seconds=60)) == 0


def test_a_refused_try_is_not_counted() -> None:
    limit = Pace(1)
    limit.wait("a", MONDAY)
    assert limit.wait("a", MONDAY + timedelta(seconds=59)) == 1
    assert limit.wait("a", MONDAY + timedelta(seconds=60)) == 0


def test_senders_do_not_hinder_each_other() -> None:
    limit = Pace(1)
    assert [limit.wait(sender, MONDAY) for sender in "abc"] == [0, 0, 0]


def test_many_quiet_senders_are_forgotten() -> None:
    limit = Pace(1)
    for number in range(pace.MANY):
        limit.wait(str(number), MONDAY)
    limit.wait("late", MONDAY + timedelta(minutes=2))
    assert len(limit._times) == 1
