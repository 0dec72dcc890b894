"""Answers written beforehand: read with the content, with their faults told like all others."""

from pathlib import Path

from knowledge.load import load_content
from knowledge.schema import Canned, CannedKind
from tests.knowledge.folder import write_folder
from tests.knowledge.shipped import FOLDER
from tests.knowledge.test_load import faults

THANKS = {"id": "thanks", "title": "お礼", "text": "ありがとうございます。"}


def test_they_are_read_in_their_order(tmp_path: Path) -> None:
    more = {"id": "more", "title": "くわしく", "text": "教えてください。"}
    content = load_content(write_folder(tmp_path, {"canned.yaml": {"canned": [more, THANKS]}}))
    assert content.canned == (Canned(**more), Canned(**THANKS))


def test_a_desk_can_do_without(tmp_path: Path) -> None:
    assert load_content(write_folder(tmp_path)).canned == ()


def test_their_faults_are_told_with_all_others(tmp_path: Path) -> None:
    broken = {"id": "Big Id", "title": "", "text": "a", "answer": "b"}
    told = faults(write_folder(tmp_path, {"canned.yaml": {"canned": [broken]}, "phrases.yaml": {"menu": []}}))
    assert told == [
        "phrases.yaml: phrases: この欄がありません。",
        "canned.yaml: canned.[Big Id].id: 英小文字・数字・ハイフンだけで書いてください。",
        "canned.yaml: canned.[Big Id].title: 空にはできません。",
        "canned.yaml: canned.[Big Id].answer: この名前の欄はありません。",
    ]


def test_an_id_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    told = faults(write_folder(tmp_path, {"canned.yaml": {"canned": [THANKS, THANKS]}}))
    assert told == ["canned.yaml: canned: 同じ id が二度あります。"]


def test_the_shipped_ones_leave_dates_and_links_to_the_entries() -> None:
    canned = load_content(FOLDER).canned
    assert canned
    assert [one.id for one in canned if any(sign in one.text for sign in ("月", "http", "{"))] == []


def test_a_kind_that_there_is_not_is_a_fault(tmp_path: Path) -> None:
    told = faults(write_folder(tmp_path, {"canned.yaml": {"canned": [{**THANKS, "kind": "shout"}]}}))
    assert [line.partition(": canned.[thanks].kind: ")[0] for line in told] == ["canned.yaml"]
    content = load_content(write_folder(tmp_path, {"canned.yaml": {"canned": [{**THANKS, "kind": "hold"}]}}))
    assert [one.kind for one in content.canned] == [CannedKind.HOLD]
