"""The season rehearsed: every notice at its time, to those who wanted it then, the same each time, killed or not."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import JAPAN
from bot.config import load_config
from bot.reading import read_edition
from bot.rehearsal.deeds import Blocks, Deed, Redeems, Span
from bot.rehearsal.page import as_page
from bot.rehearsal.performance import Plan, deeds_of, rehearse
from bot.rehearsal.script import read_script
from bot.rehearsal.season import NOTICE, Season, Told, gone_out, left_out
from bot.rehearsal.telling import as_text
from bot.store.notice_models import STAFF
from handlers.message import Command, Text
from handlers.notice import OccurrenceState
from knowledge.announcement import NoticeTopic
from knowledge.book import Book
from knowledge.build import Edition
from tests.knowledge.test_plan import SEASON

ROOT = Path(__file__).parents[2]
WHOLE = Plan(Span(date(2022, 7, 1), date(2023, 3, 31)), subscribers=40, seed="1")
LEAVING = read_script().leaving
SPAN = ("--from", "2022-07-01", "--to", "2022-07-14", "--subscribers", "24", "--json")


@pytest.fixture(scope="module")
def edition() -> Edition:
    return read_edition(load_config(ROOT / "config.yaml", {}).knowledge)


@pytest.fixture(scope="module")
def book(edition: Edition) -> Book:
    return edition.book


@pytest.fixture(scope="module")
def season(edition: Edition) -> Season:
    return rehearse(WHOLE, load_config(ROOT / "config.yaml", {}), edition, lambda _month: None)


def local(at: datetime | None) -> datetime:
    assert at is not None
    return at.astimezone(JAPAN)


def line(told: Told) -> str:
    session = "" if told.notice.session is None else f" {told.notice.session}"
    return f"{local(told.at):%Y-%m-%d %H:%M} {told.notice.notice}{session}"


def test_every_announcement_goes_at_its_exact_time_and_nothing_else_but_what_staff_wrote(season: Season) -> None:
    announced = [line(told) for told in gone_out(season) if told.notice.notice != STAFF]
    written = [line(told) for told in gone_out(season) if told.notice.notice == STAFF]
    assert sorted(announced) == sorted(SEASON.split("\n")[1:-1])
    assert written == ["2022-08-04 13:00 staff"]
    assert left_out(season) == ()


def test_all_are_done_and_nothing_is_left_in_doubt(season: Season) -> None:
    assert {told.notice.state for told in season.told} == {OccurrenceState.DONE}
    assert [t for t in season.told if t.tally.settled != t.tally.audience or t.tally.unknown] == []


def test_nothing_arrives_in_quiet_hours_or_outside_of_the_desks_period(season: Season) -> None:
    moments = [local(post.at) for post in season.posts if post.reply.by == NOTICE]
    assert len(moments) == sum(told.tally.sent for told in season.told)
    assert [at for at in moments if not time(8) <= at.time() < time(21)] == []
    assert [at for at in moments if not date(2022, 7, 1) <= at.date() <= date(2023, 3, 31)] == []


def test_each_goes_to_those_who_want_its_topic_at_that_moment_and_once(season: Season, book: Book) -> None:
    deeds, known = deeds_of(WHOLE, book, read_script()), set[tuple[str, str]]()
    for told in sorted(gone_out(season), key=lambda told: local(told.at)):
        assert told.at is not None
        model = Model(book, deeds, told.at)
        expected = [who for who in model.recipients(told.notice.topic) if who not in known]
        assert sorted(told.recipients) == sorted(expected), line(told)
        known = (known | set(expected)) & model.blocked


def test_whoever_blocks_the_desk_is_counted_as_not_reached_once_and_then_left_out(season: Season) -> None:
    failed = [told.tally.reasons for told in season.told if told.tally.failed]
    assert failed == [(("blocked", 1),)]


class Model:
    """Who is subscribed to what at a moment, by what people did until then."""

    def __init__(self, book: Book, deeds: Iterable[Deed], until: datetime) -> None:
        self.book = book
        self.topics: dict[tuple[str, str], set[NoticeTopic]] = {}
        self.arrives: dict[tuple[str, str], tuple[str, str]] = {}
        self.blocked: set[tuple[str, str]] = set()
        for deed in sorted(deeds, key=lambda deed: deed.at):
            if deed.at <= until:
                self.do(deed, (deed.who.channel, deed.who.address))

    def do(self, deed: Deed, who: tuple[str, str]) -> None:
        wanted = self.topics.setdefault(who, set())
        self.blocked.discard(who)
        match deed.doing:
            case Blocks():
                self.blocked.add(who)
            case Command("subscribe", rest):
                wanted |= self.named(rest)
            case Command("unsubscribe", rest):
                wanted -= self.named(rest)
            case Text(text) if text in LEAVING:
                wanted.clear()
            case Redeems(channel, address):
                self.arrives[channel, address] = who

    def named(self, names: str) -> set[NoticeTopic]:
        return {topic for topic in NoticeTopic if self.book.phrase(f"topic_{topic}") in names.split()}

    def recipients(self, topic: NoticeTopic) -> list[tuple[str, str]]:
        return [self.arrives.get(who, who) for who, wanted in self.topics.items() if topic in wanted]


def test_letters_tell_what_was_asked_most(season: Season) -> None:
    letters = [told.text for told in season.told if told.notice.notice == "letter"]
    assert len(letters) == 8
    assert [text for text in letters[:3] if not re.search(r"1\. .+\(\d+件\)", text)] == []


def test_questions_are_answered_or_handed_over_and_staff_answer_nearly_all(season: Season) -> None:
    counted = {outcome: sum(day.questions[outcome] for day in season.days) for outcome in season.days[0].questions}
    assert 400 < sum(counted.values()) < 800
    assert counted["answer"] > counted["handoff"] > 40
    assert season.tickets > 40
    assert season.days[-1].open_tickets <= 3


def test_the_text_tells_when_to_whom_and_what(season: Season, book: Book) -> None:
    text = "\n".join(as_text(season, book, is_brief=True))
    [opening] = [told for told in season.told if told.notice.notice == "desk-opens"]
    audience = f"[対象 {opening.tally.audience}、届いた {opening.tally.sent}]"
    heading = f"2022-07-01(金) 10:00  デスク便り  応援デスクの開設  {audience}"
    assert f"{heading}\n    {opening.text.splitlines()[0]}\n\n" in text
    assert season.transcript in text
    assert season.notices in text
    assert len("\n".join(as_text(season, book, is_brief=False))) > 3 * len(text)


def test_the_page_shows_every_notice_escaped_and_needs_nothing_else(season: Season, book: Book) -> None:
    shown = as_page(season, book)
    assert len(re.findall(r"<article popover", shown)) == len(season.told) == 53
    assert [told for told in season.told if told.notice.title not in shown] == []
    assert re.findall(r"(?:src|href)=|url\(|<script", shown) == []
    [first, *_] = season.told
    hostile = Told(first.notice, first.at, "<b>&\"'</b>", first.recipients, first.tally)
    escaped = as_page(Season(**{**vars(season), "told": (hostile,)}), book)
    assert "<b>" not in escaped
    assert "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;" in escaped


@dataclass(frozen=True)
class Ended:
    """What a rehearsal told, as a process of its own."""

    told: dict[str, object]
    errors: str


def run(*options: str, **environ: str) -> Ended:
    command = [sys.executable, "-m", "bot", "rehearse", *SPAN, *options]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=True)
    return Ended(json.loads(done.stdout), done.stderr)


@pytest.fixture(scope="module")
def short() -> Ended:
    return run(PYTHONHASHSEED="1", TZ="America/New_York")


def test_a_second_time_everything_is_the_same_in_whatever_zone(short: Ended) -> None:
    again = run(PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert again == short
    assert again.errors == "2022-07 …\n"


def test_killed_on_the_way_it_sends_the_same_notices_each_once(short: Ended) -> None:
    killed = run("--kill-every", "12")
    assert killed.told["notices_digest"] == short.told["notices_digest"]
    assert killed.told["notices"] == short.told["notices"]
    assert isinstance(killed.told["kills"], int)
    assert killed.told["kills"] >= 8


def test_another_seed_makes_another_season(book: Book) -> None:
    script = read_script()
    one, same, other = (deeds_of(replace(WHOLE, seed=seed), book, script) for seed in ("1", "1", "2"))
    assert one == same
    assert {deed.key for deed in one} & {deed.key for deed in other} == set()


@pytest.mark.parametrize(
    "options", [["--from", "2022-08-02", "--to", "2022-08-01"], ["--subscribers", "-1"], ["--kill-every", "0"]]
)
def test_what_cannot_be_rehearsed_is_refused_with_a_sentence(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["--config", str(ROOT / "config.yaml"), "rehearse", *options])
    except SystemExit as ended:
        status = int(ended.code or 0)
    assert status == 2
    assert re.search("[ぁ-ん]。?$", capsys.readouterr().err.strip())
