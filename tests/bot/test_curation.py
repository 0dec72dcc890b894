"""The curator's loop: a draft becomes an entry that passed every check, with each step in the history of its ticket."""

import shutil
from pathlib import Path

import pytest

from bot.curation import Curation
from bot.errors import CurationRefused, NotPublished
from bot.shelf import Shelf
from bot.store.desk_models import Draft, DraftState, Event, Published
from bot.store.transactions import Store
from handlers.ticket import Action
from knowledge.build import Edition, first_edition
from knowledge.lint import find_faults
from knowledge.load import load_content
from knowledge.sheet import Sheet, sheet_text
from tests.bot.curating import CURATOR, HOUSE, Work, curation, new_entry, run, small_edition
from tests.bot.fakes import FixedClock

QUESTION = "田中と申します。駐車場はありますか。"
ANSWER = "はい、田中様。北口にあります。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("content")


@pytest.fixture(scope="module")
def edition(folder: Path) -> Edition:
    return small_edition(folder)


@pytest.fixture
def desk(store: Store, edition: Edition) -> Curation:
    return curation(store, edition)


def publish(desk: Curation, text: str) -> None:
    run(desk.publish(run(desk.check(text)), CURATOR))


def faults(desk: Curation, text: str) -> list[str]:
    with pytest.raises(NotPublished) as refused:
        run(desk.check(text))
    return refused.value.faults


def a_sheet(draft: int | None = None, **other: object) -> str:
    return sheet_text(Sheet(draft=draft, entries=(new_entry(**other),)))


def test_a_draft_is_listed_with_marks_and_similar_entries(desk: Curation, work: Work) -> None:
    ticket = work.draft(QUESTION, ANSWER)
    (found,) = run(desk.drafts())
    assert (found.draft.id, found.draft.ticket, found.draft.actor) == (1, ticket, "佐藤")
    assert [similar.entry.id for similar in found.similar] in (["fee", "day"], ["day", "fee"])
    assert found.sheet == (
        "topic: published\ntitle: 応援デスクで公開した項目\ndraft: 1\nconfirmed: []\nentries:\n"
        f"  - id: answered-{ticket}\n    title: ''\n    source: 応援デスクの回答\n    phrasings:\n"
        "      - 【名前:田中】と申します。駐車場はありますか。\n"
        "    answer: はい、【名前:田中様】。北口にあります。\n"
    )


def test_a_draft_as_it_comes_cannot_be_published(desk: Curation, work: Work) -> None:
    work.draft(QUESTION, ANSWER)
    assert len(faults(desk, run(desk.draft(1)).sheet)) == 2


def test_how_others_asked_the_same_comes_with_a_draft(desk: Curation, work: Work) -> None:
    first = work.draft("駐車場はありますか", ANSWER, "d1")
    second = work.draft("車をとめられますか", ANSWER, "d2")
    work.do(_same, first, first)
    work.do(_same, second, first)
    phrasings = [found.sheet.partition("phrasings:\n")[2].partition("    answer")[0] for found in run(desk.drafts())]
    assert phrasings == [
        "      - 駐車場はありますか\n      - 車をとめられますか\n",
        "      - 車をとめられますか\n      - 駐車場はありますか\n",
    ]


def _same(session, number: int, oldest: int) -> None:
    from bot.store.desk_models import Ticket

    for one in (number, oldest):
        session.get_one(Ticket, one).same_as = oldest


def test_all_faults_of_meaning_are_told_at_once(desk: Curation) -> None:
    phrasings = ("料金", "Ａです", "aです", *(f"言い方{n}" for n in range(5)), "鈴木さんは来ますか")
    text = a_sheet(
        phrasings=phrasings,
        source="",
        answer="6月29日です。{{ nowhere }}",
        note="【電話番号:03-1111-2222】",
        related=["gone"],
        valid={"until": "2022-06-30"},
        session=9,
    )
    assert faults(desk, text) == [
        "sheet: [park]: 印「【電話番号:03-1111-2222】」が残っています。消すか、書き直してください。",
        "sheet: published.yaml: [park]: 言い方「料金」は basics.yaml [fee] にもあります。",
        "sheet: published.yaml: [park]: 言い方「aです」が二度書かれています。",
        "sheet: published.yaml: [park]: related の「gone」という項目はありません。",
        "sheet: published.yaml: [park]: 第9回は programme.yaml にありません。",
        "sheet: published.yaml: [park]: 回答に出典(source)がありません。",
        "sheet: published.yaml: [park]: 有効期限(2022-06-30)が応援デスクの開設(2022-07-01)より前に切れています。",
        "sheet: published.yaml: [park]: 日付「6月29日」が手書きされています。programme.yaml から表示してください。",
        "sheet: published.yaml: [park]: answer: 表示できません(UndefinedError: 'nowhere' is undefined)。"
        "(2022-03-31 10:00 の表示)",
    ]


