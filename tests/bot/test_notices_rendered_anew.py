"""What counts the days is rendered anew when sending goes on on another day, and what each was sent stays known."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store import occurrences, outbox
from bot.store.models import Delivery
from bot.store.notice_models import FormerText, Occurrence
from bot.store.occurrences import Rendered
from bot.store.transactions import Store
from handlers.effects import Reply
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from tests.bot.announcing import USUAL, Season, edition, notice, run
from tests.bot.fakes import MONDAY
from tests.moments import at, day

SENDING = select(Occurrence.id).where(Occurrence.state == OccurrenceState.SENDING)
COUNTS = "あと{{ this.days_left }}日です"
WEEK = notice("week", {"sessions": [2, 3], "days": -7, "at": "10:00"}, (5 * 24 * 60, "send"), text=COUNTS)
EVENING = notice("evening", {"sessions": [2], "days": -7, "at": "20:59"}, (600, "send"), text=COUNTS)
URGENT = notice("urgent", {"sessions": [2], "days": -7, "at": "23:59"}, (600, "send"), text=COUNTS, urgent=True)


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return edition(tmp_path_factory.mktemp("season"), [WEEK, *USUAL[1:]])


@pytest.fixture
def season(store: Store, counting: Edition) -> Season:
    return Season(store, counting)


@pytest.fixture
def night(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Season:
    return Season(store, edition(tmp_path / "season", [request.param]))


def read_by(season: Season, number: int) -> dict[str, int]:
    """What people read of a notice, as their deliveries tell it, and how many read it."""
    rows = select(Delivery).where(Delivery.occurrence_id == number).order_by(Delivery.id)
    texts = [one.payload.text.partition("\n")[0] for one in season.do(lambda session: session.scalars(rows).all())]
    return {text: texts.count(text) for text in texts}


def formers(season: Season) -> list[tuple[int, int, str]]:
    rows = select(FormerText).order_by(FormerText.occurrence_id, FormerText.rendering)
    found = season.do(lambda session: session.scalars(rows).all())
    return [(one.occurrence_id, one.rendering, one.payload.text.partition("\n")[0]) for one in found]


def paused_after_eight(season: Season, count: int = 20) -> int:
    """The notice a week before, which reached eight before somebody paused it."""
    season.subscribe(count)
    season.tick("2022-07-06 10:00")
    season.send(rounds=1)
    [number] = season.do(lambda session: session.scalars(SENDING).all())
    season.set_state(number, OccurrenceState.PAUSED)
    return int(number)


def test_what_was_paused_for_days_counts_from_the_day_on_which_it_goes(season: Season) -> None:
    number = paused_after_eight(season)
    season.tick("2022-07-08 10:00")
    season.set_state(number, OccurrenceState.SENDING)
    season.all_of("2022-07-08 10:00:01")
    assert season.counts() == {"あと7日です": 8, "あと5日です": 12}
    assert len({address for _, address in season.sent()}) == 20
    assert read_by(season, number) == {"あと7日です": 8, "あと5日です": 12}
    assert season.history(number) == [("scheduled", ""), ("started", ""), ("reworded", ""), ("finished", "")]
    assert formers(season) == [(number, 0, "あと7日です")]


def test_nothing_goes_on_another_day_before_it_is_rendered_anew(season: Season) -> None:
    number = paused_after_eight(season)
    season.go_to("2022-07-08 10:00")
    season.set_state(number, OccurrenceState.SENDING)
    season.send()
    assert season.counts() == {"あと7日です": 8}


@pytest.mark.parametrize("night", [EVENING], indirect=True)
def test_what_was_held_over_the_night_counts_from_the_morning(night: Season) -> None:
    night.subscribe(20)
    night.tick("2022-07-06 20:59")
    night.send(rounds=1)
    for moment in ("2022-07-06 21:00", "2022-07-07 00:00", "2022-07-07 07:59"):
        night.all_of(moment)
    assert night.counts() == {"あと7日です": 8}
    night.all_of("2022-07-07 08:00")
    assert night.counts() == {"あと7日です": 8, "あと6日です": 12}


@pytest.mark.parametrize("night", [URGENT], indirect=True)
def test_what_may_go_at_night_counts_anew_from_midnight_on_and_that_is_known_to_be_due(night: Season) -> None:
    night.subscribe(20)
    night.tick("2022-07-06 23:59")
    night.send(rounds=1)
    assert run(night.announcer.next_due()) == at("2022-07-07 00:00")
    night.all_of("2022-07-07 00:00")
    assert night.counts() == {"あと7日です": 8, "あと6日です": 12}


def test_day_after_day_each_is_known_to_have_read_what_went_to_them(season: Season) -> None:
    number = paused_after_eight(season)
    for moment in ("2022-07-07 10:00", "2022-07-08 10:00"):
        season.set_state(number, OccurrenceState.SENDING)
        season.tick(moment)
        season.send(rounds=1)
        season.set_state(number, OccurrenceState.PAUSED)
    assert read_by(season, number) == {"あと7日です": 8, "あと6日です": 8, "あと5日です": 4} == season.counts()
    assert formers(season) == [(number, 0, "あと7日です"), (number, 1, "あと6日です")]


def test_what_is_still_to_go_is_known_to_say_what_it_will(season: Season) -> None:
    number = paused_after_eight(season)
    season.set_state(number, OccurrenceState.SENDING)
    season.tick("2022-07-07 10:00")
    assert read_by(season, number) == {"あと7日です": 8, "あと6日です": 12}


def test_a_clock_that_leaps_by_days_and_back_tells_nobody_a_wrong_count(season: Season) -> None:
    season.subscribe(20)
    season.tick("2022-07-06 10:00")
    season.send(rounds=1)
    season.tick("2022-07-09 10:00")
    season.all_of("2022-07-06 10:01")
    assert season.counts() == {"あと7日です": 20}


def test_words_that_are_the_same_on_any_day_are_not_written_again(season: Season) -> None:
    season.subscribe(20, NoticeTopic.LETTER)
    season.tick("2022-07-01 09:00")
    season.tick("2022-08-01 10:00")
    season.send(rounds=1)
    season.go_to("2022-08-02 10:00")
    season.send()
    assert len(season.sent()) == 8
    season.all_of("2022-08-02 10:00")
    number = season.occurrence("letter").id
    assert season.history(number) == [("scheduled", ""), ("started", ""), ("finished", "")]
    assert (season.counts(), formers(season)) == ({"letter": 20}, [])


def test_the_words_of_people_stay_as_they_are(season: Season) -> None:
    season.subscribe(20)
    number = season.compose("2022-07-04 10:00")
    season.tick("2022-07-04 10:00")
    season.send(rounds=1)
    season.go_to("2022-07-05 10:00")
    season.send()
    season.tick()
    assert season.counts() == {"自由": 20}
    assert season.history(number) == [("started", ""), ("finished", "")]


def test_of_two_processes_that_render_anew_one_does(season: Season) -> None:
    number = paused_after_eight(season)
    season.set_state(number, OccurrenceState.SENDING)
    row = season.do(lambda session: session.get_one(Occurrence, number))
    anew = Rendered(Reply("あと5日です"), day("2022-07-08"))
    assert [season.do(occurrences.reword, row, anew, MONDAY) for _ in range(2)] == [True, False]
    assert formers(season) == [(number, 0, "あと7日です")]


def test_what_was_underway_is_looked_for_by_the_words_that_it_had(season: Season) -> None:
    season.subscribe(2)
    season.tick("2022-07-06 10:00")
    passage = season.rules.passage(season.clock.now())
    season.do(outbox.claim, "fake", season.channel.pacing, 1, MONDAY, MONDAY, passage)
    season.tick("2022-07-08 10:00")
    [doubt] = season.do(outbox.doubtful, "fake", MONDAY.replace(hour=9))
    assert doubt.reply.text.startswith("あと7日です")
    season.do(outbox.resend, doubt, season.channel.pacing, MONDAY)
    season.all_of("2022-07-08 10:01")
    assert season.counts() == {"あと5日です": 2}
