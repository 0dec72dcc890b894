"""Every announcement of the season at its time: held against a list written by hand from the flyer."""

import datetime as dt

import pytest

from knowledge.amending import moved
from knowledge.announcement import Announcement, LatePolicy
from knowledge.calendar import JAPAN
from knowledge.hours import BusinessHours, Closure
from knowledge.load import load_content
from knowledge.plan import Planned, asked_between, desk_period, plan
from knowledge.schema import Programme
from tests.knowledge.shipped import FOLDER, shipped_programme
from tests.moments import at, day

HOURS = BusinessHours(closures=(Closure(day("2022-12-29"), day("2023-01-03")),))
# The sessions on the flyer, all on Wednesdays from 13:30: the 2nd on 7月13日, the 3rd on 7月27日, the 4th on 9月7日,
# the 5th on 9月21日, the 6th on 10月5日, the 7th on 10月19日, the 8th on 11月2日.
SEASON = """
2022-07-01 10:00 desk-opens
2022-07-04 10:00 support-begins
2022-07-05 10:00 employer-welcome
2022-07-06 10:00 seminar-week-before 2
2022-07-12 10:00 seminar-day-before 2
2022-07-13 12:30 seminar-same-day 2
2022-07-14 10:00 seminar-day-after 2
2022-07-20 10:00 seminar-week-before 3
2022-07-26 10:00 seminar-day-before 3
2022-07-27 12:30 seminar-same-day 3
2022-07-28 10:00 seminar-day-after 3
2022-08-01 10:00 letter
2022-08-24 10:00 exercise-data 4
2022-08-31 10:00 seminar-week-before 4
2022-09-01 10:00 letter
2022-09-06 10:00 seminar-day-before 4
2022-09-07 12:30 seminar-same-day 4
2022-09-08 10:00 seminar-day-after 4
2022-09-14 10:00 seminar-week-before 5
2022-09-20 10:00 seminar-day-before 5
2022-09-21 12:30 seminar-same-day 5
2022-09-22 10:00 seminar-day-after 5
2022-09-26 10:00 exercise-training 6
2022-09-27 10:00 employer-session 6
2022-09-28 10:00 seminar-week-before 6
2022-10-03 10:00 letter
2022-10-04 10:00 seminar-day-before 6
2022-10-05 12:30 seminar-same-day 6
2022-10-06 10:00 seminar-day-after 6
2022-10-11 10:00 employer-session 7
2022-10-12 10:00 seminar-week-before 7
2022-10-17 10:00 support-halfway
2022-10-18 10:00 seminar-day-before 7
2022-10-19 12:30 seminar-same-day 7
2022-10-20 10:00 seminar-day-after 7
2022-10-26 10:00 seminar-week-before 8
2022-11-01 10:00 letter
2022-11-01 10:00 seminar-day-before 8
2022-11-02 12:30 seminar-same-day 8
2022-11-03 10:00 seminar-day-after 8
2022-11-15 10:00 employer-worksite
2022-12-01 10:00 letter
2023-01-04 10:00 letter
2023-01-10 10:00 workshops-last-month
2023-01-31 10:00 workshops-end
2023-02-01 10:00 letter
2023-03-01 10:00 letter
2023-03-03 10:00 closing-month
2023-03-07 10:00 employer-closing
2023-03-24 10:00 closing-week
2023-03-28 10:00 letter-last
2023-03-31 10:00 closing-day
"""
LETTERS = [
    "2022-08-01",
    "2022-09-01",
    "2022-10-03",
    "2022-11-01",
    "2022-12-01",
    "2023-01-04",
    "2023-02-01",
    "2023-03-01",
]


@pytest.fixture(scope="module")
def announcements() -> tuple[Announcement, ...]:
    return load_content(FOLDER).announcements.announcements


def listed(planned: tuple[Planned, ...]) -> list[str]:
    """As the list above is written."""
    return [
        " ".join([f"{one.due.astimezone(JAPAN):%Y-%m-%d %H:%M}", one.announcement.id, *_number(one)]) for one in planned
    ]