def test_personal_data_that_nobody_marked_is_a_fault_too(desk: Curation) -> None:
    assert faults(desk, a_sheet(answer="佐藤さんに 090-1111-2222 でお電話ください。")) == [
        f"sheet: [park]: 「{said}」は個人に関わることのようです。消すか、そうでなければ confirmed に書いてください。"
        for said in ("佐藤さん", "090-1111-2222")
    ]


def test_a_phrasing_of_an_entry_published_a_moment_ago_is_taken(store: Store, edition: Edition, desk: Curation) -> None:
    run(desk.check(a_sheet()))
    publish(curation(store, edition), a_sheet())
    assert faults(desk, sheet_text(Sheet(entries=(new_entry("lake", phrasings=new_entry().phrasings),))))[0] == (
        "sheet: published.yaml: [lake]: 言い方「park 0」は published.yaml [park] にもあります。"
    )


def test_an_entry_twice_in_a_sheet_is_a_fault(desk: Curation) -> None:
    twice = Sheet(entries=(new_entry(), new_entry()))
    assert faults(desk, sheet_text(twice))[0] == "sheet: [park]: この id が二度使われています。"


def test_a_draft_is_published_once_and_its_ticket_tells_who_did_it(desk: Curation, work: Work) -> None:
    ticket = work.draft(QUESTION, ANSWER)
    publish(desk, a_sheet(draft=1))
    (row,) = work.rows(Published)
    assert (row.entry_id, row.actor, new_entry().model_validate_json(row.entry)) == ("park", "佐藤", new_entry())
    assert [draft.state for draft in work.rows(Draft)] == [DraftState.PUBLISHED]
    history = [(event.ticket, event.action, event.actor, event.text) for event in work.rows(Event)]
    assert history[-1] == (ticket, Action.PUBLISHED, "佐藤", "park")
    with pytest.raises(CurationRefused):
        publish(desk, a_sheet(draft=1, answer="別の答えです。"))
    assert len(work.rows(Published)) == 1


def test_a_curators_work_is_kept_with_the_draft(desk: Curation, work: Work) -> None:
    work.draft(QUESTION, ANSWER)
    run(desk.keep(1, a_sheet(draft=1)))
    publish(desk, run(desk.draft(1)).sheet)
    assert [row.entry_id for row in work.rows(Published)] == ["park"]


def test_a_draft_that_was_dropped_is_no_draft_any_more(desk: Curation, work: Work) -> None:
    ticket = work.draft(QUESTION, ANSWER)
    run(desk.drop(1, CURATOR))
    assert run(desk.drafts()) == []
    assert [(event.ticket, event.action) for event in work.rows(Event)][-1] == (ticket, Action.DRAFT_DROPPED)
    for late in (desk.draft(1), desk.keep(1, ""), desk.drop(1, CURATOR)):
        with pytest.raises(CurationRefused, match="下書きはないか"):
            run(late)


def test_what_changes_nothing_is_not_published(desk: Curation, work: Work, edition: Edition) -> None:
    with pytest.raises(CurationRefused, match="同じ"):
        publish(desk, sheet_text(Sheet(entries=edition.content.entries)))
    assert work.rows(Published) == []


@pytest.mark.parametrize("login", ["suzuki", "nobody", "佐藤"])
def test_only_curators_may_publish(desk: Curation, login: str) -> None:
    with pytest.raises(CurationRefused, match="curator"):
        desk.curator(login)
    assert desk.curator("sato") == CURATOR


def test_what_was_published_can_be_merged_into_the_content_and_counts_no_more_then(
    store: Store, work: Work, edition: Edition, folder: Path, tmp_path: Path
) -> None:
    shelf = Shelf(edition, store)
    desk = Curation(store, shelf, HOUSE, FixedClock())
    fee = edition.content.entries[0].model_copy(
        update={"answer": "百円です。\n千円ではありません。", "related": ("day",)}
    )
    publish(desk, sheet_text(Sheet(entries=(fee, new_entry(valid={"from": "2022-07-01"})))))
    exported = run(desk.export(folder / "faq", tmp_path / "exported"))
    assert [file.name for file in exported] == ["basics.yaml", "published.yaml"]
    copied = Path(shutil.copytree(folder, tmp_path / "merged"))
    for file in exported:
        shutil.copy(file, copied / "faq")
    content = load_content(copied)
    assert find_faults(content, copied / "templates") == []
    assert content == shelf.edition.content
    again = curation(store, first_edition(content, copied / "templates", tmp_path / "cache"))
    assert run(again.export(copied / "faq", tmp_path / "nothing")) == []
    assert [row.merged for row in work.rows(Published)] == [True, True]
