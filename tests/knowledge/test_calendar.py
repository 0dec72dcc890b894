"""The calendar flips exactly at its minutes, in Japan time."""

import datetime as dt

import pytest

from knowledge.calendar import Asked, Calendar, Span, day_text, day_text_english
from tests.knowledge.shipped import shipped_programme
from tests.moments import at, day


def calendar(moment: str) -> Calendar:
    return Calendar(shipped_programme(), at(moment))


@pytest.mark.parametrize(
    ("window", "moment", "state"),
    [
        ("briefing", "2022-05-31 11:59", "open"),
        ("briefing", "2022-05-31 12:00", "closed"),
        ("support", "2022-05-31 23:59", "before"),
        ("support", "2022-06-01 00:00", "open"),
        ("support", "2022-06-30 23:59", "open"),
        ("support", "2022-07-01 00:00", "closed"),
        ("seminar_first", "2022-06-24 11:59", "open"),
        ("seminar_first", "2022-06-24 12:00", "closed"),
        ("seminar", "2022-11-02 15:59", "open"),
        ("seminar", "2022-11-02 16:00", "closed"),
        ("desk", "2023-03-31 23:59", "open"),
        ("desk", "2023-04-01 00:00", "closed"),
    ],
)
def test_a_window_flips_at_its_minute(window: str, moment: str, state: str) -> None:
    assert calendar(moment).window(window).state == state


@pytest.mark.parametrize(
    ("period", "moment", "state"),
    [
        ("desk", "2022-06-30 23:59", "before"),
        ("desk", "2022-07-01 00:00", "running"),
        ("desk", "2023-03-31 23:59", "running"),
        ("desk", "2023-04-01 00:00", "over"),
        ("support", "2023-01-31 23:59", "running"),
        ("support", "2023-02-01 00:00", "over"),
        ("seminars", "2022-06-28 23:59", "before"),
        ("seminars", "2022-06-29 00:00", "running"),
        ("seminars", "2022-11-02 23:59", "running"),
        ("seminars", "2022-11-03 00:00", "over"),
    ],
)
def test_a_period_flips_at_midnight(period: str, moment: str, state: str) -> None:
    assert calendar(moment).period(period).state == state


@pytest.mark.parametrize(
    ("moment", "days_left"), [("2023-03-24 10:00", 7), ("2023-03-31 23:59", 0), ("2023-04-01 00:00", -1)]
)
def test_the_days_of_a_period_are_counted_down_to_its_last(moment: str, days_left: int) -> None:
    desk = calendar(moment).period("desk")
    assert (desk.last_day, desk.days_left) == ("3月31日(金)", days_left)


@pytest.mark.parametrize(
    ("moment", "state", "running", "coming", "left"),
    [
        ("2022-06-28 23:59", "future", None, 1, 8),
        ("2022-06-29 00:00", "today", None, 1, 8),
        ("2022-06-29 13:29", "today", None, 1, 8),
        ("2022-06-29 13:30", "today", 1, 2, 8),
        ("2022-06-29 15:59", "today", 1, 2, 8),
        ("2022-06-29 16:00", "past", None, 2, 7),
    ],
)
def test_a_session_begins_and_ends_at_its_minute(
    moment: str, state: str, running: int | None, coming: int, left: int
) -> None:
    now = calendar(moment)
    assert (
        now.session(1).state,
        now.running.number if now.running else None,
        now.next_session.number if now.next_session else None,
        len(now.remaining),
    ) == (state, running, coming, left)


def test_nothing_is_left_after_the_last_session() -> None:
    now = calendar("2022-11-02 16:00")
    assert (now.remaining, now.upcoming, now.running, now.next_session, now.earliest_joinable) == (
        (),
        (),
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("moment", "number"),
    [("2022-06-24 11:59", 1), ("2022-06-24 12:00", 2), ("2022-07-13 13:29", 2), ("2022-07-13 13:30", 3)],
)
def test_the_earliest_session_to_join_heeds_the_deadline_of_the_first(moment: str, number: int) -> None:
    joinable = calendar(moment).earliest_joinable
    assert joinable is not None
    assert joinable.number == number


@pytest.mark.parametrize(
    ("moment", "state", "is_over"),
    [
        ("2022-05-31 23:59", "future", False),
        ("2022-06-01 00:00", "today", False),
        ("2022-06-01 14:29", "today", False),
        ("2022-06-01 14:30", "past", True),
    ],
)
def test_the_briefing_is_over_when_it_ends(moment: str, state: str, is_over: bool) -> None:
    now = calendar(moment)
    assert (now.briefing.state, bool(now.over)) == (state, is_over)


def test_a_moment_counts_in_japan_whatever_its_zone() -> None:
    noon_in_japan = dt.datetime(2022, 6, 24, 3, 0, tzinfo=dt.UTC)
    minute = dt.timedelta(minutes=1)
    states = [
        Calendar(shipped_programme(), t).window("seminar_first").state for t in (noon_in_japan - minute, noon_in_japan)
    ]
    assert states == ["open", "closed"]


def test_the_sessions_are_eight_wednesdays() -> None:
    shown = [(s.number, s.day) for s in calendar("2022-06-01 09:00").sessions]
    assert shown == [
        (1, "6月29日(水)"),
        (2, "7月13日(水)"),
        (3, "7月27日(水)"),
        (4, "9月7日(水)"),
        (5, "9月21日(水)"),
        (6, "10月5日(水)"),
        (7, "10月19日(水)"),
        (8, "11月2日(水)"),
    ]


def test_a_session_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="session 9"):
        calendar("2022-06-01 09:00").session(9)


def test_days_are_written_in_both_languages() -> None:
    assert (day_text(day("2022-09-07")), day_text_english(day("2022-09-07"))) == ("9月7日(水)", "September 7 (Wed)")


def test_the_slots_of_a_question_become_sessions() -> None:
    september = Span(day("2022-09-01"), day("2022-09-30"), "9月")
    view = calendar("2022-09-10 09:00").view(Asked((3,), september))
    assert [s.number for s in view.sessions] == [3]
    assert view.span is not None
    assert [(s.number, s.state) for s in view.span.sessions] == [(4, "past"), (5, "future")]
    assert (view.span.label, view.span.is_day, view.span.past) == ("9月", False, False)


@pytest.mark.parametrize(("moment", "past"), [("2022-09-07 23:59", False), ("2022-09-08 00:00", True)])
def test_a_day_is_past_from_the_next_midnight(moment: str, past: bool) -> None:
    the_day = Span(day("2022-09-07"), day("2022-09-07"), "その日")
    span = calendar(moment).view(Asked((), the_day)).span
    assert span is not None
    assert (span.is_day, span.past) == (True, past)
