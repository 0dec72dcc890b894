"""Notices of which nobody knows whether they arrived: held or sent again, read back, settled by staff."""

import pytest

from bot.channels.base import NeverTold, Unknown
from bot.notice_rules import Going, Passage
from bot.pacing import UNLIMITED
from bot.store import outbox, stuck
from bot.store.stuck import Verdict
from bot.store.transactions import Store
from handlers.notice import OccurrenceState, Tally
from knowledge.build import Edition
from tests.bot.announcing import Season, edition
from tests.bot.kept import LEASE
from tests.moments import at

DAY = "2022-07-04 10:00"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"), [])


@pytest.fixture
def season(store: Store, empty: Edition) -> Season:
    return Season(store, empty)


def begun(season: Season, count: int) -> int:
    """A notice that is on its way to so many."""
    season.subscribe(count)
    number = season.compose(DAY)
    season.tick(DAY)
    return number


@pytest.mark.parametrize("policy", ["hold", "resend"])
def test_what_cannot_be_read_back_is_held_or_sent_again_as_the_settings_say(season: Season, policy: str) -> None:
    season.unknown = policy
    season.restart()
    number = begun(season, 1)
    season.channel.outcomes = [Unknown("timeout")]
    season.send(rounds=1)
    season.tick()
    assert season.occurrence("staff").state is OccurrenceState.SENDING
    season.machine.move(10)
    season.send()
    season.tick()
    is_held = policy == "hold"
    assert season.deliveries(number) == [("a0", "unknown" if is_held else "sent", "unknown" if is_held else None)]
    assert len(season.channel.sent) == (1 if is_held else 2)
    assert season.occurrence("staff").state is OccurrenceState.DONE


def test_where_the_platform_can_be_asked_it_comes_once_whatever_the_policy(season: Season) -> None:
    number = begun(season, 2)
    season.channel.outcomes = [Unknown("timeout"), Unknown("timeout")]
    season.channel.seen = [True, False]
    season.send(rounds=1)
    season.machine.move(10)
    season.send()
    assert season.tally(number) == Tally(2, sent=2)


def test_where_it_will_not_tell_it_is_left_to_staff(season: Season) -> None:
    season.unknown = "resend"
    season.restart()
    number = begun(season, 1)
    season.channel.outcomes, season.channel.seen = [Unknown("timeout")], [NeverTold("no scope")]
    season.send(rounds=1)
    season.machine.move(10)
    season.send()
    assert season.tally(number).unknown == 1


def test_a_desk_that_dies_while_sending_leaves_it_held(season: Season) -> None:
    number = begun(season, 1)
    machine, passage = season.machine.at, Passage(Going.ALL, at(DAY))
    season.do(outbox.claim, "fake", UNLIMITED, 8, machine, machine + LEASE, passage)
    season.restart()
    season.machine.move(31)
    season.send()
    season.tick()
    assert (season.deliveries(number), season.sent()) == ([("a0", "unknown", "unknown")], [])


@pytest.mark.parametrize(
    ("verdict", "state", "count"),
    [(Verdict.AGAIN, "sent", 2), (Verdict.SENT, "sent", 1), (Verdict.DROP, "cancelled", 1)],
)
def test_an_operator_settles_it_also_once_the_notice_is_through(
    season: Season, verdict: Verdict, state: str, count: int
) -> None:
    number = begun(season, 1)
    season.channel.outcomes = [Unknown("timeout")]
    season.send(rounds=1)
    season.machine.move(10)
    season.send()
    season.tick()
    assert season.occurrence("staff").state is OccurrenceState.DONE
    season.do(stuck.settle_by_hand, 1, verdict, season.clock.now())
    season.all_of(DAY)
    season.all_of(DAY)
    assert (season.deliveries(number)[0][1], len(season.channel.sent)) == (state, count)
    assert season.occurrence("staff").state is OccurrenceState.DONE
