"""Which notices may go at a moment."""

from datetime import time

import pytest

from bot.notice_rules import Going, NoticeRules, Passage
from knowledge.quiet import Quiet
from tests.moments import at

PERIOD = at("2022-07-01 00:00"), at("2023-04-01 00:00")
RULES = NoticeRules(Quiet(time(21), time(8)), lambda: PERIOD, "hold")


@pytest.mark.parametrize(
    ("moment", "going"),
    [
        ("2022-06-30 23:59", Going.NONE),
        ("2022-07-01 00:00", Going.URGENT),
        ("2022-07-01 08:00", Going.ALL),
        ("2022-07-01 21:00", Going.URGENT),
        ("2023-03-31 23:59", Going.URGENT),
        ("2023-04-01 00:00", Going.NONE),
    ],
)
def test_within_the_period_all_go_by_day_and_urgent_ones_at_night(moment: str, going: Going) -> None:
    assert RULES.passage(at(moment)) == Passage(going, at(moment))