def _number(one: Planned) -> list[str]:
    return [] if one.session is None else [str(one.session)]


def test_the_whole_season_is_as_it_was_written_by_hand(announcements: tuple[Announcement, ...]) -> None:
    assert listed(plan(announcements, shipped_programme(), HOURS)) == SEASON.split("\n")[1:-1]


def test_no_two_of_them_are_taken_for_the_same(announcements: tuple[Announcement, ...]) -> None:
    planned = plan(announcements, shipped_programme(), HOURS)
    assert len({(one.announcement.id, one.key) for one in planned}) == len(SEASON.split("\n")[1:-1])


def test_letters_go_on_the_first_day_of_a_month_on_which_staff_are_there(
    announcements: tuple[Announcement, ...],
) -> None:
    planned = plan(announcements, shipped_programme(), HOURS)
    assert [line.split()[0] for line in listed(planned) if line.endswith(" letter")] == LETTERS


@pytest.mark.parametrize(
    ("closures", "first"),
    [
        # 1 January 2023 is a Sunday, so that Monday the 2nd is a holiday too.
        ((), "2023-01-03"),
        (((Closure(day("2022-12-29"), day("2023-01-03"))),), "2023-01-04"),
        (((Closure(day("2022-12-29"), day("2023-01-06"))),), "2023-01-10"),
    ],
)
def test_the_letter_of_january_waits_for_the_end_of_the_holidays(
    announcements: tuple[Announcement, ...], closures: tuple[Closure, ...], first: str
) -> None:
    planned = plan(announcements, shipped_programme(), BusinessHours(closures=closures))
    assert [one.due for one in planned if one.key == "2023-01"] == [at(f"{first} 10:00")]


def test_a_session_that_moves_takes_its_notices_along_and_no_others(announcements: tuple[Announcement, ...]) -> None:
    later = moved(shipped_programme(), {4: day("2022-09-14")})
    before, after = (set(listed(plan(announcements, p, HOURS))) for p in (shipped_programme(), later))
    assert (before - after, after - before) == (
        {
            "2022-08-24 10:00 exercise-data 4",
            "2022-08-31 10:00 seminar-week-before 4",
            "2022-09-06 10:00 seminar-day-before 4",
            "2022-09-07 12:30 seminar-same-day 4",
            "2022-09-08 10:00 seminar-day-after 4",
        },
        {
            "2022-08-31 10:00 exercise-data 4",
            "2022-09-07 10:00 seminar-week-before 4",
            "2022-09-13 10:00 seminar-day-before 4",
            "2022-09-14 12:30 seminar-same-day 4",
            "2022-09-15 10:00 seminar-day-after 4",
        },
    )


def test_a_notice_of_a_session_that_moved_is_another_one(announcements: tuple[Announcement, ...]) -> None:
    later = moved(shipped_programme(), {4: day("2022-09-14")})
    keys = [
        [one.key for one in plan(announcements, programme, HOURS) if one.announcement.id == "seminar-same-day"][2]
        for programme in (shipped_programme(), later)
    ]
    assert keys == ["4@2022-09-07T13:30", "4@2022-09-14T13:30"]


def test_minutes_before_follow_the_hour_at_which_sessions_begin(announcements: tuple[Announcement, ...]) -> None:
    programme = shipped_programme()
    earlier = programme.model_copy(update={"seminars": programme.seminars.model_copy(update={"starts": "10:00"})})
    due = [one.due for one in plan(announcements, earlier, HOURS) if one.announcement.id == "seminar-same-day"]
    assert due[0] == at("2022-07-13 09:00")


def test_a_session_that_is_no_more_has_no_notices(announcements: tuple[Announcement, ...]) -> None:
    programme = shipped_programme()
    seven = programme.seminars.model_copy(update={"sessions": programme.seminars.sessions[:7]})
    planned = plan(announcements, programme.model_copy(update={"seminars": seven}), HOURS)
    assert {one.session for one in planned} == {None, 2, 3, 4, 5, 6, 7}


