"""The curator's loop on the command line, from a draft to a correction."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.store import moved_answers
from bot.store.corrections import Rescheduled
from bot.store.engine import open_engine
from bot.store.transactions import Store
from tests.bot.curating import Work, phrases
from tests.bot.fakes import MONDAY
from tests.knowledge.folder import entry, write_folder
from tests.moments import at

GAP = entry(
    "bus",
    kind="gap",
    phrasings=["送迎バスはありますか", *(f"送迎バスの言い方{number}" for number in range(7))],
    answer="資料にありません。\nお待ちください。",
    english="The material\ndoes not say.",
    related=["day"],
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Settings of a desk with a small content, a curator, and one who is none."""
    gaps = {"topic": "gaps", "title": "まだない答え", "entries": [GAP]}
    write_folder(tmp_path / "content", {**phrases(), "faq/gaps.yaml": gaps})
    values = {
        "clock": {"start": MONDAY.isoformat()},
        "database": f"sqlite:///{tmp_path / 'desk.sqlite3'}",
        "knowledge": {"folder": str(tmp_path / "content"), "cache": str(tmp_path / "cache")},
        "staff": {
            "members": [
                {"name": "佐藤", "roles": ["staff", "curator"], "login": "sato"},
                {"name": "鈴木", "login": "suzuki"},
            ]
        },
    }
    file = tmp_path / "config.yaml"
    file.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    assert main(["--config", str(file), "migrate"]) == 0
    return file


@pytest.fixture
def work(config: Path, tmp_path: Path) -> Iterator[Work]:
    store = Store(open_engine(f"sqlite:///{tmp_path / 'desk.sqlite3'}"))
    yield Work(store)
    store.close()


def curate(config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(["--config", str(config), "curate", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def a_file(tmp_path: Path, *entries: dict[str, object], **other: object) -> str:
    file = tmp_path / "sheet.yaml"
    file.write_text(yaml.safe_dump({"entries": list(entries), **other}, allow_unicode=True), "utf-8")
    return str(file)


def test_from_a_draft_to_a_published_entry(
    config: Path, work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ticket = work.draft("田中です。駐車場はありますか、田中さんへ", "あります。")
    status, out, _ = curate(config, capsys, "drafts")
    assert (status, out.splitlines()[0], out.splitlines()[-1]) == (
        0,
        f"1\t2022-07-04 09:00\t受付番号 {ticket}\t佐藤\t田中です。駐車場はありますか、【名前:田中さん】へ",
        "1件",
    )
    status, out, _ = curate(config, capsys, "show", "1")
    assert "# 消すか、個人のことでなければ confirmed に書く印 【名前:田中さん】\n" in out
    assert yaml.safe_load(out)["draft"] == 1
    (tmp_path / "shown.yaml").write_text(out, "utf-8")
    status, out, err = curate(config, capsys, "publish", str(tmp_path / "shown.yaml"), "--by", "sato")
    assert (status, out) == (2, "")
    assert err.startswith("公開できません。\n")
    sheet = a_file(tmp_path, entry("park"), draft=1)
    assert curate(config, capsys, "publish", sheet, "--by", "sato") == (0, "公開しました\tpark\tpark\n", "")
    assert curate(config, capsys, "drafts") == (0, "0件\n", "")
    assert curate(config, capsys, "show", "1")[0] == 2


def test_a_known_gap_is_answered_in_its_place(
    config: Path, work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work.draft("送迎バスはありますか?", "田中さん、ありません。")
    _, out, _ = curate(config, capsys, "show", "1")
    assert (
        "# bus は答えられない質問の項目です。これを直す YAML は python -m bot curate show 1 --into bus で出ます。\n"
        in out
    )
    status, out, _ = curate(config, capsys, "show", "1", "--into", "bus")
    phrasings = "".join(f"      - {phrasing}\n" for phrasing in GAP["phrasings"])
    assert (status, out) == (
        0,
        "# 項目 bus(bus)を直します。id はそのままにしてください。\n"
        "# この回答では答えにならない言い方は消し、出典を確かめてから公開してください。\n"
        "# これまでの回答:\n#   資料にありません。\n#   お待ちください。\n# これまでの出典:\n#   チラシ\n"
        "# 外した英文。新しい回答にも合うときだけ、english に書き戻してください:\n"
        "#   The material\n#   does not say.\n"
        "# 消すか、個人のことでなければ confirmed に書く印 【名前:田中さん】\n"
        "topic: published\ntitle: 応援デスクで公開した項目\ndraft: 1\nconfirmed: []\nentries:\n"
        f"  - id: bus\n    title: bus\n    source: 応援デスクの回答\n    phrasings:\n{phrasings}"
        "    answer: 【名前:田中さん】、ありません。\n    related: [day]\n",
    )
    edited = tmp_path / "edited.yaml"
    edited.write_text(out.replace("【名前:田中さん】、", ""), "utf-8")
    status, out, _ = curate(config, capsys, "publish", str(edited), "--by", "sato")
    assert (status, out.splitlines()[0], "curate corrections" in out) == (0, "公開しました\tbus\tbus", True)


def test_only_a_curator_publishes_drops_and_corrects(
    config: Path, work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work.draft("駐車場は", "あります。")
    refused = (2, "", "suzuki には、項目を公開する役割(curator)がありません。\n")
    assert curate(config, capsys, "publish", a_file(tmp_path, entry("park")), "--by", "suzuki") == refused
    assert curate(config, capsys, "drop", "1", "--by", "suzuki") == refused
    assert curate(config, capsys, "correct", "1", "--by", "suzuki") == refused
    assert curate(config, capsys, "drop", "1", "--by", "sato") == (0, "1\t項目にしません\n", "")


def test_from_a_new_answer_to_a_correction_and_an_export(
    config: Path, work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work.answered("お答えします。", "a")
    status, out, _ = curate(
        config, capsys, "publish", a_file(tmp_path, entry("fee", answer="百円です。")), "--by", "sato"
    )
    assert (status, "curate corrections" in out) == (0, True)
    assert curate(config, capsys, "corrections") == (
        0,
        "1\tfee\t送る先 1件 fake 1  もう送れない先 0件\n\t「fee」を改めました。\n\t\n\t百円です。\n1件\n",
        "",
    )
    assert curate(config, capsys, "correct", "1", "--by", "sato") == (
        0,
        "1\t送る先 1件 fake 1  もう送れない先 0件\n",
        "",
    )
    assert work.told() == [("a", "「fee」を改めました。\n\n百円です。")]
    assert curate(config, capsys, "correct", "1", "--drop", "--by", "sato")[0] == 2
    exported = tmp_path / "exported"
    assert curate(config, capsys, "export", str(exported)) == (0, f"{exported / 'basics.yaml'}\n", "")


@pytest.mark.parametrize("arguments", [(), ("missing.yaml",), ("a.yaml", "--draft", "1")])
def test_what_to_publish_is_named_once_and_exists(
    config: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert curate(config, capsys, "publish", *arguments, "--by", "sato")[0] == 2


def test_a_correction_because_a_session_moved_is_listed_by_the_session(
    config: Path, work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = Rescheduled(4, at("2022-09-07 13:30"), at("2022-09-14 13:30"))
    work.do(moved_answers.propose, moved, "第4回は9月14日(水)になりました。", MONDAY)
    listed = "1\t第4回の日程\t送る先 0件  もう送れない先 0件\n\t第4回は9月14日(水)になりました。\n1件\n"
    assert curate(config, capsys, "corrections") == (0, listed, "")
