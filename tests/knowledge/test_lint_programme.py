"""Each fault of the programme is found: windows, periods, hours and sessions that contradict each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.knowledge.folder import programme, session, window
from tests.knowledge.linting import of_programme, sessions, windows


@pytest.mark.parametrize(
    ("name", "closing", "fault"),
    [
        (
            "briefing",
            window("2022-06-01T14:00", "6月1日(水)"),
            "締切(2022-06-01 14:00:00)が、対象が終わる時刻(2022-06-01 13:30:00)より後になっています。",
        ),
        (
            "seminar_first",
            window("2022-06-29T13:31", "6月29日(水)"),
            "締切(2022-06-29 13:31:00)が、対象が終わる時刻(2022-06-29 13:30:00)より後になっています。",
        ),
        (
            "seminar",
            window("2022-07-13T16:01", "7月13日(水)"),
            "締切(2022-07-13 16:01:00)が、対象が終わる時刻(2022-07-13 16:00:00)より後になっています。",
        ),
        (
            "desk",
            window("2022-08-02T00:00", "8月1日(月)"),
            "締切(2022-08-02 00:00:00)が、対象が終わる時刻(2022-08-01 00:00:00)より後になっています。",
        ),
        (
            "seminar",
            window("2022-07-01T00:00", "6月30日(木)", opens="2022-07-01T00:00"),
            "受付開始(2022-07-01 00:00:00)が締切(2022-07-01 00:00:00)より前ではありません。",
        ),
        (
            "seminar",
            window("2022-07-01T00:00", "6月30日(金)"),
            "closes_shown の「6月30日(金)」が締切と違います(正しくは6月30日(木))。",
        ),
        (
            "seminar",
            window("2022-07-01T00:00", "7月1日(金)"),
            "closes_shown の「7月1日(金)」が締切と違います(正しくは6月30日(木))。",
        ),
        ("seminar", window("2022-06-24T17:00", "6月24日(金)正午"), "closes_shown は正午ですが、締切は 17:00 です。"),
        ("seminar", window("2022-07-01T00:00", "6月30日(木)", form="none"), "フォーム「none」は forms にありません。"),
    ],
)
def test_a_window_that_contradicts_the_calendar(
    tmp_path: Path, name: str, closing: Mapping[str, Any], fault: str
) -> None:
    assert of_programme(tmp_path, **windows(**{name: closing})) == [f"programme.yaml: windows.{name}: {fault}"]


def test_a_period_that_ends_before_it_begins(tmp_path: Path) -> None:
    periods = programme()["periods"] | {
        "support": {"title": "実施", "begins": "2022-08-01", "ends": "2022-08-01", "shown": "8月"}
    }
    assert of_programme(tmp_path, periods=periods) == [
        "programme.yaml: periods.support: 開始(2022-08-01)が終了(2022-08-01)より前ではありません。"
    ]


def test_hours_that_end_before_they_begin(tmp_path: Path) -> None:
    briefing = {"title": "説明会", "date": "2022-06-01", "starts": "15:30", "ends": "14:30"}
    assert of_programme(tmp_path, briefing=briefing) == [
        "programme.yaml: briefing: 開始(15:30)が終了(14:30)より前ではありません。"
    ]


def test_sessions_out_of_order(tmp_path: Path) -> None:
    told = of_programme(tmp_path, **sessions(session(1, "2022-07-13"), session(3, "2022-06-29")))
    assert told == [
        "programme.yaml: seminars.sessions: 2番目の回の番号が3になっています。",
        "programme.yaml: seminars.sessions: 第3回(2022-06-29)が第1回(2022-07-13)より後ではありません。",
    ]
