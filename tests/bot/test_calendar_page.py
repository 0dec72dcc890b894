"""The page of the calendar: the season by months, by topic, as it stands, with nothing that is nobody's business."""

import asyncio
import datetime as dt
from html.parser import HTMLParser

import httpx
import pytest
from sqlalchemy import update

from bot.store.notice_models import MOVED, STAFF, Occurrence
from bot.store.season import sync
from bot.store.transactions import Store
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.hours import BusinessHours
from knowledge.plan import plan
from knowledge.quiet import Quiet
from tests.bot.fakes import MONDAY
from tests.bot.site import Site
from tests.bot.unknowing import UnknowingBook
from tests.moments import at


class Months(HTMLParser):
    """What stands on which day of the months of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.on: dict[str, list[str]] = {}
        self.captions: list[str] = []
        self.headings: list[str] = []
        self.today: list[str] = []
        self._within: list[str] = []
        self._day = ""
        self._is_today = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._within.append("item" if tag == "li" and known.get("class") == "item" else tag)
        if tag == "td":
            self._is_today = known.get("aria-current") == "date"
        if tag == "time":
            self._day = known["datetime"] or ""
            self.on.setdefault(self._day, [])
            self.today += [self._day] if self._is_today else []
        if self._within[-1] == "item" and self._day:
            self.on[self._day].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() not in (tag, "item" if tag == "li" else tag):
            pass

    def handle_data(self, data: str) -> None:
        if "item" in self._within and self._day:
            self.on[self._day][-1] = " ".join(f"{self.on[self._day][-1]} {data}".split())
        elif "caption" in self._within:
            self.captions.append(data.strip())
        elif "th" in self._within and self._within[-1] == "th" and data.strip():
            self.headings.append(data.strip())


@pytest.fixture(scope="module")
def words() -> UnknowingBook:
    return UnknowingBook()


@pytest.fixture
def planned(store: Store, words: UnknowingBook) -> Store:
    """The notices of the season, as the desk plans them."""
    found = plan(words.content.announcements.announcements, words.programme, BusinessHours())
    asyncio.run(store.write(sync, found, Quiet(dt.time(21), dt.time(8)), at("2022-07-01 00:00")))
    return store


def filled(browser: httpx.Client, query: str = "?chosen=1") -> dict[str, list[str]]:
    months = Months(browser.get(f"/calendar{query}").text)
    return {day: items for day, items in months.on.items() if items}


def test_every_event_stands_on_its_day(browser: httpx.Client) -> None:
    assert filled(browser) == {
        "2022-06-01": ["13:30~14:30 地域づくり応援プログラム説明会(オンライン)"],
        "2022-06-24": ["締切: セミナー初回の申込み(6月24日(金)正午)"],
        "2022-06-29": ["13:30~16:00 セミナー第1回 イントロダクション"],
        "2022-06-30": ["締切: 応援プログラムの申込み(6月30日(木))"],
        "2022-07-01": ["応援デスク 開設"],
        "2022-07-13": ["13:30~16:00 セミナー第2回 地域を深く知る①"],
        "2022-07-27": ["13:30~16:00 セミナー第3回 変化・進化する就労支援① ~就労支援の到達点を考える~"],
        "2022-09-07": ["13:30~16:00 セミナー第4回 地域を深く知る②"],
        "2022-09-21": ["13:30~16:00 セミナー第5回 重層的支援と仕事・就労支援の課題①"],
        "2022-10-05": ["13:30~16:00 セミナー第6回 変化・進化する就労支援②"],
        "2022-10-19": ["13:30~16:00 セミナー第7回 変化・進化する就労支援③"],
        "2022-11-02": [
            "13:30~16:00 セミナー第8回 重層的支援と仕事・就労支援の課題②",
            "締切: セミナーの申込み(11月2日(水)の最終回まで)",
        ],
        "2023-03-31": ["応援デスク 最終日"],
    }


def test_each_month_is_a_table_with_its_name_and_the_days_of_the_week(browser: httpx.Client, planned: Store) -> None:
    months = Months(browser.get("/calendar").text)
    assert months.captions == [
        *(f"2022年{month}月" for month in range(6, 13)),
        *(f"2023年{month}月" for month in range(1, 4)),
    ]
    assert months.headings == [*"日月火水木金土"] * 10
    assert len(months.on) == 304


def test_the_notices_that_are_planned_stand_beside(browser: httpx.Client, planned: Store) -> None:
    on = filled(browser, "")
    assert on["2022-09-06"] == ["お知らせ 10:00 セミナーの前日のご案内(第4回)"]
    assert on["2022-09-07"][1:] == ["お知らせ 12:30 セミナーの1時間前のご案内(第4回)"]
    assert on["2022-12-01"] == ["お知らせ 10:00 デスク便り"]


def test_by_topic_only_what_concerns_it_is_shown(browser: httpx.Client, planned: Store) -> None:
    on = filled(browser, "?chosen=1&topics=letter&notices=1")
    assert on["2022-12-01"] == ["お知らせ 10:00 デスク便り"]
    assert "2022-09-07" not in on
    assert filled(browser, "?chosen=1&topics=support&topics=letter").keys() == {
        "2022-06-01",
        "2022-06-30",
        "2022-07-01",
        "2023-03-31",
    }


def test_what_was_chosen_stays_chosen_and_so_does_the_feed(browser: httpx.Client) -> None:
    page = browser.get("/calendar?chosen=1&topics=seminar&topics=letter").text
    boxes = {topic: f'name="topics" value="{topic}" checked' in page for topic in NoticeTopic}
    assert boxes == {"seminar": True, "support": False, "employer": False, "letter": True}
    assert 'name="notices" value="1">' in page
    assert 'href="/calendar.ics?topics=seminar,letter" download' in page
    assert f'href="webcal://{browser.base_url.host}:{browser.base_url.port}/calendar.ics?topics=seminar,letter"' in page


def test_a_topic_that_there_is_not_is_told_civilly(browser: httpx.Client) -> None:
    answer = browser.get("/calendar?topics=%3Cscript%3E")
    assert answer.status_code == 400
    assert "seminar、support、employer、letter" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("state", "notice", "is_shown"),
    [
        (OccurrenceState.DONE, "week-before", True),
        (OccurrenceState.SENDING, "week-before", True),
        (OccurrenceState.SKIPPED, "week-before", False),
        (OccurrenceState.MOVED, "week-before", False),
        (OccurrenceState.PLANNED, STAFF, False),
        (OccurrenceState.PROPOSED, MOVED, False),
    ],
)
def test_only_curated_notices_that_go_or_went_are_public(
    browser: httpx.Client, store: Store, state: OccurrenceState, notice: str, is_shown: bool
) -> None:
    row = Occurrence(
        notice=notice,
        key="k",
        topic=NoticeTopic.LETTER,
        state=state,
        title="<b>題</b>",
        due=at("2022-08-01 10:00"),
        made_at=MONDAY,
    )
    asyncio.run(store.write(lambda session: session.add(row)))
    assert ("2022-08-01" in filled(browser, "")) is is_shown
    page = browser.get("/calendar").text
    assert "<b>題</b>" not in page
    assert ("&lt;b&gt;題&lt;/b&gt;" in page) is is_shown


def test_a_notice_that_was_moved_away_stands_there_no_more(browser: httpx.Client, planned: Store) -> None:
    gone = update(Occurrence).where(Occurrence.session == 4).values(state=OccurrenceState.MOVED)
    asyncio.run(planned.write(lambda session: session.execute(gone)))
    assert "2022-09-06" not in filled(browser, "")


@pytest.mark.parametrize(("now", "day"), [("2022-09-06 23:59", "2022-09-06"), ("2022-09-07 00:00", "2022-09-07")])
def test_today_is_marked_by_the_desks_clock_in_japan_time(
    site: Site, browser: httpx.Client, now: str, day: str
) -> None:
    site.clock.at = at(now)
    page = browser.get("/calendar").text
    assert Months(page).today == [day]
    assert page.count('aria-current="date"') == 1


def test_sessions_stand_there_in_detail_as_they_are_now(site: Site, browser: httpx.Client) -> None:
    site.clock.at = at("2022-09-07 14:00")
    page = browser.get("/calendar").text
    states = [part.split('"')[0] for part in page.split('<li class="session" data-state="')[1:]]
    assert states == ["past"] * 3 + ["today", "next"] + ["future"] * 3
    assert "公的な計画や方針等を読み取る" in page


def test_nothing_on_it_comes_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/calendar")
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert 'style="' not in answer.text
    assert "<script" not in answer.text


def test_a_host_that_was_made_up_cannot_break_the_page(browser: httpx.Client) -> None:
    page = browser.get("/calendar", headers={"host": 'x"><script>alert(1)</script>'})
    assert "<script" not in page.text
