"""The feed is a calendar by RFC 5545, the same wherever it is served, and follows the programme."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component
from pydantic import SecretStr
from sqlalchemy import Engine, update

from bot.config import Config
from bot.store import timetable
from bot.store.notice_models import Timetable
from bot.store.timetable import held
from bot.store.transactions import Store
from bot.web.calendar_feed import feed_of
from bot.web.season import ALL_TOPICS
from knowledge.amending import is_in_order, moved
from knowledge.schema import Programme
from tests.bot.fakes import MONDAY, FakeBook, decide
from tests.bot.site import Site, running_site
from tests.bot.unknowing import UnknowingBook
from tests.knowledge.shipped import shipped_programme
from tests.moments import at

OWNER = "@chiiki-zukuri-ouen-desk-2022"


@pytest.fixture(scope="module")
def words() -> UnknowingBook:
    return UnknowingBook()


@pytest.fixture
def config(database: str, engine: Engine) -> Config:
    return Config.model_validate({"database": SecretStr(database), "channels": {"web": {"port": 0}}})


@pytest.fixture
def site(config: Config, words: UnknowingBook) -> Iterator[Site]:
    with running_site(config, decide, words) as running:
        yield running


@pytest.fixture
def browser(site: Site) -> Iterator[httpx.Client]:
    with site.stranger() as client:
        yield client


def events(body: bytes) -> dict[str, Component]:
    return {str(event["uid"]).removesuffix(OWNER): event for event in Calendar.from_ical(body).walk("VEVENT")}


def days(body: bytes) -> list[tuple[str, str, str]]:
    """When each event begins and ends, in Japan time."""
    return [(name, _shown(event["dtstart"].dt), _ends(event)) for name, event in events(body).items()]


def _shown(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    return f"{value + timedelta(hours=9):%Y-%m-%d %H:%M}"


def _ends(event: Component) -> str:
    return _shown(event["dtend"].dt) if "dtend" in event else ""


def test_the_whole_season_is_in_it(browser: httpx.Client) -> None:
    assert days(browser.get("/calendar.ics").content) == [
        ("window-briefing", "2022-05-31 12:00", ""),
        ("briefing", "2022-06-01 13:30", "2022-06-01 14:30"),
        ("window-seminar_first", "2022-06-24 12:00", ""),
        ("session-1", "2022-06-29 13:30", "2022-06-29 16:00"),
        ("window-support", "2022-06-30", "2022-07-01"),
        ("desk-opens", "2022-07-01", "2022-07-02"),
        ("session-2", "2022-07-13 13:30", "2022-07-13 16:00"),
        ("session-3", "2022-07-27 13:30", "2022-07-27 16:00"),
        ("session-4", "2022-09-07 13:30", "2022-09-07 16:00"),
        ("session-5", "2022-09-21 13:30", "2022-09-21 16:00"),
        ("session-6", "2022-10-05 13:30", "2022-10-05 16:00"),
        ("session-7", "2022-10-19 13:30", "2022-10-19 16:00"),
        ("session-8", "2022-11-02 13:30", "2022-11-02 16:00"),
        ("window-seminar", "2022-11-02 16:00", ""),
        ("desk-last-day", "2023-03-31", "2023-04-01"),
    ]


def test_a_session_tells_what_a_calendar_shows(browser: httpx.Client) -> None:
    session = events(browser.get("/calendar.ics").content)["session-4"]
    assert str(session["summary"]) == "セミナー第4回 地域を深く知る②"
    assert str(session["location"]) == "オンライン"
    about = str(session["description"])
    assert "オンライン講座・参加費無料" in about
    assert "(2) 公的な計画や方針等を読み取る" in about
    assert "https://forms.gle/3Qa5jUehHGhzN7rEA" in about
    assert (session["sequence"], session["dtstamp"].dt) == (0, at("2022-07-01 00:00"))


def test_a_session_rings_the_day_before_at_ten_and_an_hour_before(browser: httpx.Client) -> None:
    found = events(browser.get("/calendar.ics").content)
    alarms = {
        name: [(event["dtstart"].dt + alarm["trigger"].dt, str(alarm["action"])) for alarm in event.walk("VALARM")]
        for name, event in found.items()
    }
    assert alarms["session-4"] == [(at("2022-09-06 10:00"), "DISPLAY"), (at("2022-09-07 12:30"), "DISPLAY")]
    assert {name for name, ring in alarms.items() if ring} == {f"session-{number}" for number in range(1, 9)}
    assert [str(alarm["description"]) for alarm in found["session-4"].walk("VALARM")] == [
        "明日13:30から: セミナー第4回",
        "1時間後(13:30)から: セミナー第4回",
    ]


SEMINAR = {"window-seminar_first", "window-seminar", *(f"session-{number}" for number in range(1, 9))}
SUPPORT = {"window-briefing", "briefing", "window-support"}
DESK = {"desk-opens", "desk-last-day"}


@pytest.mark.parametrize(
    ("query", "names", "name"),
    [
        ("", SEMINAR | SUPPORT | DESK, "地域づくり応援デスク"),
        ("?topics=", SEMINAR | SUPPORT | DESK, "地域づくり応援デスク"),
        ("?topics=seminar", SEMINAR | DESK, "地域づくり応援デスク(セミナー)"),
        ("?topics=support,letter", SUPPORT | DESK, "地域づくり応援デスク(応援プログラム・デスク便り)"),
        ("?topics=support&topics=seminar", SUPPORT | SEMINAR | DESK, "地域づくり応援デスク(セミナー・応援プログラム)"),
        ("?topics=employer", DESK, "地域づくり応援デスク(協力事業所)"),
    ],
)
def test_it_can_be_had_by_topic(browser: httpx.Client, query: str, names: set[str], name: str) -> None:
    body = browser.get(f"/calendar.ics{query}").content
    assert set(events(body)) == names
    assert str(Calendar.from_ical(body)["x-wr-calname"]) == name


@pytest.mark.parametrize("query", ["?topics=lunch", "?topics=seminar,lunch", "?topics=Seminar", "?topics=%00"])
def test_a_topic_that_there_is_not_is_told(browser: httpx.Client, query: str) -> None:
    answer = browser.get(f"/calendar.ics{query}")
    assert answer.status_code == 400
    assert "seminar、support、employer、letter" in answer.text


def test_it_says_what_it_is_and_how_often_to_look(browser: httpx.Client) -> None:
    answer = browser.get("/calendar.ics")
    calendar = Calendar.from_ical(answer.content)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers
    assert calendar["refresh-interval"].dt == timedelta(hours=1)
    assert (str(calendar["version"]), str(calendar["x-published-ttl"])) == ("2.0", "PT1H")


@pytest.mark.parametrize("sent", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_other_side_has_is_not_sent_again(browser: httpx.Client, sent: str) -> None:
    first = browser.get("/calendar.ics")
    again = browser.get("/calendar.ics", headers={"if-none-match": sent.format(first.headers["etag"])})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert browser.get("/calendar.ics", headers={"if-none-match": '"other"'}).status_code == 200
    assert browser.get("/calendar.ics?topics=seminar").headers["etag"] != first.headers["etag"]


def test_it_is_the_same_on_every_host_and_at_every_time(site: Site, browser: httpx.Client) -> None:
    first = browser.get("/calendar.ics").content
    site.clock.at = at("2023-02-01 00:00")
    assert browser.get("/calendar.ics", headers={"host": "desk.example.jp"}).content == first


def test_what_changed_counts_on_and_what_did_not_stays(site: Site, store: Store, browser: httpx.Client) -> None:
    before = browser.get("/calendar.ics")
    asyncio.run(store.write(timetable.follow, held(shipped_programme()), MONDAY))
    assert browser.get("/calendar.ics").headers["etag"] == before.headers["etag"]
    changed = update(Timetable).where(Timetable.session == 4).values(sequence=2, changed_at=at("2022-07-20 10:00"))
    asyncio.run(store.write(lambda session: session.execute(changed)))
    found = events(browser.get("/calendar.ics").content)
    assert {name: event["sequence"] for name, event in found.items() if event["sequence"]} == {"session-4": 2}
    assert found["session-4"]["last-modified"].dt == at("2022-07-20 10:00")


def test_each_line_is_as_the_rfc_wants_it(browser: httpx.Client) -> None:
    body = browser.get("/calendar.ics").content
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if b"\n" in line or b"\r" in line or len(line) > 75]
    unfolded = body.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert not [line for line in unfolded if not re.match(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:", line)]
    begun: list[str] = []
    for line in unfolded:
        if line.startswith("BEGIN:"):
            begun.append(line.removeprefix("BEGIN:"))
        elif line.startswith("END:"):
            assert begun.pop() == line.removeprefix("END:")
    assert begun == []
    for event in body.decode().split("BEGIN:VEVENT")[1:]:
        own = event.split("BEGIN:VALARM")[0]
        assert [len(re.findall(rf"(?m)^{name}[:;]", own)) for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY")] == [
            1
        ] * 4


def test_what_a_title_holds_cannot_break_the_file(words: UnknowingBook) -> None:
    nasty = "題;名,\\\r\nEND:VEVENT\nBEGIN:VALARM"
    sessions = [one.model_copy(update={"title": nasty}) for one in shipped_programme().seminars.sessions]
    seminars = shipped_programme().seminars.model_copy(update={"sessions": tuple(sessions)})
    body = feed_of(ALL_TOPICS, shipped_programme().model_copy(update={"seminars": seminars}), [], words)
    session = events(body)["session-4"]
    assert str(session["summary"]).replace("\r", "") == f"セミナー第4回 {nasty}".replace("\r", "")
    assert len(events(body)) == 15


def written(programme: Programme, sequence: int = 3) -> dict[int, Timetable]:
    """The timetable of a programme, by session."""
    rows = (vars(one) | {"sequence": sequence, "changed_at": MONDAY, "dropped": False} for one in held(programme))
    return {row["session"]: Timetable(**row) for row in rows}


MOVES = st.lists(st.tuples(st.integers(2, 8), st.dates(date(2022, 7, 1), date(2023, 3, 31))), max_size=12)


@settings(deadline=None, max_examples=30)
@given(MOVES)
def test_however_often_sessions_move_names_stay_and_only_what_changed_counts_on(
    moves: list[tuple[int, date]],
) -> None:
    """As the timetable is kept: in memory here, since it is the file that is tested."""
    programme = shipped_programme()
    rows = written(programme, 0)
    names = {*events(feed_of(ALL_TOPICS, programme, rows.values(), FakeBook()))}
    for number, to in moves:
        after = moved(programme, {number: to})
        if not is_in_order(after):
            continue
        before, programme = events(feed_of(ALL_TOPICS, programme, rows.values(), FakeBook())), after
        list(timetable.changes(rows.values(), {one.session: one for one in held(programme)}, MONDAY))
        found = events(feed_of(ALL_TOPICS, programme, rows.values(), FakeBook()))
        assert {*found} == names
        grown = {name for name in names if found[name]["sequence"] != before[name]["sequence"]}
        differs = {name for name in names if found[name]["dtstart"].dt != before[name]["dtstart"].dt}
        assert grown == differs
        assert all(found[name]["sequence"] == before[name]["sequence"] + 1 for name in grown)
