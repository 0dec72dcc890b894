"""Published entries go back into the content's files, and what stands around them stays."""

from pathlib import Path

from knowledge.load import load_content, with_entries
from knowledge.merging import changed_topics, merged_text, published_text
from knowledge.schema import Entry, Topic
from knowledge.sheet import read_sheet
from tests.knowledge.folder import entry, write_folder
from tests.knowledge.shipped import FOLDER

FILE = """\
# About fees.
topic: basics
title: 基本
entries:
  - id: fee
    title: 料金
    source: チラシ
    phrasings: [一, 二, 三, 四, 五, 六, 七, 八]
    answer: 無料です。

  # The day follows.
  - id: day
    title: 日程
    source: チラシ
    phrasings: [い, ろ, は, に, ほ, へ, と, ち]
    answer: |
      水曜日です。
      毎週です。
"""


def read(text: str) -> tuple[Entry, ...]:
    faults: list[str] = []
    sheet = read_sheet("basics.yaml", text, faults)
    assert (faults, sheet is None) == ([], False)
    return sheet.entries if sheet else ()


def test_an_entry_takes_the_place_of_its_old_self_and_the_rest_stays_as_it_is_typed() -> None:
    fee, day = read(FILE)
    changed = fee.model_copy(update={"answer": "有料です。\n百円です。"})
    merged = merged_text(FILE, [changed])
    assert read(merged) == (changed, day)
    assert merged.startswith("# About fees.\ntopic: basics\n")
    assert merged.endswith(FILE[FILE.index("\n  # The day follows.") :])


def test_an_entry_that_is_new_stands_at_the_end() -> None:
    fee, day = read(FILE)
    new = day.model_copy(update={"id": "new"})
    assert read(merged_text(FILE, [new])) == (fee, day, new)


def test_every_shipped_file_can_be_written_anew_entry_by_entry() -> None:
    for topic in load_content(FOLDER).topics:
        text = (FOLDER / "faq" / f"{topic.topic}.yaml").read_text("utf-8")
        assert read(merged_text(text, topic.entries)) == topic.entries


def test_only_topics_with_something_new_are_written(tmp_path: Path) -> None:
    base = load_content(write_folder(tmp_path))
    new = Entry.model_validate(entry("new"))
    changed = base.entries[0].model_copy(update={"answer": "変わりました。"})
    assert list(changed_topics(base, with_entries(base, [new, changed]))) == [
        ("basics", (changed,)),
        ("published", (new,)),
    ]
    assert list(changed_topics(base, with_entries(base, []))) == []


def test_a_file_of_new_entries_is_a_topic_of_its_own(tmp_path: Path) -> None:
    new = Entry.model_validate(entry("new", valid={"until": "2022-07-31"}, about=["seminar"], note="注\nです"))
    folder = write_folder(tmp_path)
    (folder / "faq" / "published.yaml").write_text(published_text([new]), "utf-8")
    assert load_content(folder).topics[-1] == Topic(topic="published", title="応援デスクで公開した項目", entries=(new,))
