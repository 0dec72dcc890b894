"""When a session moves, those who asked and were answered with another day can be told so, once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.curation import Curation, Outdated
from bot.house import CONSOLE, Room
from bot.programme_changes import ProgrammeChanges
from bot.shelf import Shelf
from bot.store.corrections import Received
from bot.store.desk_models import Corrected, Correction, CorrectionState
from bot.store.engine import open_engine
from bot.store.models import Delivery, DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.build import Edition
from knowledge.calendar import Asked
from tests.bot.curating import Work, run
from tests.bot.fakes import MONDAY
from tests.bot.programmes import HOUSE, Desk, begins, edited, small_season
from tests.moments import at

CURATOR = HOUSE.members[CONSOLE, "sato"]
PROPOSED, APPROVED, DROPPED = CorrectionState.PROPOSED, CorrectionState.APPROVED, CorrectionState.DROPPED


def second(day: str) -> str:
    return f"第2回は{day}です。"


def third(edition: Edition) -> str:
    """The answer about the third session, by the calendar of an edition."""
    book = edition.book
    found = book.entry("last")
    assert found is not None
    return book.answer(found, MONDAY, Asked(), english=False)


OLD, MIDDLE, NEW = "7月13日(水)", "7月14日(木)", "7月15日(金)"
TO_MIDDLE = f"第2回は{OLD} 13:30から{MIDDLE}に変わりました。"
TO_NEW = f"第2回は{MIDDLE} 13:30から{NEW}に変わりました。"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return small_season(tmp_path_factory.mktemp("content"))


@pytest.fixture
def desk(store: Store, edition: Edition) -> Desk:
    return Desk(store, edition)


class Answers(Work):
    """Answers about sessions, and the corrections that follow."""

    def __init__(self, store: Store, desk: Desk) -> None:
        super().__init__(store)
        self.curation = Curation(store, desk.shelf, HOUSE, desk.clock)

    def of_second(self, address: str, day: str, channel: str = "fake", minutes: int = 0) -> int:
        when = MONDAY + timedelta(minutes=minutes)
        return self.answered(second(day), address, when, channel, entries=("day",))

    def open(self) -> list[tuple[str, list[str], list[str]]]:
        """The corrections that wait: what they tell, whom, and whom not any more."""
        found: list[Outdated] = run(self.curation.corrections())
        return [(one.text, _addresses(one.recipients), _addresses(one.gone)) for one in found]

    def states(self) -> list[CorrectionState]:
        return [row.state for row in self.rows(Correction)]

    def approve(self, number: int) -> None:
        run(self.curation.approve(number, CURATOR))

    def send(self) -> None:
        run(self.curation.send_corrections())

    def arrive(self) -> None:
        """All that is queued reaches those it is for."""
        sent = {"state": DeliveryState.SENT, "sent_at": MONDAY}
        arrived = update(Delivery).where(Delivery.state == DeliveryState.QUEUED).values(sent)
        self.do(lambda session: session.execute(arrived))


def _addresses(found: Sequence[Received]) -> list[str]:
    return sorted(one.address for one in found)


@pytest.fixture
def answers(store: Store, desk: Desk) -> Answers:
    return Answers(store, desk)


def test_who_asked_before_the_move_is_told_the_new_day_once(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    answers.of_second("a", OLD, minutes=5)
    answers.of_second("b", OLD)
    desk.move(2, "2022-07-14")
    assert (answers.open(), answers.told()) == ([(TO_MIDDLE, ["a", "b"], [])], [])
    answers.approve(1)
    answers.send()
    answers.send()
    assert answers.told() == [("a", TO_MIDDLE), ("b", TO_MIDDLE)]
    (row,) = answers.rows(Correction)
    assert (row.session, row.was, row.told) == (2, begins("2022-07-13"), begins("2022-07-14"))
    assert (row.published_id, row.state, row.actor) == (None, APPROVED, "佐藤")


def test_who_asks_after_the_move_has_the_new_day_already(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    answers.of_second("b", OLD)
    desk.move(2, "2022-07-14")
    answers.of_second("b", MIDDLE)
    answers.of_second("c", MIDDLE)
    assert answers.open() == [(TO_MIDDLE, ["a"], [])]


def test_who_asked_about_something_else_is_left_alone(desk: Desk, answers: Answers, edition: Edition) -> None:
    answers.answered("お答えします。", "a")
    answers.answered(third(edition), "b", entries=("last",))
    answers.answered(f"{OLD}は休館日です。", "c", entries=("day",))
    answers.answered(second(OLD), "d", entries=())
    desk.move(2, "2022-07-14")
    assert answers.states() == []


def test_a_question_about_something_else_does_not_hide_the_old_day(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    answers.answered("お答えします。", "a")
    answers.answered(f"お答えします。\n\n{second(OLD)}", "b", entries=("fee", "day"))
    desk.move(2, "2022-07-14")
    assert answers.open() == [(TO_MIDDLE, ["a", "b"], [])]


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN])
def test_an_answer_that_may_still_arrive_counts(desk: Desk, answers: Answers, state: DeliveryState) -> None:
    number = answers.of_second("a", OLD)
    answers.do(lambda session: session.execute(update(Delivery).where(Delivery.id == number).values(state=state)))
    desk.move(2, "2022-07-14")
    assert answers.open() == [(TO_MIDDLE, ["a"], [])]


def test_who_blocked_the_desk_is_counted_and_not_told(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    answers.of_second("b", OLD)
    answers.gone("b")
    desk.move(2, "2022-07-14")
    assert answers.open() == [(TO_MIDDLE, ["a"], ["b"])]
    answers.approve(1)
    answers.send()
    assert answers.told() == [("a", TO_MIDDLE)]


def test_nothing_is_proposed_where_nobody_could_be_told(desk: Desk, answers: Answers, store: Store) -> None:
    answers.of_second("a", OLD)
    answers.gone("a")
    answers.of_second("C1:12.3", OLD, channel="slack")
    desk.write_move(2, "2022-07-14")
    run(desk.shelf.look())
    run(ProgrammeChanges(store, desk.shelf, replace(HOUSE, rooms=(Room("slack", "C1"),)), desk.clock).look())
    assert (desk.sequences()[2], answers.states()) == (1, [])


def test_each_session_is_corrected_by_itself(desk: Desk, answers: Answers, store: Store, edition: Edition) -> None:
    answers.of_second("a", OLD)
    answers.answered(third(edition), "b", entries=("last",))
    later = edited(edition, {2: "2022-07-14", 3: "2022-07-28"})
    desk.restarted(later)
    to_later = "第3回は7月27日(水) 13:30から7月28日(木)に変わりました。"
    found = run(Curation(store, Shelf(later, store), HOUSE, desk.clock).corrections())
    told = [(one.text, _addresses(one.recipients)) for one in found]
    assert told == [(TO_MIDDLE, ["a"]), (to_later, ["b"])]


def test_the_newer_of_two_moves_in_a_row_counts(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    answers.of_second("b", MIDDLE)
    answers.of_second("c", MIDDLE)
    desk.move(2, "2022-07-15")
    assert answers.states() == [DROPPED, PROPOSED]
    assert answers.open() == [(TO_NEW, ["a", "b", "c"], [])]


def test_a_move_back_leaves_nothing_to_correct(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    desk.move(2, "2022-07-13")
    assert (answers.states(), answers.open()) == ([DROPPED], [])


def test_who_asked_between_is_told_that_it_moved_back(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    answers.of_second("b", MIDDLE)
    desk.move(2, "2022-07-13")
    assert answers.open() == [(f"第2回は{MIDDLE} 13:30から{OLD}に変わりました。", ["b"], [])]


def test_who_was_told_of_a_move_is_told_of_the_next_one(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    answers.approve(1)
    answers.send()
    answers.arrive()
    desk.move(2, "2022-07-13")
    assert answers.open() == [(f"第2回は{MIDDLE} 13:30から{OLD}に変わりました。", ["a"], [])]


def test_a_correction_on_its_way_stops_when_the_session_moves_again(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    answers.approve(1)
    answers.send()
    desk.move(2, "2022-07-15")
    assert (answers.states(), answers.told()) == ([DROPPED, PROPOSED], [])
    stopped = [row.error for row in answers.deliveries() if row.state is DeliveryState.CANCELLED]
    assert stopped == ["overtaken"]
    assert answers.open() == [(f"第2回は{OLD} 13:30から{NEW}に変わりました。", ["a"], [])]


def test_what_was_approved_and_not_sent_yet_is_not_sent_after_another_move(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    answers.approve(1)
    desk.move(2, "2022-07-13")
    answers.send()
    assert (answers.states(), answers.told()) == ([DROPPED], [])
    assert [row.delivery_id for row in answers.rows(Corrected)] == [None]


def test_who_hears_of_it_by_a_notice_is_not_told_twice(desk: Desk, answers: Answers) -> None:
    notified, no_more = desk.subscriber("a"), desk.subscriber("c", NoticeTopic.SUPPORT)
    desk.subscriber("b")
    desk.told(desk.occurrence(2, "2022-07-13"), notified, no_more)
    for address in "abc":
        answers.of_second(address, OLD)
    desk.move(2, "2022-07-14")
    (notice,) = desk.occurrences()
    assert answers.open() == [(TO_MIDDLE, ["b", "c"], [])]
    desk.put(notice.id, OccurrenceState.DONE)
    desk.told(notice.id, notified)
    assert answers.open() == [(TO_MIDDLE, ["b", "c"], [])]


def test_what_was_answered_after_a_notice_counts(desk: Desk, answers: Answers) -> None:
    """The notice told the day as it is again, but an answer told another one since."""
    desk.told(desk.occurrence(2, "2022-07-13"), desk.subscriber("a"))
    desk.move(2, "2022-07-14")
    answers.of_second("a", MIDDLE)
    desk.move(2, "2022-07-13")
    assert [row.state for row in desk.occurrences()] == [OccurrenceState.CANCELLED]
    assert answers.open() == [(f"第2回は{MIDDLE} 13:30から{OLD}に変わりました。", ["a"], [])]


def test_nothing_is_told_of_a_session_that_is_over(desk: Desk, answers: Answers) -> None:
    answers.of_second("a", OLD)
    desk.move(2, "2022-07-14")
    desk.clock.at = at("2022-07-14 13:30")
    assert answers.open() == [(TO_MIDDLE, [], [])]


def test_another_hour_on_the_same_day_proposes_nothing(desk: Desk, answers: Answers, edition: Edition) -> None:
    answers.of_second("a", OLD)
    seminars = edition.content.programme.seminars.model_copy(update={"starts": "14:00"})
    programme = edition.content.programme.model_copy(update={"seminars": seminars})
    content = replace(edition.content, programme=programme)
    again = desk.restarted(replace(edition, content=content, book=edition.book.by(programme)))
    assert (again.sequences()[2], answers.states()) == (1, [])


def test_an_edit_of_the_file_is_noticed_at_the_next_start(desk: Desk, answers: Answers, edition: Edition) -> None:
    answers.of_second("a", OLD)
    desk.restarted(edited(edition, {2: "2022-07-14"}))
    desk.restarted(edited(edition, {2: "2022-07-14"}))
    assert answers.states() == [PROPOSED]


def test_several_processes_propose_it_once(desk: Desk, answers: Answers, database: str, edition: Edition) -> None:
    answers.of_second("a", OLD)
    stores = [Store(open_engine(database)) for _ in range(4)]
    shelves = [Shelf(edition, one) for one in stores]
    desk.write_move(2, "2022-07-14")

    async def look_all() -> None:
        await asyncio.gather(*(shelf.look() for shelf in shelves))
        both = zip(stores, shelves, strict=True)
        await asyncio.gather(*(ProgrammeChanges(one, shelf, HOUSE, desk.clock).look() for one, shelf in both))

    run(look_all())
    assert answers.open() == [(TO_MIDDLE, ["a"], [])]
    for one in stores:
        one.close()
