"""When a session moves, by a member or by a file, those who were told another time can be told so, once."""

import datetime as dt
from pathlib import Path

import pytest

from bot.announcer import Announcer
from bot.programme_changes import ProgrammeChanges
from bot.store import timetable
from bot.store.models import DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition, amended_edition, first_edition
from knowledge.hours import BusinessHours
from knowledge.load import load_content
from knowledge.quiet import Quiet
from tests.bot.curating import run
from tests.bot.fakes import FixedClock
from tests.bot.programmes import HOUSE, WEEKLY, Desk, Season, begins, edited, look_at_once
from tests.knowledge.folder import write_folder
from tests.moments import at

QUIET = Quiet(dt.time(21), dt.time(8))
PROPOSED, CANCELLED = OccurrenceState.PROPOSED, OccurrenceState.CANCELLED
OVERTAKEN = (CANCELLED, "overtaken")


@pytest.fixture
def desk(store: Store, edition: Edition) -> Desk:
    return Desk(store, edition)


def test_the_timetable_is_written_down_at_the_first_look(desk: Desk) -> None:
    assert desk.sequences() == {1: 0, 2: 0, 3: 0}
    assert desk.occurrences() == []


def test_a_session_of_which_nobody_was_told_moves_without_a_correction(desk: Desk) -> None:
    desk.subscriber("a")
    desk.move(2, "2022-07-14")
    assert desk.sequences() == {1: 0, 2: 1, 3: 0}
    assert desk.occurrences() == []


def test_to_those_who_were_told_another_time_a_correction_is_proposed(desk: Desk) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"), desk.subscriber("b"))
    desk.move(2, "2022-07-14")
    (proposed,) = desk.occurrences()
    assert (proposed.key, proposed.state, proposed.topic) == ("2@2022-07-14T13:30#1", PROPOSED, NoticeTopic.SEMINAR)
    assert (proposed.session, proposed.told, proposed.due) == (2, begins("2022-07-14"), None)
    assert (proposed.title, proposed.urgent) == ("第2回の日程変更", False)
    assert proposed.text == "第2回は7月13日(水) 13:30から7月14日(木)に変わりました。"
    assert desk.events(proposed.id) == [("proposed", "", "")]


@pytest.mark.parametrize(
    ("now", "to", "urgent"),
    [
        ("2022-07-12 13:30", "2022-07-20", True),
        ("2022-07-12 13:29", "2022-07-20", False),
        ("2022-07-04 22:00", "2022-07-05", True),
    ],
)
def test_shortly_before_the_old_or_the_new_time_it_is_urgent(desk: Desk, now: str, to: str, urgent: bool) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.clock.at = at(now)
    desk.move(2, to)
    assert [row.urgent for row in desk.occurrences()] == [urgent]


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN])
def test_who_may_have_been_told_counts(desk: Desk, state: DeliveryState) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"), state=state)
    desk.move(2, "2022-07-14")
    assert len(desk.occurrences()) == 1


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.CANCELLED])
def test_whom_it_did_not_reach_does_not_count(desk: Desk, state: DeliveryState) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"), state=state)
    desk.move(2, "2022-07-14")
    assert desk.occurrences() == []


def test_who_unsubscribed_does_not_count(desk: Desk) -> None:
    subscriber = desk.subscriber("a")
    desk.told(desk.occurrence(2, "2022-07-13"), subscriber)
    desk.unsubscribe(subscriber)
    desk.move(2, "2022-07-14")
    assert desk.occurrences() == []


def test_of_two_edits_in_a_row_the_newer_one_counts(desk: Desk) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.move(2, "2022-07-14")
    desk.move(2, "2022-07-15")
    assert desk.proposed() == [("2@2022-07-14T13:30#1", *OVERTAKEN), ("2@2022-07-15T13:30#2", PROPOSED, "")]
    first, second = desk.occurrences()
    assert desk.events(first.id)[-1] == ("cancelled", "", "overtaken")
    assert second.text == "第2回は7月13日(水) 13:30から7月15日(金)に変わりました。"


