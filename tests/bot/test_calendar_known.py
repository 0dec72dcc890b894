"""Calendars are served sessions as they are written down, whatever book a process has, also those taken out."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.store import timetable
from bot.store.timetable import held
from bot.web.calendar_feed import feed_of
from bot.web.season import ALL_TOPICS
from knowledge.amending import moved
from knowledge.announcement import NoticeTopic
from knowledge.schema import Programme
from tests.bot.fakes import MONDAY, FakeBook
from tests.bot.test_calendar_feed import events, written
from tests.knowledge.shipped import shipped_programme
from tests.moments import at, day


def without(programme: Programme, *numbers: int) -> Programme:
    """As if these sessions were taken out of programme.yaml."""
    left = tuple(one for one in programme.seminars.sessions if one.number not in numbers)
    return programme.model_copy(update={"seminars": programme.seminars.model_copy(update={"sessions": left})})


def later(programme: Programme, number: int) -> Programme:
    """As if programme.yaml had another title and other hours."""
    sessions = tuple(
        one.model_copy(update={"title": "別の題"}) if one.number == number else one
        for one in programme.seminars.sessions
    )
    seminars = programme.seminars.model_copy(update={"sessions": sessions, "starts": "14:00", "ends": "16:30"})
    window = programme.windows["seminar"]
    open_longer = window.model_copy(update={"closes": window.closes + timedelta(minutes=30)})
    return programme.model_copy(update={"seminars": seminars, "windows": programme.windows | {"seminar": open_longer}})


USUAL = shipped_programme()
BOOKS = {
    "moved": moved(USUAL, {4: day("2022-09-14")}),
    "moved last": moved(USUAL, {8: day("2022-11-09")}),
    "rewritten": later(USUAL, 4),
    "without one": without(USUAL, 5),
}


@pytest.mark.parametrize("known", [USUAL, *BOOKS.values()], ids=["usual", *BOOKS])
@pytest.mark.parametrize("book", [USUAL, *BOOKS.values()], ids=["usual", *BOOKS])
def test_whatever_book_a_process_has_it_serves_what_is_written_down(known: Programme, book: Programme) -> None:
    """So no time is ever served under the number of another, or a higher one."""
    rows = written(known).values()
    found, own = (_times(feed_of(ALL_TOPICS, programme, rows, FakeBook())) for programme in (book, known))
    assert {name: found[name] for name in own} == own
    by_name = {f"session-{row.session}": (row.begins, row.ends, 3, row.title) for row in rows}
    assert {
        name: (*times, title.split(maxsplit=2)[-1]) for name, (*times, title) in own.items() if name in by_name
    } == by_name


def _times(body: bytes) -> dict[str, tuple[object, ...]]:
    """All that a calendar goes by, of what moves with sessions."""
    return {
        name: (event["dtstart"].dt, event["dtend"].dt if "dtend" in event else "", event["sequence"], event["summary"])
        for name, event in events(body).items()
        if "session" in name or name == "window-seminar"
    }


def test_a_change_counts_once_it_is_written_down() -> None:
    rows, programme = written(USUAL), BOOKS["moved"]
    before = events(feed_of(ALL_TOPICS, programme, rows.values(), FakeBook()))["session-4"]
    assert (before["sequence"], before["dtstart"].dt) == (3, at("2022-09-07 13:30"))
    list(timetable.changes(rows.values(), {one.session: one for one in held(programme)}, MONDAY))
    after = events(feed_of(ALL_TOPICS, programme, rows.values(), FakeBook()))
    assert {name: event["sequence"] for name, event in after.items() if "session" in name} == {
        f"session-{number}": 4 if number == 4 else 3 for number in range(1, 9)
    }
    assert after["session-4"]["dtstart"].dt == datetime(2022, 9, 14, 4, 30, tzinfo=UTC)


def test_a_session_that_is_not_written_down_yet_is_served_as_the_book_has_it() -> None:
    rows = [row for number, row in written(USUAL).items() if number != 8]
    found = events(feed_of(ALL_TOPICS, USUAL, rows, FakeBook()))["session-8"]
    assert (found["sequence"], found["dtstart"].dt) == (0, at("2022-11-02 13:30"))


@pytest.mark.parametrize("book", [USUAL, without(USUAL, 5)], ids=["older", "newer"])
def test_a_session_that_was_taken_out_is_served_as_cancelled(book: Programme) -> None:
    rows = written(USUAL)
    list(
        timetable.changes(rows.values(), {one.session: one for one in held(without(USUAL, 5))}, at("2022-07-20 10:00"))
    )
    found = events(feed_of(ALL_TOPICS, book, rows.values(), FakeBook()))
    gone = found["session-5"]
    assert (str(gone["status"]), gone["sequence"]) == ("CANCELLED", 4)
    assert (gone["dtstart"].dt, gone["dtend"].dt) == (at("2022-09-21 13:30"), at("2022-09-21 16:00"))
    assert (gone["last-modified"].dt, str(gone["transp"]), gone.walk("VALARM")) == (
        at("2022-07-20 10:00"),
        "TRANSPARENT",
        [],
    )
    assert {name for name, event in found.items() if "status" in event} == {"session-5"}
    assert {event["sequence"] for name, event in found.items() if "session" in name} == {3, 4}
    assert "session-5" not in events(feed_of(frozenset({NoticeTopic.SUPPORT}), book, rows.values(), FakeBook()))


def test_what_was_taken_out_and_comes_back_takes_place_again() -> None:
    rows = written(USUAL)
    for programme in (without(USUAL, 5), without(USUAL, 5), USUAL, USUAL):
        list(timetable.changes(rows.values(), {one.session: one for one in held(programme)}, MONDAY))
    found = events(feed_of(ALL_TOPICS, USUAL, rows.values(), FakeBook()))["session-5"]
    assert (found["sequence"], "status" in found, len(found.walk("VALARM"))) == (5, False, 2)


def test_what_was_taken_out_is_not_served_among_the_events_of_another_year() -> None:
    rows = written(USUAL)
    rows[5].dropped, rows[5].begins, rows[5].ends = True, at("2021-09-21 13:30"), at("2021-09-21 16:00")
    assert "session-5" not in events(feed_of(ALL_TOPICS, without(USUAL, 5), rows.values(), FakeBook()))
