"""A member sees what follows before a session moves, and what cannot be is refused."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import SessionNotMoved
from bot.rescheduling import Preview, Rescheduling, Shift, Standing
from bot.shelf import Shelf
from bot.store import amendments
from bot.store.models import DeliveryState
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.amending import Move
from knowledge.build import Edition
from tests.bot.curating import run, small_edition
from tests.bot.fakes import FixedClock
from tests.bot.programmes import HOUSE, Season, edited
from tests.moments import at, day


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def rescheduling(store: Store, edition: Edition, clock: FixedClock) -> Rescheduling:
    return Rescheduling(store, Shelf(edition, store), HOUSE, clock)


def refusal(rescheduling: Rescheduling, number: int, to: str) -> str:
    with pytest.raises(SessionNotMoved) as refused:
        run(rescheduling.preview(number, day(to)))
    return str(refused.value)


def move(rescheduling: Rescheduling, number: int, to: str, by: str = "sato") -> None:
    run(rescheduling.move(run(rescheduling.preview(number, day(to))), rescheduling.mover(by)))


def test_what_follows_is_shown_before_anything_moves(rescheduling: Rescheduling, store: Store) -> None:
    season = Season(store)
    weekly = season.occurrence(2, "2022-07-13")
    season.told(weekly, season.subscriber("a"), season.subscriber("b"))
    season.told(weekly, season.subscriber("c"), state=DeliveryState.FAILED)
    assert run(rescheduling.preview(2, day("2022-07-19"))) == Preview(
        move=Move(2, day("2022-07-13"), day("2022-07-19")),
        was=day("2022-07-13"),
        title="題2",
        shifts=(Shift("1週間前のご案内", at("2022-07-06 10:00"), at("2022-07-12 10:00"), is_late=False),),
        told=2,
        warnings=("weekday",),
        known=0,
    )
    assert run(store.read(amendments.moves)) == []


def test_a_notice_whose_time_has_passed_by_then_is_shown_as_late(rescheduling: Rescheduling) -> None:
    (shift,) = run(rescheduling.preview(2, day("2022-07-11"))).shifts
    assert (shift.due, shift.is_late) == (at("2022-07-04 10:00"), False)
    (shift,) = run(rescheduling.preview(2, day("2022-07-08"))).shifts
    assert (shift.due, shift.is_late) == (at("2022-07-01 10:00"), True)


@pytest.mark.parametrize(("state", "has_gone"), [(OccurrenceState.DONE, True), (OccurrenceState.SKIPPED, False)])
def test_a_notice_that_has_gone_is_shown_as_such_and_goes_once_more(
    rescheduling: Rescheduling, store: Store, clock: FixedClock, state: OccurrenceState, has_gone: bool
) -> None:
    Season(store).occurrence(2, "2022-07-13", state)
    clock.at = at("2022-07-07 09:00")
    shift = Shift("1週間前のご案内", at("2022-07-06 10:00"), at("2022-07-13 10:00"), is_late=False, has_gone=has_gone)
    assert run(rescheduling.preview(2, day("2022-07-20"))).shifts == (shift,)


@pytest.mark.parametrize(
    ("number", "to", "now", "warnings"),
    [
        (2, "2022-07-20", "2022-07-04 09:00", ()),
        (2, "2022-07-14", "2022-07-04 09:00", ("weekday",)),
        (2, "2022-07-18", "2022-07-04 09:00", ("day_off", "weekday")),
        (2, "2022-07-23", "2022-07-04 09:00", ("day_off", "weekday")),
        (2, "2022-07-20", "2022-07-13 13:30", ("began",)),
    ],
)
def test_what_is_unusual_is_warned_of(
    rescheduling: Rescheduling, clock: FixedClock, number: int, to: str, now: str, warnings: tuple[str, ...]
) -> None:
    clock.at = at(now)
    assert run(rescheduling.preview(number, day(to))).warnings == warnings


@pytest.mark.parametrize(
    ("number", "to", "why"),
    [
        (9, "2022-07-20", "その回はありません"),
        (2, "2022-07-13", "いまの日程と同じ"),
        (2, "2022-07-01", "もう過ぎています"),
        (3, "2022-09-01", "開設期間(2022年7月~8月)"),
        (2, "2022-07-27", "第1回は6月29日(水)、第3回は7月27日(水)"),
        (2, "2022-08-03", "第3回は7月27日(水)"),
        (3, "2022-07-12", "第2回は7月13日(水)"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(rescheduling: Rescheduling, number: int, to: str, why: str) -> None:
    assert why in refusal(rescheduling, number, to)


def test_a_session_can_move_to_this_very_day_until_it_would_begin(
    rescheduling: Rescheduling, clock: FixedClock
) -> None:
    clock.at = at("2022-07-05 13:29")
    assert run(rescheduling.preview(2, day("2022-07-05"))).warnings == ("weekday",)
    clock.at = at("2022-07-05 13:30")
    assert "もう過ぎています" in refusal(rescheduling, 2, "2022-07-05")


@pytest.mark.parametrize(("login", "may"), [("sato", True), ("tanaka", True), ("suzuki", False), ("nobody", False)])
def test_curators_and_leads_may_move_sessions(rescheduling: Rescheduling, login: str, may: bool) -> None:
    if may:
        assert rescheduling.mover(login).name in ("佐藤", "田中")
        return
    with pytest.raises(SessionNotMoved, match="curator か lead"):
        rescheduling.mover(login)


def test_who_moved_what_stands_in_the_list_and_a_move_can_be_undone(rescheduling: Rescheduling) -> None:
    def listed() -> list[tuple[str, str, str]]:
        found: list[Standing] = run(rescheduling.standing())
        return [(str(one.session.date), str(one.written), one.by) for one in found]

    move(rescheduling, 2, "2022-07-14")
    move(rescheduling, 2, "2022-07-15", by="tanaka")
    assert listed()[1] == ("2022-07-15", "2022-07-13", "田中")
    back = run(rescheduling.undoing(2))
    assert (back.was, back.move.day) == (day("2022-07-15"), day("2022-07-13"))
    run(rescheduling.move(back, rescheduling.mover("sato")))
    assert listed() == [
        ("2022-06-29", "2022-06-29", ""),
        ("2022-07-13", "2022-07-13", ""),
        ("2022-07-27", "2022-07-27", ""),
    ]


@pytest.mark.parametrize(("number", "why"), [(2, "動かしたものではありません"), (9, "その回はありません")])
def test_what_was_not_moved_cannot_be_undone(rescheduling: Rescheduling, number: int, why: str) -> None:
    with pytest.raises(SessionNotMoved, match=why):
        run(rescheduling.undoing(number))


def test_of_two_who_saw_the_same_one_moves_and_the_other_is_told(
    rescheduling: Rescheduling, store: Store, edition: Edition, clock: FixedClock
) -> None:
    other = Rescheduling(store, Shelf(edition, store), HOUSE, clock)
    mine, theirs = run(rescheduling.preview(2, day("2022-07-14"))), run(other.preview(2, day("2022-07-15")))

    async def both() -> list[BaseException | None]:
        moving = rescheduling.move(mine, rescheduling.mover("sato")), other.move(theirs, other.mover("tanaka"))
        return await asyncio.gather(*moving, return_exceptions=True)

    outcomes = run(both())
    assert sorted(map(str, outcomes)) == [
        "None",
        "日程を変えられません。この間に、ほかの担当者が日程を変えました。もう一度確かめてください。",
    ]


def test_the_file_can_still_move_what_a_member_moved(store: Store, edition: Edition, clock: FixedClock) -> None:
    move(Rescheduling(store, Shelf(edition, store), HOUSE, clock), 2, "2022-07-14")
    later = Rescheduling(store, Shelf(edited(edition, {2: "2022-07-20"}), store), HOUSE, clock)
    assert [str(one.session.date) for one in run(later.standing())][1] == "2022-07-20"
    assert [one.by for one in run(later.standing())][1] == ""
    move(later, 2, "2022-07-21")
    assert [str(one.session.date) for one in run(later.standing())][1] == "2022-07-21"


def test_a_session_and_the_one_before_it_can_both_move_on(rescheduling: Rescheduling) -> None:
    move(rescheduling, 3, "2022-08-03")
    move(rescheduling, 2, "2022-07-28")
    move(rescheduling, 3, "2022-08-10")
    assert [str(one.session.date) for one in run(rescheduling.standing())] == ["2022-06-29", "2022-07-28", "2022-08-10"]


def test_content_without_announcements_shows_no_notices(store: Store, tmp_path: Path, clock: FixedClock) -> None:
    plain = Rescheduling(store, Shelf(small_edition(tmp_path), store), HOUSE, clock)
    assert run(plain.preview(2, day("2022-07-14"))).shifts == ()