def test_a_session_that_moves_back_before_anything_was_sent_needs_no_correction(desk: Desk) -> None:
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.move(2, "2022-07-14")
    desk.move(2, "2022-07-13")
    assert desk.proposed() == [("2@2022-07-14T13:30#1", *OVERTAKEN)]
    assert desk.sequences()[2] == 2


@pytest.mark.parametrize("state", [OccurrenceState.SENDING, OccurrenceState.PAUSED, OccurrenceState.DONE])
def test_an_edit_while_a_correction_is_sent_goes_to_those_who_got_that_one(desk: Desk, state: OccurrenceState) -> None:
    """Back to where it was: only the one who heard of the other time is to hear of this one."""
    first, second = desk.subscriber("a"), desk.subscriber("b")
    desk.told(desk.occurrence(2, "2022-07-13"), first, second)
    desk.move(2, "2022-07-14")
    (sending,) = desk.occurrences()
    desk.put(sending.id, state)
    desk.told(sending.id, first)
    desk.told(
        sending.id, second, state=DeliveryState.QUEUED if state is not OccurrenceState.DONE else DeliveryState.FAILED
    )
    desk.move(2, "2022-07-13")
    ended = (OccurrenceState.DONE, "") if state is OccurrenceState.DONE else OVERTAKEN
    assert desk.proposed() == [("2@2022-07-14T13:30#1", *ended), ("2@2022-07-13T13:30#2", PROPOSED, "")]
    assert desk.occurrences()[1].text == "第2回は7月14日(木) 13:30から7月13日(水)に変わりました。"


def test_a_notice_in_flight_that_tells_the_old_time_stops(desk: Desk) -> None:
    weekly = desk.occurrence(2, "2022-07-13", OccurrenceState.SENDING)
    other = desk.occurrence(3, "2022-07-27", OccurrenceState.SENDING)
    desk.told(weekly, desk.subscriber("a"), state=DeliveryState.QUEUED)
    desk.move(2, "2022-07-14")
    states = {row.id: (row.state, row.reason) for row in desk.occurrences(WEEKLY)}
    assert states == {weekly: (CANCELLED, "moved"), other: (OccurrenceState.SENDING, "")}
    assert desk.occurrences() == []


def test_the_time_that_most_were_told_is_named(desk: Desk) -> None:
    people = [desk.subscriber(name) for name in "abc"]
    desk.told(desk.occurrence(2, "2022-07-13"), *people)
    desk.move(2, "2022-07-14")
    (sent,) = desk.occurrences()
    desk.put(sent.id, OccurrenceState.DONE)
    desk.told(sent.id, people[0], people[1])
    desk.move(2, "2022-07-15")
    assert desk.occurrences()[1].text == "第2回は7月14日(木) 13:30から7月15日(金)に変わりました。"


def test_an_edit_of_the_file_is_noticed_at_the_next_start(desk: Desk, edition: Edition) -> None:
    desk.told(desk.occurrence(3, "2022-07-27"), desk.subscriber("a"))
    again = desk.restarted(edited(edition, {3: "2022-07-28"}))
    assert again.proposed() == [("3@2022-07-28T13:30#1", PROPOSED, "")]
    assert desk.restarted(edited(edition, {3: "2022-07-28"})).sequences() == {1: 0, 2: 0, 3: 1}
    assert len(desk.occurrences()) == 1


def test_another_title_is_a_change_without_a_correction(desk: Desk, edition: Edition) -> None:
    desk.told(desk.occurrence(3, "2022-07-27"), desk.subscriber("a"))
    again = desk.restarted(edited(edition, {}, {3: "新しい題"}))
    assert again.sequences() == {1: 0, 2: 0, 3: 1}
    assert again.occurrences() == []


