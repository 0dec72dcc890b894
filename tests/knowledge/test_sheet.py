"""A curator's sheet is read as the content is, and lets nothing personal through unseen."""

from knowledge.schema import Entry
from knowledge.sheet import Sheet, personal_faults, read_sheet, sheet_text
from tests.knowledge.folder import entry


def an_entry(**other: object) -> Entry:
    return Entry.model_validate(entry("new", **other))


def test_what_is_written_is_read_again() -> None:
    sheet = Sheet(draft=3, confirmed=("佐藤さん",), entries=(an_entry(answer="一\n二", related=["fee"], session=1),))
    assert read_sheet("sheet", sheet_text(sheet), []) == sheet


def test_all_faults_of_form_are_told_at_once() -> None:
    faults: list[str] = []
    text = "draft: x\nentries:\n  - {id: New, title: '', phrasings: [一], answer: あ, sauce: い}\n"
    assert read_sheet("sheet", text, faults) is None
    assert faults == [
        "sheet: draft: 整数にしてください。",
        "sheet: entries.[New].id: 英小文字・数字・ハイフンだけで書いてください。",
        "sheet: entries.[New].title: 空にはできません。",
        "sheet: entries.[New].phrasings: 8個以上にしてください(いまは1個)。",
        "sheet: entries.[New].sauce: この名前の欄はありません。",
    ]


def test_a_text_that_is_no_sheet_is_refused() -> None:
    faults: list[str] = []
    assert read_sheet("sheet", "- a\n- b", faults) is None
    assert faults == ["sheet: 先頭が「キー: 値」の形ではありません。"]


def test_a_mark_that_was_left_is_a_fault() -> None:
    sheet = Sheet(entries=(an_entry(answer="【名前:佐藤さん】がいます。"),))
    assert personal_faults(sheet, ()) == ["[new]: 印「【名前:佐藤さん】」が残っています。消すか、書き直してください。"]


def test_what_looks_personal_is_a_fault_until_it_is_confirmed() -> None:
    entries = (an_entry(answer="佐藤さんがいます。"),)
    told = "[new]: 「佐藤さん」は個人に関わることのようです。消すか、そうでなければ confirmed に書いてください。"
    assert personal_faults(Sheet(entries=entries), ()) == [told]
    assert personal_faults(Sheet(entries=entries, confirmed=("佐藤さん",)), ()) == []


def test_what_the_entry_has_said_before_is_public_already() -> None:
    before = an_entry(answer="佐藤さんがいます。")
    assert personal_faults(Sheet(entries=(an_entry(answer="佐藤さんはいません。"),)), [before]) == []
