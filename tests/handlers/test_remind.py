"""What falls due on a ticket as time goes by: reminders, the leads, an apology, the end by itself."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.closing import closing_note
from handlers.effects import Answer, Effect, Record, SaveTicket
from handlers.presence import sorry_note
from handlers.remind import due_effects
from handlers.rules import Rules
from handlers.ticket import Action, Resolution, Ticket, add, claim, close, reply, wait
from knowledge.book import Book
from knowledge.hours import BusinessHours, Closure
from tests.handlers.asking import only, opened
from tests.moments import at, day

RULES = Rules()
TURN_OF_THE_YEAR = Rules(hours=BusinessHours(closures=(Closure(day("2022-12-29"), day("2023-01-03")),)))


def due(book: Book, ticket: Ticket, when: str, rules: Rules = RULES) -> list[Effect]:
    return due_effects(ticket, at(when), rules, book)


def recorded(effects: list[Effect]) -> list[Action]:
    return [effect.action for effect in effects if isinstance(effect, Record)]


def asked(when: str, **other: object) -> Ticket:
    return replace(opened(12, "車椅子で参加できますか", when), **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("when", "reminders"),
    [
        ("2022-07-04 09:09:59", 0),
        ("2022-07-04 09:10", 1),
        ("2022-07-04 09:29:59", 1),
        ("2022-07-04 09:30", 2),
        ("2022-07-04 10:59:59", 2),
        ("2022-07-04 11:00", 3),
        ("2022-07-04 16:00", 3),
    ],
)
def test_staff_are_reminded_after_so_many_minutes(book: Book, when: str, reminders: int) -> None:
    effects = due(book, asked("2022-07-04 09:00"), when)
    assert [effect.ticket.reminders for effect in effects if isinstance(effect, SaveTicket)] == [reminders] * bool(
        reminders
    )


def test_a_reminder_says_how_long_somebody_waits(book: Book) -> None:
    ticket = asked("2022-07-04 09:00")
    assert due(book, ticket, "2022-07-04 09:10:30") == [
        SaveTicket(replace(ticket, reminders=1)),
        Record(12, Action.REMINDED, text="10分"),
    ]


def test_each_reminder_is_sent_once(book: Book) -> None:
    assert due(book, asked("2022-07-04 09:00", reminders=1), "2022-07-04 09:29:59") == []
    assert due(book, asked("2022-07-04 09:00", reminders=3, apologised=True), "2022-07-08 16:00") == []


def test_the_last_reminder_calls_the_leads_and_the_participant_is_told_that_we_are_sorry(book: Book) -> None:
    ticket = asked("2022-07-04 09:00", reminders=2)
    assert due(book, ticket, "2022-07-04 11:00") == [
        Answer(12, sorry_note(ticket, book, RULES, at("2022-07-04 11:00"))),
        Record(12, Action.APOLOGISED),
        SaveTicket(replace(ticket, reminders=3, apologised=True)),
        Record(12, Action.REMINDED, text="2時間0分"),
        Record(12, Action.ESCALATED),
    ]


def test_sorry_for_the_wait_is_said_once(book: Book) -> None:
    rules = replace(RULES, reminders=(10,), sorry_minutes=60)
    ticket = asked("2022-07-04 09:00", reminders=1)
    first = due(book, ticket, "2022-07-04 10:00", rules)
    assert recorded(first) == [Action.APOLOGISED]
    assert due(book, only(SaveTicket, first).ticket, "2022-07-04 16:00", rules) == []


def test_after_a_pause_of_the_desk_one_reminder_stands_for_all_that_were_missed(book: Book) -> None:
    effects = due(book, asked("2022-07-04 09:00"), "2022-07-04 10:00")
    assert recorded(effects) == [Action.REMINDED]
    assert only(SaveTicket, effects).ticket.reminders == 2


@pytest.mark.parametrize(
    ("since", "quiet", "rings"),
    [
        # The last minute of a day, the first of the next.
        ("2022-07-04 16:55", "2022-07-04 16:59:59", "2022-07-05 09:05"),
        ("2022-07-04 16:50", "2022-07-04 17:00", "2022-07-05 09:00"),
        ("2022-07-04 16:49", "2022-07-04 16:58:59", "2022-07-04 16:59"),
        # The night, a weekend, a weekend with a public holiday (Marine Day).
        ("2022-07-04 20:00", "2022-07-05 09:09:59", "2022-07-05 09:10"),
        ("2022-07-01 16:55", "2022-07-03 12:00", "2022-07-04 09:05"),
        ("2022-07-15 16:55", "2022-07-18 12:00", "2022-07-19 09:05"),
        # A substitute holiday, a Monday, Culture Day and Mountain Day in the middle of a week.
        ("2022-12-30 16:55", "2023-01-02 16:59", "2023-01-03 09:05"),
        ("2023-01-06 17:00", "2023-01-09 16:59", "2023-01-10 09:10"),
        ("2022-11-02 16:55", "2022-11-03 16:59", "2022-11-04 09:05"),
        ("2022-08-10 16:55", "2022-08-11 16:59", "2022-08-12 09:05"),
        # When other countries change their clocks, Japan does not.
        ("2022-10-28 16:55", "2022-10-31 09:04:59", "2022-10-31 09:05"),
        ("2023-03-24 16:55", "2023-03-27 09:04:59", "2023-03-27 09:05"),
    ],
)
def test_reminders_count_and_ring_in_business_hours_only(book: Book, since: str, quiet: str, rings: str) -> None:
    assert due(book, asked(since), quiet) == []
    assert recorded(due(book, asked(since), rings)) == [Action.REMINDED]


def test_nobody_is_reminded_at_the_turn_of_the_year(book: Book) -> None:
    ticket = asked("2022-12-28 16:55")
    for when in ("2022-12-28 17:05", "2022-12-29 10:00", "2022-12-31 23:59", "2023-01-03 16:59", "2023-01-04 09:04:59"):
        assert due(book, ticket, when, TURN_OF_THE_YEAR) == []
    assert recorded(due(book, ticket, "2023-01-04 09:05", TURN_OF_THE_YEAR)) == [Action.REMINDED]


@pytest.mark.parametrize("since", ["2022-07-04 22:00", "2022-07-02 03:00", "2022-12-31 23:55"])
def test_an_urgent_ticket_rings_at_any_hour(book: Book, since: str) -> None:
    ticket = asked(since, urgent=True)
    moments = [at(since) + dt.timedelta(minutes=minutes) for minutes in (9, 10, 30, 120)]
    told = [recorded(due_effects(ticket, moment, TURN_OF_THE_YEAR, book)) for moment in moments]
    assert told == [
        [],
        [Action.REMINDED],
        [Action.REMINDED],
        [Action.APOLOGISED, Action.REMINDED, Action.ESCALATED],
    ]


@pytest.mark.parametrize(
    ("since", "when"), [("2022-06-20 10:00", "2022-06-30 16:00"), ("2023-03-31 16:55", "2023-04-03 16:00")]
)
def test_nothing_but_an_urgent_ticket_rings_outside_of_the_desk_s_period(book: Book, since: str, when: str) -> None:
    assert due(book, asked(since), when) == []
    urgent = due(book, asked(since, urgent=True), when)
    assert recorded(urgent) == [Action.REMINDED, Action.ESCALATED]
    assert [effect for effect in urgent if isinstance(effect, Answer)] == []
    assert due(book, only(SaveTicket, urgent).ticket, when) == []


def test_who_asked_before_the_desk_opened_is_seen_to_once_it_has(book: Book) -> None:
    assert recorded(due(book, asked("2022-06-20 10:00"), "2022-07-01 09:00")) == [
        Action.APOLOGISED,
        Action.REMINDED,
        Action.ESCALATED,
    ]


def test_a_claim_alone_does_not_end_the_reminders(book: Book) -> None:
    ticket = claim(asked("2022-07-04 09:00"), "佐藤")
    assert recorded(due(book, ticket, "2022-07-04 09:10")) == [Action.REMINDED]


def test_whoever_was_answered_waits_no_longer(book: Book) -> None:
    for ticket in (reply(asked("2022-07-04 09:00"), "佐藤"), wait(asked("2022-07-04 09:00"), at("2022-07-04 09:05"))):
        assert due(book, ticket, "2022-07-05 16:00") == []


def test_a_later_message_is_reminded_of_from_its_own_time(book: Book) -> None:
    ticket = add(reply(asked("2022-07-04 09:00", reminders=2), "佐藤"), at("2022-07-04 15:00"))
    assert due(book, ticket, "2022-07-04 15:09") == []
    assert recorded(due(book, ticket, "2022-07-04 15:10")) == [Action.REMINDED]


def test_nothing_falls_due_on_a_closed_ticket(book: Book) -> None:
    closed = close(asked("2022-07-04 09:00"), Resolution.ANSWERED, at("2022-07-04 09:05"))
    assert due(book, closed, "2022-08-04 12:00") == []


def test_what_waits_for_the_participant_is_closed_after_seven_days_with_notice(book: Book) -> None:
    ticket = wait(claim(asked("2022-07-04 09:00"), "佐藤"), at("2022-07-04 10:00"))
    assert due(book, ticket, "2022-07-11 09:59:59") == []
    closed = close(ticket, Resolution.EXPIRED, at("2022-07-11 10:00"))
    assert due(book, ticket, "2022-07-11 10:00") == [
        Answer(12, closing_note(closed, book, RULES)),
        SaveTicket(closed),
        Record(12, Action.EXPIRED),
    ]


def test_what_expired_expires_once(book: Book) -> None:
    ticket = wait(claim(asked("2022-07-04 09:00"), "佐藤"), at("2022-07-04 10:00"))
    closed = only(SaveTicket, due(book, ticket, "2022-07-11 10:00")).ticket
    assert due(book, closed, "2022-07-20 10:00") == []


def test_a_message_of_the_participant_stops_the_end_by_itself(book: Book) -> None:
    ticket = add(wait(claim(asked("2022-07-04 09:00"), "佐藤"), at("2022-07-04 10:00")), at("2022-07-11 09:59"))
    assert due(book, ticket, "2022-07-11 10:00") == []


def test_a_desk_without_reminders_says_only_sorry(book: Book) -> None:
    rules = replace(RULES, reminders=())
    assert recorded(due(book, asked("2022-07-04 09:00"), "2022-07-04 16:00", rules)) == [Action.APOLOGISED]


@given(
    minutes=st.lists(st.integers(0, 3 * 24 * 60), min_size=1, max_size=30).map(sorted),
    is_urgent=st.booleans(),
    hour=st.integers(0, 23),
)
def test_however_often_we_look_each_reminder_comes_once(
    book: Book, minutes: list[int], is_urgent: bool, hour: int
) -> None:
    ticket = asked(f"2022-07-01 {hour:02}:00", urgent=is_urgent)
    begins = at(f"2022-07-01 {hour:02}:00")
    told: list[Action] = []
    for minute in minutes:
        effects = due_effects(ticket, begins + dt.timedelta(minutes=minute), RULES, book)
        saved = [effect.ticket for effect in effects if isinstance(effect, SaveTicket)]
        assert len(saved) == bool(effects)
        ticket = saved[0] if saved else ticket
        told += recorded(effects)
    assert told.count(Action.REMINDED) <= 3
    assert told.count(Action.ESCALATED) == (ticket.reminders == 3)
    assert told.count(Action.APOLOGISED) == ticket.apologised