def test_a_session_that_is_taken_out_stays_written_down_as_dropped_and_one_that_comes_back_is_held(
    desk: Desk, edition: Edition
) -> None:
    programme = edition.content.programme
    fourth = programme.seminars.sessions[2].model_copy(update={"number": 4, "date": dt.date(2022, 8, 10)})
    seminars = programme.seminars.model_copy(update={"sessions": (*programme.seminars.sessions, fourth)})
    longer = amended_edition(edition, programme.model_copy(update={"seminars": seminars}))
    desk = desk.restarted(longer)
    desk.told(desk.occurrence(4, "2022-08-10"), desk.subscriber("a"))
    for _ in range(2):
        desk = desk.restarted(edition)
        *_, row = desk.do(timetable.known)
        assert (row.session, row.begins, row.sequence, row.dropped) == (4, begins("2022-08-10"), 1, True)
    desk = desk.restarted(longer)
    *_, row = desk.do(timetable.known)
    assert (row.begins, row.sequence, row.dropped) == (begins("2022-08-10"), 2, False)
    assert (desk.sequences(), desk.proposed()) == ({1: 0, 2: 0, 3: 0, 4: 2}, [])


def test_nothing_is_told_of_a_session_that_is_over_whatever_the_file_says(desk: Desk, edition: Edition) -> None:
    desk.told(desk.occurrence(1, "2022-06-29"), desk.subscriber("a"))
    assert desk.restarted(edited(edition, {1: "2022-06-28"})).occurrences() == []


def test_a_book_that_is_behind_judges_nothing(desk: Desk) -> None:
    """As in a process that has not looked yet when another one has."""
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.write_move(2, "2022-07-14")
    fresh = ProgrammeChanges(desk._store, desk.shelf, HOUSE, desk.clock)
    run(fresh.look())
    assert desk.sequences() == {1: 0, 2: 0, 3: 0}
    run(desk.shelf.look())
    run(fresh.look())
    assert desk.sequences() == {1: 0, 2: 1, 3: 0}


def test_several_processes_propose_one_correction(store: Store, database: str, edition: Edition) -> None:
    desk = Desk(store, edition)
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.write_move(2, "2022-07-14")
    look_at_once(database, edition, desk.clock)
    assert desk.proposed() == [("2@2022-07-14T13:30#1", PROPOSED, "")]
    assert desk.sequences() == {1: 0, 2: 1, 3: 0}


def test_two_processes_that_start_together_write_one_timetable(store: Store, database: str, edition: Edition) -> None:
    look_at_once(database, edition, FixedClock())
    assert Season(store).sequences() == {1: 0, 2: 0, 3: 0}


@pytest.mark.parametrize("looks_first", [True, False])
def test_a_correction_goes_once_to_those_who_were_told_and_the_new_notice_to_all(
    desk: Desk, store: Store, looks_first: bool
) -> None:
    """Whether the programme is looked at before the notices are planned anew, or after."""
    announcer = Announcer(store, lambda: desk.shelf.book, BusinessHours(), QUIET, desk.clock, lambda: None)
    told = {desk.subscriber("a"), desk.subscriber("b")}
    desk.clock.at = at("2022-07-06 10:00")
    run(announcer.tick())
    desk.arrive()
    later = desk.subscriber("c")
    desk.write_move(2, "2022-07-20")
    run(desk.shelf.look())
    for step in (desk.changes.look, announcer.tick) if looks_first else (announcer.tick, desk.changes.look):
        run(step())
    (correction,) = desk.occurrences()
    desk.approve(correction.id)
    for _ in range(2):
        run(announcer.tick())
    assert desk.queued() == {correction.id: told}
    desk.arrive()
    desk.clock.at = at("2022-07-13 10:00")
    run(announcer.tick())
    assert list(desk.queued().values()) == [told | {later}]


def test_content_without_words_for_it_proposes_nothing(store: Store, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "plain")
    desk = Desk(store, first_edition(load_content(folder), folder / "templates", folder / "cache"))
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.move(2, "2022-07-14")
    assert desk.sequences()[2] == 1
    assert desk.occurrences() == []
