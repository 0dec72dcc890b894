"""Members move sessions in the console, having seen what follows."""

from collections.abc import Iterator

import pytest

from bot.store import amendments
from bot.store.transactions import Store
from knowledge.amending import Move
from knowledge.build import Edition
from tests.bot.console_site import Desk, Members, config_of, let_in, member, running_console
from tests.bot.curating import run
from tests.bot.programmes import Season
from tests.bot.site import Site
from tests.moments import day

MEMBERS: Members = [
    {"name": "佐藤", "login": "sato", "roles": ["staff", "curator"]},
    {"name": "鈴木", "login": "suzuki"},
    {"name": "田中", "login": "tanaka", "roles": ["lead"]},
]


@pytest.fixture
def console(database: str, store: Store, edition: Edition) -> Iterator[Site]:
    let_in(store, "sato", "suzuki", "tanaka")
    with running_console(config_of(database, MEMBERS), edition.book, edition) as running:
        yield running


def moves(store: Store) -> list[Move]:
    found: list[Move] = run(store.read(amendments.moves))
    return found


def test_a_session_moves_by_seeing_what_follows_and_confirming(sato: Desk, store: Store) -> None:
    season = Season(store)
    season.told(season.occurrence(2, "2022-07-13"), season.subscriber("a"))
    assert "第2回 2022年7月13日(水) 題2" in sato.open("/staff/programme").text
    preview = sato.open("/staff/programme/2?day=2022-07-14")
    assert "2022年7月13日(水) → 2022年7月14日(木)" in preview.text
    assert "新しい日は、ほかの回と曜日が違います。" in preview.text
    assert "1週間前のご案内: 7月6日(水)10:00 → 7月7日(木)10:00" in preview.text
    assert "1人。日程を変えると、訂正のお知らせの案ができます。" in preview.text
    assert moves(store) == []
    after = sato.press(preview, "日程を変える")
    assert after.path == "/staff/programme"
    assert "第2回 2022年7月14日(木) 題2 佐藤さんが7月13日(水)から変更" in after.text
    assert moves(store) == [Move(2, day("2022-07-13"), day("2022-07-14"))]


def test_a_notice_that_has_gone_is_shown_as_sent_and_as_going_once_more(sato: Desk, store: Store) -> None:
    sato.press(sato.open("/staff/programme/2?day=2022-07-08"), "日程を変える")
    Season(store).occurrence(2, "2022-07-08")
    shown = "1週間前のご案内: 7月1日(金)10:00 送信済み → 7月7日(木)10:00 新しい日程でもう一度送ります"
    assert shown in sato.open("/staff/programme/2?day=2022-07-14").text


def test_a_moved_session_can_be_put_back(sato: Desk, store: Store) -> None:
    sato.press(sato.open("/staff/programme/2?day=2022-07-14"), "日程を変える")
    assert "もとの日に戻す" in sato.open("/staff/programme").text
    after = sato.press(sato.open("/staff/programme/2?day=2022-07-13"), "日程を変える")
    assert "もとの日に戻す" not in after.text
    assert moves(store) == [Move(2, day("2022-07-13"), day("2022-07-13"))]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/staff/programme/2?day=2022-08-03", "前の回よりあと、次の回より前の日"),
        ("/staff/programme/2?day=2022-02-30", "新しい日を選んでください"),
        ("/staff/programme/2", "新しい日を選んでください"),
        ("/staff/programme/9?day=2022-07-14", "その回はありません"),
        ("/staff/programme/99999999999999999999?day=2022-07-14", "その回はありません"),
        ("/staff/programme/2?day=9999-12-31", "開設期間"),
    ],
)
def test_what_cannot_be_is_told_on_the_page(sato: Desk, path: str, why: str) -> None:
    page = sato.open(path)
    assert (page.status, why in page.text) == (422, True)


def test_of_two_who_saw_the_same_the_second_is_told_and_moves_nothing(console: Site, sato: Desk, store: Store) -> None:
    with member(console, "tanaka") as tanaka:
        mine, theirs = (desk.open(f"/staff/programme/2?day=2022-07-{on}") for desk, on in ((sato, 14), (tanaka, 15)))
        sato.press(mine, "日程を変える")
        late = tanaka.press(theirs, "日程を変える")
    assert (late.status, "ほかの担当者が日程を変えました" in late.text) == (422, True)
    assert [move.day for move in moves(store)] == [day("2022-07-14")]


def test_others_see_no_way_there_and_get_nowhere(console: Site, sato: Desk, store: Store) -> None:
    form = sato.open("/staff/programme/2?day=2022-07-14").form("日程を変える")
    assert "日程" in sato.open("/staff").text
    with member(console, "suzuki") as suzuki:
        assert "/staff/programme" not in suzuki.open("/staff").markup
        assert suzuki.open("/staff/programme").status == 403
        assert suzuki.open("/staff/programme/2?day=2022-07-14").status == 403
        assert suzuki.client.post(form.action, data=form.fields).status_code == 403
    assert moves(store) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"token": "guessed"}, 403), ({"day": "soon"}, 400), ({"known": "-1"}, 400), ({"more": "1"}, 400)],
)
def test_a_forged_form_moves_nothing(sato: Desk, store: Store, fields: dict[str, str], status: int) -> None:
    form = sato.open("/staff/programme/2?day=2022-07-14").form("日程を変える")
    assert sato.client.post(form.action, data={**form.fields, **fields}).status_code == status
    assert moves(store) == []
