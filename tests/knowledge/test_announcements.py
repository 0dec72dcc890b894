"""announcements.yaml: what it may say, and each kind of fault, told once with its file and id."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from knowledge.announcement import NOTHING_ANNOUNCED, Announcement, ByDay, LatePolicy, Monthly, NoticeTopic, OnDay
from knowledge.hours import BusinessHours
from knowledge.lint import find_faults
from knowledge.load import ContentFaults, load_content
from knowledge.quiet import Quiet
from tests.knowledge.folder import programme, session, write_folder
from tests.knowledge.shipped import FOLDER
from tests.moments import at, day

MOVED = {"source": "チラシ", "title": "第{{ this.number }}回の変更", "text": "{{ was }}から{{ this.day }}へ"}
BEFORE = {"sessions": [2], "days": -1, "at": "10:00"}


def notice(name: str = "news", **other: Any) -> dict[str, Any]:
    """An announcement that is right; `other` keys replace or add to it."""
    return {
        "id": name,
        "topic": "letter",
        "title": "お知らせ",
        "time": {"day": "2022-07-04", "at": "10:00"},
        "late": {"minutes": 60, "then": "skip"},
        "source": "チラシ",
        "text": "こんにちは。",
    } | other


def of_file(*announcements: Mapping[str, Any], moved: Mapping[str, Any] | None = MOVED) -> dict[str, Any]:
    return {"announcements.yaml": {"announcements": list(announcements)} | ({"moved": moved} if moved else {})}


def faults(folder: Path, replaced: Mapping[str, Any]) -> list[str]:
    """Faults of form, or else of meaning."""
    write_folder(folder, replaced)
    try:
        return find_faults(load_content(folder), folder / "templates")
    except ContentFaults as error:
        return error.faults


def of_notice(folder: Path, **other: Any) -> list[str]:
    return faults(folder, of_file(notice(**other)))


def test_without_the_file_nothing_is_announced(tmp_path: Path) -> None:
    assert load_content(write_folder(tmp_path)).announcements == NOTHING_ANNOUNCED


def test_a_file_without_fault_has_none(tmp_path: Path) -> None:
    around = notice("around", time=BEFORE, text="{{ card(this.number) }} あと{{ this.days_left }}日", entries=["fee"])
    assert faults(tmp_path, of_file(notice(), around)) == []


def test_an_announcement_is_read_as_it_is_written(tmp_path: Path) -> None:
    announcements = load_content(write_folder(tmp_path, of_file(notice(urgent=True)))).announcements.announcements
    assert announcements == (
        Announcement(
            id="news",
            topic=NoticeTopic.LETTER,
            title="お知らせ",
            time=OnDay(day=day("2022-07-04"), at="10:00"),
            late={"minutes": 60, "then": LatePolicy.SKIP},
            urgent=True,
            source="チラシ",
            text="こんにちは。",
        ),
    )


@pytest.mark.parametrize(
    ("time", "fault"),
    [
        ({"day": "あした", "at": "10:00"}, "time.day.day: 日付にしてください。"),
        ({"day": "2022-07-04"}, "time.day.at: この欄がありません。"),
        ({"day": "2022-07-04", "at": "25:00"}, "time.day.at: 時刻は 13:30 のように書いてください。"),
        ({"sessions": [], "days": 1, "at": "10:00"}, "time.days.sessions: 1個以上にしてください(いまは0個)。"),
        ({"sessions": [2], "minutes": "少し"}, "time.minutes.minutes: 整数にしてください。"),
        (
            {"months": ["2022-08", "2022-13"], "at": "10:00"},
            "time.months.months: 「2022-13」という月はありません。2022-08 のように書いてください。",
        ),
        (
            {"months": ["2022-8"], "at": "10:00"},
            "time.months.months: 「2022-8」という月はありません。2022-08 のように書いてください。",
        ),
    ],
)
def test_a_time_that_cannot_be_is_told_in_one_sentence(tmp_path: Path, time: Mapping[str, Any], fault: str) -> None:
    assert of_notice(tmp_path, time=time) == [f"announcements.yaml: announcements.[news].{fault}"]


def test_times_are_told_apart_by_what_they_name(tmp_path: Path) -> None:
    months = {"months": ["2022-07"], "at": "10:00"}
    content = load_content(write_folder(tmp_path, of_file(notice("a", time=BEFORE), notice("b", time=months))))
    assert [one.time for one in content.announcements.announcements] == [
        ByDay(sessions=(2,), days=-1, at="10:00"),
        Monthly(months=("2022-07",), at="10:00"),
    ]


def test_an_id_used_twice(tmp_path: Path) -> None:
    assert faults(tmp_path, of_file(notice(), notice())) == ["announcements.yaml: : 同じ id が二度あります。"]


def test_announcements_without_words_for_a_session_that_moves(tmp_path: Path) -> None:
    assert faults(tmp_path, of_file(notice(), moved=None)) == [
        "announcements.yaml: : 日程が変わったときの文(moved)がありません。"
    ]


def test_a_missing_source(tmp_path: Path) -> None:
    assert faults(tmp_path, of_file(notice(source=""), moved=MOVED | {"source": ""})) == [
        "announcements.yaml: [news]: 出典(source)がありません。",
        "announcements.yaml: [moved]: 出典(source)がありません。",
    ]


def test_an_offered_entry_that_is_not_there(tmp_path: Path) -> None:
    assert of_notice(tmp_path, entries=["fee", "gone"]) == [
        "announcements.yaml: [news]: entries の「gone」という回答の項目はありません。"
    ]


def test_a_session_that_there_is_not(tmp_path: Path) -> None:
    assert of_notice(tmp_path, time=BEFORE | {"sessions": [2, 9]}) == [
        "announcements.yaml: [news]: 第9回は programme.yaml にありません。"
    ]


def test_a_date_typed_by_hand(tmp_path: Path) -> None:
    moved = MOVED | {"text": "7/5からです。"}
    assert faults(tmp_path, of_file(notice(title="7/4のこと"), moved=moved)) == [
        "announcements.yaml: [news]: 日付「7/4」が手書きされています。programme.yaml から表示してください。",
        "announcements.yaml: [moved]: 日付「7/5」が手書きされています。programme.yaml から表示してください。",
    ]


@pytest.mark.parametrize(
    ("time", "due"),
    [
        ({"day": "2022-06-30", "at": "10:00"}, "2022-06-30 10:00"),
        ({"day": "2022-08-01", "at": "00:00"}, "2022-08-01 00:00"),
        ({"months": ["2022-08"], "at": "10:00"}, "2022-08-01 10:00"),
        (BEFORE | {"days": 19}, "2022-08-01 10:00"),
    ],
)
def test_a_time_at_which_the_desk_is_closed(tmp_path: Path, time: Mapping[str, Any], due: str) -> None:
    assert of_notice(tmp_path, time=time) == [
        f"announcements.yaml: [news]: {due} は応援デスクの開設期間の外なので、送られません。"
    ]


def test_a_time_in_quiet_hours_unless_it_is_urgent(tmp_path: Path) -> None:
    night = {"day": "2022-07-04", "at": "21:00"}
    assert of_notice(tmp_path, time=night) == [
        "announcements.yaml: [news]: 2022-07-04 21:00 は、急ぎでないお知らせを控える時間帯です。"
    ]
    assert of_notice(tmp_path, time=night, urgent=True) == []


def test_quiet_hours_are_those_of_the_settings(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, of_file(notice()))
    quiet = Quiet(at("2022-07-04 09:30").time(), at("2022-07-04 11:00").time())
    assert find_faults(load_content(folder), folder / "templates", BusinessHours(), quiet) == [
        "announcements.yaml: [news]: 2022-07-04 10:00 は、急ぎでないお知らせを控える時間帯です。"
    ]


def test_a_text_that_cannot_be_shown(tmp_path: Path) -> None:
    assert of_notice(tmp_path, text="{{ nowhere }}") == [
        "announcements.yaml: [news]: 表示できません(UndefinedError: 'nowhere' is undefined)。(2022-07-04 10:00 の表示)"
    ]


def test_a_text_that_is_too_long_with_all_the_questions_that_it_may_tell(tmp_path: Path) -> None:
    text = "{% for question in questions %}{{ question.title * 7 }}{% endfor %}"
    assert of_notice(tmp_path, text=text, asked="last_month") == [
        "announcements.yaml: [news]: 900字を超えています。(2022-07-04 10:00 の表示)"
    ]


def test_a_text_that_fails_only_once_a_session_has_moved(tmp_path: Path) -> None:
    text = "{{ this.day if this.date.day == 13 else nowhere }}"
    assert of_notice(tmp_path, time=BEFORE, text=text) == [
        "announcements.yaml: [news]: 表示できません(UndefinedError: 'nowhere' is undefined)。"
        "(第2回が7月6日(水)に動いたとき、2022-07-05 10:00 の表示)"
    ]


def test_words_for_a_moved_session_that_cannot_be_shown(tmp_path: Path) -> None:
    assert faults(tmp_path, of_file(notice(), moved=MOVED | {"text": "{{ nowhen }}"})) == [
        "announcements.yaml: [moved]: 表示できません(UndefinedError: 'nowhen' is undefined)。(2022-06-22 13:30 の表示)"
    ]


def test_a_weekday_that_is_wrong(tmp_path: Path) -> None:
    text = "{{ this.date.month }}月{{ this.date.day }}日(月)"
    assert of_notice(tmp_path, time=BEFORE, text=text)[0] == (
        "announcements.yaml: [news]: 「7月13日(月)」の曜日が違います(正しくは水)。(2022-07-12 10:00 の表示)"
    )


@pytest.mark.parametrize(
    ("late", "told"),
    [
        ({"minutes": 839, "then": "skip"}, []),
        ({"minutes": 840, "then": "skip"}, ["明日"]),
        ({"minutes": 600, "then": "send"}, ["明日"]),
        ({"minutes": 600, "then": "ask"}, ["明日"]),
    ],
)
def test_words_of_one_day_in_what_may_go_on_another(tmp_path: Path, late: dict[str, Any], told: list[str]) -> None:
    said = [f"announcements.yaml: [news]: 遅れて別の日に送られるときも「{word}」と書かれています。" for word in told]
    assert of_notice(tmp_path, time=BEFORE, late=late, text="明日です。") == said


def test_words_of_one_day_that_the_text_takes_back_are_no_fault(tmp_path: Path) -> None:
    text = "{{ '明日' if this.days_left == 1 else this.day }}です。"
    assert of_notice(tmp_path, time=BEFORE, late={"minutes": 600, "then": "send"}, text=text) == []


def test_a_programme_without_a_desk_is_told_before_anything_is_shown(tmp_path: Path) -> None:
    replaced = of_file(notice(time=BEFORE)) | {"programme.yaml": programme(periods={})}
    assert faults(tmp_path, replaced) == ["programme.yaml: periods: 応援デスクの開設期間(desk)がありません。"]


def test_a_programme_of_one_session_is_read_too(tmp_path: Path) -> None:
    one = {"seminars": {"starts": "13:30", "ends": "16:00", "sessions": [session(1, "2022-07-13")]}}
    replaced = of_file(notice(time=BEFORE | {"sessions": [1]}, text="{{ this.day }}"))
    assert faults(tmp_path, replaced | {"programme.yaml": programme(**one)}) == []


def test_the_shipped_announcements_are_told_apart_by_their_titles() -> None:
    announcements = load_content(FOLDER).announcements.announcements
    assert len({one.title for one in announcements}) == len(announcements) == 20
