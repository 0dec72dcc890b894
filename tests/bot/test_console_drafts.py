"""What curators do in the console, and who may not."""

from collections.abc import Iterator

import pytest

from bot.store import moved_answers
from bot.store.corrections import Rescheduled
from bot.store.desk_models import Correction, CorrectionState, Draft, DraftState, Published
from bot.store.transactions import Store
from knowledge.build import Edition
from tests.bot.console_site import Desk, Members, Page, config_of, let_in, running_console
from tests.bot.curating import Work
from tests.bot.fakes import MONDAY
from tests.bot.site import Site
from tests.moments import at

MEMBERS: Members = [
    {"name": "佐藤", "login": "sato", "roles": ["staff", "curator"]},
    {"name": "鈴木", "login": "suzuki"},
]
GAP = "gap-parking"
QUESTION = "センターに駐車場はありますか?"
ANSWER = "田中様、専用の駐車場はありません。"
EDITED = "専用の駐車場はありません。"
MARKUP = "<script>alert(1)</script></textarea><b>太字</b>&amp;"


@pytest.fixture
def edition(shipped: Edition) -> Edition:
    return shipped


@pytest.fixture
def console(database: str, store: Store, edition: Edition) -> Iterator[Site]:
    let_in(store, "sato", "suzuki")
    with running_console(config_of(database, MEMBERS), edition.book, edition) as running:
        yield running


def sheet(page: Page, button: str = "公開する") -> str:
    return page.form(button).fields["sheet"]


def publish_gap(sato: Desk) -> Page:
    page = sato.open(f"/staff/drafts/1?into={GAP}")
    return sato.press(page, "公開する", sheet=sheet(page).replace("【名前:田中様】、", ""))


def test_drafts_are_listed_with_what_may_be_personal_marked_and_with_entries_that_are_near(
    sato: Desk, work: Work
) -> None:
    assert "FAQの下書き" in sato.open("/staff").text
    assert "下書きはありません。" in sato.open("/staff/drafts").text
    ticket = work.draft(f"田中さんが行きます。{QUESTION}", ANSWER)
    text = sato.open("/staff/drafts").text
    assert f"1 受付番号 {ticket} 【名前:田中さん】が行きます。{QUESTION} 佐藤さん" in text
    assert "近い項目 駐車場、" in text


def test_a_gap_becomes_an_answer_and_those_who_got_none_are_told(sato: Desk, work: Work) -> None:
    work.answered("資料に記載がありません。", "a", entries=(GAP,))
    work.draft(QUESTION, ANSWER)
    page = sato.open("/staff/drafts/1")
    assert f"項目 {GAP} を直す" in page.text
    assert "【名前:田中様】" in page.text
    page = publish_gap(sato)
    assert (page.status, page.path) == (200, "/staff/drafts")
    assert "下書きはありません。" in page.text
    assert [(row.entry_id, row.actor) for row in work.rows(Published)] == [(GAP, "佐藤")]
    assert "送る先: fake 1件。もう送れない先: なし。" in page.text
    assert EDITED in page.text
    page = sato.press(page, "訂正を送る")
    assert "訂正の候補はありません。" in page.text
    assert [(row.state, row.actor) for row in work.rows(Correction)] == [(CorrectionState.APPROVED, "佐藤")]


def test_a_correction_because_a_session_moved_is_decided_on_with_the_others(sato: Desk, work: Work) -> None:
    was, now = at("2022-09-07 13:30"), at("2022-09-14 13:30")
    work.do(moved_answers.propose, Rescheduled(4, was, now), "第4回は9月14日(水)になりました。", MONDAY)
    page = sato.open("/staff/drafts")
    assert "第4回の日程 送る先: なし。もう送れない先: なし。 第4回は9月14日(水)になりました。" in page.text
    assert "訂正の候補はありません。" in sato.press(page, "訂正を送らない").text
    assert [(row.state, row.actor) for row in work.rows(Correction)] == [(CorrectionState.DROPPED, "佐藤")]


def test_a_correction_can_be_left_unsent_and_is_decided_on_once(sato: Desk, work: Work) -> None:
    work.draft(QUESTION, ANSWER)
    page = publish_gap(sato)
    sato.press(page, "訂正を送らない")
    assert [row.state for row in work.rows(Correction)] == [CorrectionState.DROPPED]
    late = sato.press(page, "訂正を送る")
    assert (late.status, "すでに決着がついています。" in late.text) == (422, True)
    assert [row.state for row in work.rows(Correction)] == [CorrectionState.DROPPED]


def test_all_faults_are_told_and_the_work_is_not_lost(sato: Desk, work: Work) -> None:
    work.draft(QUESTION, ANSWER)
    page = sato.open(f"/staff/drafts/1?into={GAP}")
    worked_on = sheet(page).replace("title: 駐車場", "title: 車")
    refused = sato.press(page, "公開する", sheet=worked_on)
    assert (refused.status, sheet(refused)) == (422, worked_on)
    assert "印「【名前:田中様】」が残っています。" in refused.text
    assert "これまでの回答" in refused.text
    assert work.rows(Published) == []


