"""Questions outside of any channel: single, in files, and scored."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.asking import Asked, ask
from bot.batch import BrokenLine, Question, as_error_line, as_line, read_questions
from bot.errors import FileUnreadable
from bot.scoring import Examined, Verdict, by_style, figures, judge
from bot.sentences import SENTENCES, missing_sentences
from handlers.effects import Reply
from knowledge.finding import Finding, Outcome, Suggestion
from tests.bot.fakes import MONDAY, FakeBook, decide


def asked(text: str, *earlier: str) -> Asked:
    return ask(decide, FakeBook(), text, earlier, MONDAY)


def test_earlier_messages_are_played_as_the_chat_would() -> None:
    assert asked("三", "一", "二").reply.text == "三ですね(一、二)"


def test_what_leaves_no_turn_is_not_leaned_on() -> None:
    assert asked("二", "担当者", "選ぶ").reply.text == "二ですね()"


def test_suggestions_are_told_only_where_they_were_offered() -> None:
    assert asked("選ぶ").suggestions == (Suggestion("entry-a", "Aのこと", "Aです"),)
    assert asked("一").suggestions == ()


def test_no_reply_at_all_counts_as_handed_over() -> None:
    nothing = ask(lambda _message, _situation: [], FakeBook(), "x", (), MONDAY)
    assert (nothing.outcome, nothing.reply.text) == (Outcome.HANDOFF, "")


def test_a_line_of_output_has_the_agreed_form() -> None:
    line = json.loads(as_line("q1", asked("選ぶ")))
    assert line.pop("ms") >= 0
    assert line == {
        "id": "q1",
        "outcome": "suggest",
        "text": "もしかして",
        "entries": [],
        "suggestions": [{"entry": "entry-a", "title": "Aのこと", "text": "Aです"}],
        "confidence": 0.5,
    }


def read(tmp_path: Path, content: bytes) -> list[Question | BrokenLine]:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    return list(read_questions(path, Question))


def test_broken_lines_are_told_with_their_number_and_the_others_go_on(tmp_path: Path) -> None:
    good = json.dumps({"id": "a", "at": "2022-07-04T09:00:00+09:00", "turns": ["x"], "text": "y", "style": "z"})
    content = b"\n".join([good.encode(), b"\xff\xfe", b"", b"{", b"[]", b'{"id": "b"}', good.encode(), b""])
    found = read(tmp_path, content)
    assert [type(line) for line in found] == [Question, *[BrokenLine] * 4, Question]
    assert [line.line for line in found if isinstance(line, BrokenLine)] == [2, 4, 5, 6]
    assert found[0] == Question(id="a", at=datetime(2022, 7, 4, tzinfo=UTC), turns=("x",), text="y")


def test_an_error_line_has_no_id() -> None:
    line = json.loads(as_error_line(BrokenLine(3, "読めません")))
    assert line == {"id": None, "line": 3, "error": "読めません"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf\n"])
def test_a_file_without_questions_gives_nothing(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == []


def test_a_mark_at_the_start_of_the_file_is_no_fault(tmp_path: Path) -> None:
    assert read(tmp_path, b'\xef\xbb\xbf{"id": "a", "text": "x"}') == [Question(id="a", text="x")]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="absent"):
        list(read_questions(tmp_path / "absent.jsonl", Question))


def reply(outcome: Outcome | None, text: str, suggestion: str = "") -> Asked:
    offered = (Suggestion("e", "t", suggestion),) if suggestion else ()
    return Asked(Reply(text, outcome), Finding(Outcome.ANSWER, "", suggestions=offered), 1.0)


WANTED = Examined(id="q", text="x", expect="answer", must=("無料",), must_not=("有料",), style="terse")
UNANSWERABLE = Examined(id="q", text="x", expect="handoff", style="oos")


@pytest.mark.parametrize(
    ("question", "given", "verdict"),
    [
        (WANTED, reply(Outcome.ANSWER, "参加費は無料です"), Verdict.RIGHT),
        (WANTED, reply(None, "無料"), Verdict.RIGHT),
        (WANTED, reply(Outcome.ANSWER, "無料ですが有料です"), Verdict.WRONG),
        (WANTED, reply(Outcome.ANSWER, "わかりません"), Verdict.WRONG),
        (WANTED, reply(Outcome.ANSWER, "無料" + "あ" * 1200), Verdict.WRONG),
        (WANTED, reply(Outcome.SUGGEST, "", "無料です"), Verdict.SUGGESTED),
        (WANTED, reply(Outcome.SUGGEST, "", "別のこと"), Verdict.HELD),
        (WANTED, reply(Outcome.HANDOFF, "無料"), Verdict.HELD),
        (UNANSWERABLE, reply(Outcome.HANDOFF, ""), Verdict.RIGHT),
        (UNANSWERABLE, reply(Outcome.SUGGEST, ""), Verdict.HELD),
        (UNANSWERABLE, reply(Outcome.ANSWER, ""), Verdict.WRONG),
    ],
)
def test_replies_are_judged(question: Examined, given: Asked, verdict: Verdict) -> None:
    assert judge(question, given).verdict == verdict


def test_full_width_counts_as_half_width() -> None:
    question = Examined(id="q", text="x", expect="answer", must=("13:30",))
    assert judge(question, reply(Outcome.ANSWER, "13：30から")).verdict == Verdict.RIGHT


def test_the_figures_have_the_agreed_denominators() -> None:
    judged = [
        judge(WANTED, reply(Outcome.ANSWER, "無料")),
        judge(WANTED, reply(Outcome.SUGGEST, "", "無料")),
        judge(WANTED, reply(Outcome.ANSWER, "?")),
        judge(UNANSWERABLE, reply(Outcome.SUGGEST, "")),
    ]
    assert figures(judged, missing=1) == {
        "questions": 4,
        "right answers %": 33.3,
        "right or suggested %": 66.7,
        "wrong answers % of all": 25.0,
        "rightly handed over %": 0.0,
        "not falsely answered %": 100.0,
        "missing": 1,
        "ms median": 1.0,
        "ms p99": 1.0,
    }
    assert by_style(judged)["oos"] == {Verdict.HELD: 1}


def test_no_questions_have_no_percentages() -> None:
    assert figures([], 0)["right answers %"] is None


def test_sentences_that_cannot_be_said_are_told() -> None:
    class Mute(FakeBook):
        def phrase(self, key: str, **values: object) -> str:
            if key == "error_internal":
                raise KeyError(key)
            return "{other}".format(**values) if key == "error_too_long" else "…"

    assert missing_sentences(FakeBook()) == []
    told = missing_sentences(Mute())
    assert len(told) == 2 < len(SENTENCES)
    assert "error_too_long" in told[0]
