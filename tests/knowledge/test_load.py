"""All faults of the content folder at once, each with its file and entry."""

from pathlib import Path

import pytest

from knowledge.load import ContentFaults, load_content
from tests.knowledge.folder import entry, programme, topic, write_folder
from tests.knowledge.shipped import FOLDER


def faults(folder: Path) -> list[str]:
    with pytest.raises(ContentFaults) as caught:
        load_content(folder)
    return caught.value.faults


def test_a_folder_without_fault_is_read(tmp_path: Path) -> None:
    content = load_content(write_folder(tmp_path))
    assert [e.id for e in content.entries] == ["fee", "day"]
    assert content.menu == ("fee",)
    assert content.phrases.say("welcome", False) == "ようこそ"


def test_the_shipped_folder_is_read() -> None:
    assert load_content(FOLDER).entries


def test_all_faults_are_told_at_once_with_file_and_entry(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        {
            **topic(
                entry("fee", kind="anser", phrasings=["いくら"]),
                entry("day", about=["weather"], titel="日程", answer=""),
                entry("Big_Id", session="三"),
            ),
            **topic({"title": "id なし"}, name="nameless"),
            "programme.yaml": programme(forms=[]),
            "danger.yaml": {"lines": []},
        },
    )
    kinds = "'answer', 'gap', 'outside', 'smalltalk', 'human', 'danger' or 'harmless'"
    subjects = "'overview', 'organiser', 'lastyear'"
    told = faults(folder)
    assert [fault for fault in told if subjects not in fault] == [
        f"basics.yaml: entries.[fee].kind: {kinds} のどれかにしてください。",
        "basics.yaml: entries.[fee].phrasings: 8個以上にしてください(いまは1個)。",
        "basics.yaml: entries.[day].answer: 空にはできません。",
        "basics.yaml: entries.[day].titel: この名前の欄はありません。",
        "basics.yaml: entries.[Big_Id].id: 英小文字・数字・ハイフンだけで書いてください。",
        "basics.yaml: entries.[Big_Id].session: 整数にしてください。",
        "nameless.yaml: entries.0.id: この欄がありません。",
        "nameless.yaml: entries.0.phrasings: この欄がありません。",
        "nameless.yaml: entries.0.answer: この欄がありません。",
        "programme.yaml: forms: 「キー: 値」の形にしてください。",
        "danger.yaml: kinds: この欄がありません。",
    ]
    assert [fault.split(subjects)[0] for fault in told if subjects in fault] == ["basics.yaml: entries.[day].about.0: "]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"topic: \xff\n", "UTF-8 ではありません(8 バイト目)。"),
        ("topic: [\n", "2 行目: YAML として読めません(did not find expected node content)。"),
        ("topic: *x\n", "1 行目: YAML として読めません(found undefined alias)。"),
        ("topic: a\ntopic: b\n", "2 行目: 「topic」が二度書かれています。"),
        ("topic: a\nentries:\n  - {id: x, id: y}\n", "3 行目: 「id」が二度書かれています。"),
        ("topic: 2022-02-30\n", "ありえない日付か数があります(day is out of range for month)。"),
        ("topic: !!python/name:os.system\n", "1 行目: YAML として読めません("),
        ("- a\n", "先頭が「キー: 値」の形ではありません。"),
        ("ただの文\n", "先頭が「キー: 値」の形ではありません。"),
        ("", "先頭が「キー: 値」の形ではありません。"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, text: str | bytes, fault: str) -> None:
    [told] = faults(write_folder(tmp_path, {"faq/basics.yaml": text}))
    assert told.startswith(f"basics.yaml: {fault}")


def test_broken_files_do_not_hide_one_another(tmp_path: Path) -> None:
    broken = {"faq/basics.yaml": b"\xff", "phrases.yaml": "menu: [\n", "vocabulary.yaml": "- a\n"}
    assert [fault.split(":")[0] for fault in faults(write_folder(tmp_path, broken))] == [
        "basics.yaml",
        "vocabulary.yaml",
        "phrases.yaml",
    ]


def test_an_empty_folder_lacks_every_file(tmp_path: Path) -> None:
    assert faults(tmp_path) == [
        "faq/: 項目のファイル(*.yaml)が一つもありません。",
        "programme.yaml: ファイルがありません。",
        "vocabulary.yaml: ファイルがありません。",
        "danger.yaml: ファイルがありません。",
        "ranking.yaml: ファイルがありません。",
        "phrases.yaml: ファイルがありません。",
    ]


def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "danger.yaml").unlink()
    (tmp_path / "danger.yaml").mkdir()
    assert faults(tmp_path) == ["danger.yaml: ファイルを読めません(Is a directory)。"]


def test_a_topic_is_named_as_its_file(tmp_path: Path) -> None:
    other = {"faq/other.yaml": {"topic": "another", "title": "別", "entries": []}}
    assert faults(write_folder(tmp_path, other)) == ["other.yaml: topic: 「another」がファイルの名前と違います。"]


def test_phrases_of_a_wrong_form_are_a_fault(tmp_path: Path) -> None:
    told = faults(write_folder(tmp_path, {"phrases.yaml": {"menu": [], "phrases": {"a": {"en": "x"}, "b": "文"}}}))
    assert told == [
        "phrases.yaml: phrases.a.ja: この欄がありません。",
        "phrases.yaml: phrases.b: 「キー: 値」の形にしてください。",
    ]