@pytest.mark.parametrize("number", range(1, 9))
def test_nothing_is_planned_while_the_desk_is_closed_wherever_a_session_moves(
    announcements: tuple[Announcement, ...], number: int
) -> None:
    for days in range(-60, 301, 3):
        programme = _shifted(number, days)
        opens, closes = desk_period(programme)
        assert (opens, closes) == (at("2022-07-01 00:00"), at("2023-04-01 00:00"))
        planned = plan(announcements, programme, HOURS)
        assert len(planned) > 20
        assert [one.key for one in planned if not opens <= one.due < closes] == []


def _shifted(number: int, days: int) -> Programme:
    """The programme with a session somewhere else, in whatever order."""
    programme = shipped_programme()
    was = programme.seminars.sessions[number - 1].date
    return moved(programme, {number: was + dt.timedelta(days=days)})


def test_a_session_at_the_edges_of_the_desk_keeps_only_the_notices_within(
    announcements: tuple[Announcement, ...],
) -> None:
    first, last = (
        [line for line in listed(plan(announcements, moved(shipped_programme(), days), HOURS)) if line.endswith(end)]
        for days, end in (({2: day("2022-07-01")}, " 2"), ({8: day("2023-03-31")}, " 8"))
    )
    assert (first, last) == (
        ["2022-07-01 12:30 seminar-same-day 2", "2022-07-02 10:00 seminar-day-after 2"],
        [
            "2023-03-24 10:00 seminar-week-before 8",
            "2023-03-30 10:00 seminar-day-before 8",
            "2023-03-31 12:30 seminar-same-day 8",
        ],
    )


def test_every_notice_has_a_moment_from_which_it_is_too_late(
    announcements: tuple[Announcement, ...],
) -> None:
    planned = plan(announcements, shipped_programme(), HOURS)
    closes = at("2023-04-01 00:00")
    asking = [one for one in planned if one.announcement.late.then is LatePolicy.ASK]
    assert {one.announcement.id for one in asking if one.session} == {"seminar-day-after"}
    assert {one.expires for one in asking} == {closes}
    assert {one.announcement.id: one.expires for one in planned if one.session == 4 and one not in asking} == {
        # Until the day is over on which it may still begin.
        "exercise-data": at("2022-09-01 00:00"),
        "seminar-week-before": at("2022-09-06 00:00"),
        "seminar-day-before": at("2022-09-07 00:00"),
        "seminar-same-day": at("2022-09-07 13:30"),
    }
    assert {one.begins for one in planned if one.session == 4} == {at("2022-09-07 13:30")}


@pytest.mark.parametrize(
    ("notice", "key", "since", "until"),
    [
        ("letter", "2022-08", "2022-07-01 00:00", "2022-08-01 00:00"),
        ("letter", "2022-10", "2022-09-01 00:00", "2022-10-01 00:00"),
        ("letter", "2023-01", "2022-12-01 00:00", "2023-01-01 00:00"),
        ("letter", "2023-03", "2023-02-01 00:00", "2023-03-01 00:00"),
        ("letter-last", "2023-03-28", "2023-03-01 00:00", "2023-03-28 10:00"),
    ],
)
def test_a_letter_tells_the_month_before_and_the_last_one_its_own(
    announcements: tuple[Announcement, ...], notice: str, key: str, since: str, until: str
) -> None:
    planned = plan(announcements, shipped_programme(), HOURS)
    told = {(one.announcement.id, one.key): asked_between(one) for one in planned}
    assert told[notice, key] == (at(since), at(until))


def test_only_letters_tell_what_was_asked(announcements: tuple[Announcement, ...]) -> None:
    planned = plan(announcements, shipped_programme(), HOURS)
    assert {one.announcement.id for one in planned if asked_between(one)} == {"letter", "letter-last"}
