"""When a notice may go: given a time, put off, sent at once, late, and never outside of the desk's period."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.errors import NoticeRefused
from bot.notice_acts import Act
from bot.store.notice_models import Occurrence
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from handlers.rules import Member
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from tests.bot.audiences import subscribe
from tests.bot.fakes import FixedClock
from tests.bot.noticing import LATER, SATO, SUZUKI, TAKAHASHI, TANAKA, WRITTEN, Newsroom, run, why
from tests.moments import at

S = OccurrenceState
SEMINAR = NoticeTopic.SEMINAR
NIGHT = at("2022-07-05 22:00")
MORNING = at("2022-07-06 08:00")


@pytest.mark.parametrize("writer", [TANAKA, TAKAHASHI])
def test_who_wrote_it_gives_it_another_time_only_with_another_approval(
    room: Newsroom, three: list[int], writer: Member
) -> None:
    number = room.write(replace(WRITTEN, due=LATER), by=TANAKA)
    run(room.announcements.change(number, 1, replace(WRITTEN, text="別の文", due=LATER), TAKAHASHI))
    room.do(number, Act.PROPOSE, SATO)
    room.do(number, Act.APPROVE, SUZUKI)
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.NOW, writer)
    assert Act.NOW not in run(room.announcements.look(number, writer)).acts
    room.do(number, Act.SCHEDULE, writer, due=LATER + timedelta(days=1))
    notice = room.dossier(number).notice
    assert (notice.state, notice.approver, notice.due) == (S.PROPOSED, "", LATER + timedelta(days=1))
    with pytest.raises(NoticeRefused, match=why(room.book, "own")):
        room.do(number, Act.APPROVE, writer)
    room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER)
    assert (room.state(number), room.dossier(number).notice.due) == (S.PLANNED, LATER)


def test_where_no_second_person_is_needed_the_author_changes_the_time_of_what_is_approved(
    store: Store, book: Book
) -> None:
    room = Newsroom(store, book, needs_second=False)
    number = room.write(replace(WRITTEN, due=LATER))
    room.do(number, Act.PROPOSE, SATO)
    room.do(number, Act.APPROVE, SATO)
    room.do(number, Act.SCHEDULE, SATO, due=LATER + timedelta(days=1))
    assert room.state(number) is S.PLANNED


@pytest.mark.parametrize(
    ("due", "reason"),
    [(at("2022-07-04 08:59"), "past"), (at("2023-04-01 10:00"), "outside"), (at("2023-03-31 21:30"), "outside")],
)
def test_a_time_at_which_nothing_can_go_is_refused(room: Newsroom, due: object, reason: str) -> None:
    number = room.write()
    with pytest.raises(NoticeRefused, match=why(room.book, reason)):
        room.do(number, Act.SCHEDULE, SATO, due=due)
    assert room.dossier(number).notice.due is None


def test_in_quiet_hours_it_is_said_when_it_goes_and_what_is_urgent_goes_then(room: Newsroom) -> None:
    calm, urgent = room.announcements.timing(NIGHT, urgent=False), room.announcements.timing(NIGHT, urgent=True)
    assert (calm.fault, calm.waits_until) == ("", MORNING)
    assert (urgent.fault, urgent.waits_until) == ("", None)


def test_a_proposal_whose_time_is_past_has_to_be_given_another(room: Newsroom) -> None:
    number = room.write(replace(WRITTEN, due=LATER))
    room.do(number, Act.PROPOSE, SATO)
    room.clock.at = LATER + timedelta(minutes=1)
    with pytest.raises(NoticeRefused, match=why(room.book, "past")):
        room.do(number, Act.APPROVE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER + timedelta(hours=1))
    room.do(number, Act.APPROVE, SUZUKI)
    assert room.dossier(number).notice.due == LATER + timedelta(hours=1)


def test_what_is_planned_can_be_put_off_or_sent_now_by_those_who_let_go(room: Newsroom, three: list[int]) -> None:
    number = room.approved(replace(WRITTEN, due=LATER))
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(number, Act.SCHEDULE, SATO, due=LATER + timedelta(days=1))
    with pytest.raises(NoticeRefused, match=why(room.book, "no_time")):
        room.do(number, Act.SCHEDULE, SUZUKI)
    room.do(number, Act.SCHEDULE, SUZUKI, due=LATER + timedelta(days=1))
    room.clock.at = LATER
    room.tick()
    assert room.state(number) is S.PLANNED
    room.do(number, Act.NOW, SUZUKI)
    room.tick()
    assert room.fates(number) == ["queued"] * 3


def test_a_notice_that_is_announced_is_left_out_and_taken_up_again(room: Newsroom) -> None:
    room.tick()
    planned = next(row for row in room.rows(Occurrence) if row.state is S.PLANNED)
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(planned.id, Act.SKIP, SATO)
    room.do(planned.id, Act.SKIP, SUZUKI, word="今回は要りません")
    room.tick()
    assert room.state(planned.id) is S.SKIPPED
    room.do(planned.id, Act.RESTORE, SUZUKI)
    assert room.state(planned.id) is S.PLANNED
    assert [event[:2] for event in room.history(planned.id)[-2:]] == [("skipped", "鈴木"), ("scheduled", "鈴木")]


def test_a_late_one_is_sent_now_or_left_out_as_members_decide(room: Newsroom, three: list[int]) -> None:
    numbers = [room.approved(replace(WRITTEN, due=LATER), key) for key in ("one", "other")]
    room.clock.at = LATER + timedelta(hours=2)
    room.tick()
    assert [room.state(number) for number in numbers] == [S.ASKING, S.ASKING]
    with pytest.raises(NoticeRefused, match=why(room.book, "not_allowed")):
        room.do(numbers[0], Act.NOW, SATO)
    room.do(numbers[0], Act.NOW, SUZUKI)
    room.do(numbers[1], Act.CANCEL, SUZUKI)
    room.tick()
    assert [room.state(number) for number in numbers] == [S.SENDING, S.CANCELLED]


def test_outside_of_the_desks_period_nothing_goes_on(store: Store, book: Book, engine: Engine) -> None:
    subscribe(engine, [("web", "w1")], SEMINAR)
    room = Newsroom(store, book, clock=FixedClock(at("2023-03-31 20:00")))
    number = room.approved()
    room.tick()
    room.do(number, Act.PAUSE, SUZUKI)
    room.clock.at = at("2023-04-01 09:00")
    with pytest.raises(NoticeRefused, match=why(room.book, "outside")):
        room.do(number, Act.RESUME, SUZUKI)
