"""The season as an iCalendar file (RFC 5545), for the calendars of phones and computers: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as Component

from bot.ports import Words
from bot.web.season import ONE_DAY, Event, Kind, moment_of
from knowledge.announcement import NoticeTopic

# A name that no other desk has, wherever this one is served and whenever an event is.
OWNER = "chiiki-zukuri-ouen-desk-2022"
PRODUCT = "-//chiiki-zukuri-desk//calendar//JA"
LOOK_AGAIN = timedelta(hours=1)
DAY_BEFORE = time(10)
HOUR_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class Revision:
    """How often something has changed, and when it did last, in UTC; whether it does not take place any more."""

    sequence: int
    at: datetime
    is_cancelled: bool = False


def calendar_file(
    name: str, events: Iterable[Event], revisions: Mapping[int, Revision], first: Revision, words: Words
) -> bytes:
    """The file; `revisions` are those of sessions, by number, `first` that of all else."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Tokyo")
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        revision = first if event.session is None else revisions.get(event.session, first)
        calendar.add_component(_component(event, revision, words))
    return bytes(calendar.to_ical())


def _component(event: Event, revision: Revision, words: Words) -> Component:
    component = Component()
    component.add("uid", f"{event.name}@{OWNER}")
    component.add("dtstamp", revision.at)
    component.add("last-modified", revision.at)
    component.add("sequence", revision.sequence)
    component.add("summary", event.title)
    component.add("categories", [words.phrase(f"topic_{topic}") for topic in NoticeTopic if topic in event.topics])
    is_cancelled = revision.is_cancelled and event.kind is Kind.SESSION
    component.add("transp", "OPAQUE" if event.ends and not is_cancelled else "TRANSPARENT")
    if is_cancelled:
        component.add("status", "CANCELLED")
    if event.about:
        component.add("description", event.about)
    if event.kind is Kind.SESSION:
        component.add("location", words.phrase("calendar_online"))
    _add_times(component, event)
    for alarm in () if is_cancelled else _alarms(event, words):
        component.add_component(alarm)
    return component


def _add_times(component: Component, event: Event) -> None:
    """In UTC, which every calendar turns into the time of where it is."""
    if event.starts is None:
        component.add("dtstart", event.day)
        component.add("dtend", event.day + ONE_DAY)
        return
    component.add("dtstart", moment_of(event.day, event.starts).astimezone(UTC))
    if event.ends is not None:
        component.add("dtend", moment_of(event.day, event.ends).astimezone(UTC))


def _alarms(event: Event, words: Words) -> Iterable[Alarm]:
    """For sessions: the day before at ten, and an hour before."""
    if event.kind is not Kind.SESSION or event.starts is None:
        return
    begins = moment_of(event.day, event.starts)
    says = {"number": event.session, "starts": f"{event.starts:%H:%M}"}
    yield _alarm(moment_of(event.day - ONE_DAY, DAY_BEFORE) - begins, words.phrase("calendar_alarm_day_before", **says))
    yield _alarm(-HOUR_BEFORE, words.phrase("calendar_alarm_hour_before", **says))


def _alarm(trigger: timedelta, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", trigger)
    return alarm
