"""What the rehearsal is made of: its clocks, its staff's hours, its charts."""

import itertools
from datetime import date, timedelta

from bot.rehearsal import charts
from bot.rehearsal.charts import LINE_HEIGHT, PLOT_HEIGHT, lined, stacked
from bot.rehearsal.clocks import MachineClock, PlayClock
from bot.rehearsal.season import Day
from bot.rehearsal.staff import business_time_after
from knowledge.hours import BusinessHours, Closure
from tests.moments import at

HOURS = BusinessHours(closures=(Closure(date(2022, 12, 29), date(2023, 1, 3)),))


def test_the_desks_clock_never_goes_back() -> None:
    clock = PlayClock(at("2022-07-04 10:00"))
    clock.move_to(at("2022-07-04 11:00"))
    clock.move_to(at("2022-07-04 10:30"))
    assert clock.now() == at("2022-07-04 11:00")


def test_the_machine_can_wait_while_the_desks_clock_stands_still() -> None:
    desk = PlayClock(at("2022-07-04 10:00"))
    machine = MachineClock(desk)
    machine.move_to(at("2022-07-04 10:02"))
    assert (desk.now(), machine.now()) == (at("2022-07-04 10:00"), at("2022-07-04 10:02"))
    desk.move_to(at("2022-07-05 10:00"))
    assert machine.now() == at("2022-07-05 10:02")


def test_staff_take_their_time_in_business_hours() -> None:
    minutes = timedelta(minutes=20)
    assert business_time_after(HOURS, at("2022-07-04 10:00"), minutes) == at("2022-07-04 10:20")
    assert business_time_after(HOURS, at("2022-07-08 16:50"), minutes) == at("2022-07-11 09:10")
    assert business_time_after(HOURS, at("2022-07-08 16:40"), minutes) == at("2022-07-11 09:00")
    assert business_time_after(HOURS, at("2022-12-28 23:00"), minutes) == at("2023-01-04 09:20")
    assert business_time_after(HOURS, at("2022-07-04 10:00"), timedelta(hours=17)) == at("2022-07-06 11:00")


def day(number: int, **counts: int) -> Day:
    return Day(date(2022, 7, 1) + timedelta(days=number), questions=counts)


def test_a_days_bar_is_as_high_as_its_count_and_its_parts_stand_on_each_other() -> None:
    chart = stacked([day(0, answer=3, handoff=1), day(1)], lambda one: one.questions, ("answer", "handoff"))
    answer, handoff = chart.bars
    assert (answer.kind, answer.count, handoff.kind, handoff.count) == ("answer", 3, "handoff", 1)
    assert answer.height == 3 * handoff.height
    assert handoff.y + handoff.height == answer.y
    assert answer.y + answer.height == charts.TOP + PLOT_HEIGHT
    assert [tick.label for tick in chart.counts] == ["0", "1", "2", "3", "4"]


def test_names_of_lines_that_end_together_do_not_cover_each_other() -> None:
    days = [day(0), day(1, answer=5, suggest=5, handoff=5)]
    chart = lined(days, lambda one: one.questions, ("answer", "suggest", "handoff"))
    places = sorted(line.label_at for line in chart.lines)
    assert [line.last for line in chart.lines] == [5, 5, 5]
    assert [b - a for a, b in itertools.pairwise(places)] == [LINE_HEIGHT, LINE_HEIGHT]


def test_months_are_named_where_they_begin() -> None:
    days = [day(number) for number in range(40)]
    assert [tick.label for tick in stacked(days, lambda one: one.questions, ()).months] == ["7月", "8月"]