def test_a_sheet_decides_on_no_other_draft(sato: Desk, work: Work) -> None:
    work.draft(QUESTION, EDITED)
    work.draft("駐輪場はありますか", EDITED, "d2")
    page = sato.open(f"/staff/drafts/1?into={GAP}")
    refused = sato.press(page, "公開する", sheet=sheet(page).replace("draft: 1\n", "draft: 2\n"))
    assert (refused.status, "draft の番号は変えられません。" in refused.text) == (422, True)
    assert {row.state for row in work.rows(Draft)} == {DraftState.OPEN}


def test_work_is_kept_and_a_draft_can_be_dropped(sato: Desk, work: Work) -> None:
    work.draft(QUESTION, ANSWER)
    sato.press(sato.open("/staff/drafts/1"), "書きかけを保存する", sheet="途中: まで\r\n")
    page = sato.open("/staff/drafts/1")
    assert sheet(page) == "途中: まで\n"
    sato.press(page, "項目にしない")
    assert [row.state for row in work.rows(Draft)] == [DraftState.DROPPED]
    assert sato.open("/staff/drafts/1").status == 404


@pytest.mark.parametrize("path", ["/staff/drafts/9", f"/staff/drafts/{2**63}", "/staff/drafts/1?into=hello"])
def test_what_is_not_there_is_not_shown(sato: Desk, work: Work, path: str) -> None:
    work.draft(QUESTION, ANSWER)
    assert sato.open(path).status == 404


def test_what_a_participant_wrote_is_never_markup(sato: Desk, work: Work) -> None:
    work.draft(QUESTION + MARKUP, MARKUP)
    for page in (sato.open("/staff/drafts"), sato.open("/staff/drafts/1"), sato.open(f"/staff/drafts/1?into={GAP}")):
        assert MARKUP in page.text
        assert "<script>alert" not in page.markup
        assert "<b>太字" not in page.markup


def test_only_curators_see_drafts_and_decide_on_them(sato: Desk, suzuki: Desk, work: Work) -> None:
    work.draft(QUESTION, EDITED)
    assert "FAQの下書き" not in suzuki.open("/staff").text
    for path in ("/staff/drafts", "/staff/drafts/1"):
        page = suzuki.open(path)
        assert (page.status, QUESTION in page.markup) == (403, False)
    token = suzuki.open("/staff").form("ログアウト").fields["token"]
    own = {"token": token, "sheet": sheet(sato.open(f"/staff/drafts/1?into={GAP}"))}
    for act in ("publish", "keep", "drop"):
        assert suzuki.client.post("/staff/drafts/1", data={**own, "act": act}).status_code == 403
    publish_gap(sato)
    for act in ("approve", "drop"):
        sent = suzuki.client.post("/staff/corrections/1", data={"token": token, "act": act})
        assert sent.status_code == 403
    assert [row.actor for row in work.rows(Published)] == ["佐藤"]
    assert [row.state for row in work.rows(Correction)] == [CorrectionState.PROPOSED]


def test_nobody_sees_drafts_without_logging_in(console: Site) -> None:
    with console.stranger() as browser:
        for path in ("/staff/drafts", "/staff/drafts/1"):
            response = browser.get(path)
            assert (response.status_code, response.headers["location"]) == (303, "/staff/login")


@pytest.mark.parametrize(
    ("headers", "fields"),
    [({"origin": "https://evil.example"}, {}), ({}, {"token": "guessed"})],
    ids=["origin", "token"],
)
def test_a_form_from_elsewhere_changes_nothing(
    sato: Desk, work: Work, headers: dict[str, str], fields: dict[str, str]
) -> None:
    work.draft(QUESTION, EDITED)
    own = sato.open(f"/staff/drafts/1?into={GAP}").form("公開する").fields
    sent = sato.client.post("/staff/drafts/1", data={**own, "act": "publish", **fields}, headers=headers)
    assert sent.status_code == 403
    publish_gap(sato)
    own = sato.open("/staff/drafts").form("訂正を送る").fields
    sent = sato.client.post("/staff/corrections/1", data={**own, "act": "approve", **fields}, headers=headers)
    assert sent.status_code == 403
    assert [row.state for row in work.rows(Correction)] == [CorrectionState.PROPOSED]


def test_a_sheet_may_be_as_long_as_people_write(sato: Desk, work: Work) -> None:
    work.draft("長" * 4000, "長" * 3000)
    page = sato.press(sato.open("/staff/drafts/1"), "書きかけを保存する")
    assert (page.status, page.path) == (200, "/staff/drafts")
