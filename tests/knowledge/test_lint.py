"""Each kind of fault is found once, with its file and entry, and all of them together."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.calendar import JAPAN
from knowledge.lint import find_faults, find_phrase_faults
from knowledge.lint.moments import moments
from knowledge.load import Phrases, load_content
from tests.knowledge.folder import PHRASINGS, entry, topic, write_folder
from tests.knowledge.linting import faults, of_fee, of_programme, sessions
from tests.knowledge.shipped import FOLDER, shipped_programme


def test_a_folder_without_fault_has_none(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_the_shipped_content_has_none() -> None:
    assert find_faults(load_content(FOLDER), FOLDER / "templates") == []


def test_an_id_used_twice(tmp_path: Path) -> None:
    twin = topic(entry("fee", phrasings=[f"別の{n}" for n in range(8)]), name="more")
    assert faults(tmp_path, twin) == ["more.yaml: [fee]: この id は basics.yaml ですでに使われています。"]


def test_a_phrasing_that_two_entries_claim_however_it_is_typed(tmp_path: Path) -> None:
    other = topic(entry("other", phrasings=["ﾘｮｳｷﾝ 1", "料金?!", *(f"別の{n}" for n in range(6))]), name="more")
    assert faults(tmp_path, other) == ["more.yaml: [other]: 言い方「料金?!」は basics.yaml [fee] にもあります。"]


def test_a_phrasing_twice_in_one_entry(tmp_path: Path) -> None:
    phrasings = [*PHRASINGS["fee"], "ＦＲＥＥ です", "free です。"]
    assert of_fee(tmp_path, phrasings=phrasings) == ["basics.yaml: [fee]: 言い方「free です。」が二度書かれています。"]


def test_phrasings_of_pictures_are_told_apart(tmp_path: Path) -> None:
    assert of_fee(tmp_path, phrasings=[*PHRASINGS["fee"], "😀", "👍", "(^^)"]) == []


def test_a_related_entry_that_is_not_there(tmp_path: Path) -> None:
    assert of_fee(tmp_path, related=["day", "night"]) == [
        "basics.yaml: [fee]: related の「night」という項目はありません。"
    ]


def test_a_menu_that_leads_nowhere_or_to_no_answer(tmp_path: Path) -> None:
    replaced = {
        "phrases.yaml": {"menu": ["fee", "gone", "gap"], "phrases": {}},
        **topic(entry("gap", kind="gap"), name="gaps"),
    }
    assert faults(tmp_path, replaced) == [
        "phrases.yaml: menu: 「gone」という回答の項目はありません。",
        "phrases.yaml: menu: 「gap」という回答の項目はありません。",
    ]


def test_a_session_that_is_not_in_the_programme(tmp_path: Path) -> None:
    assert of_fee(tmp_path, session=3) == ["basics.yaml: [fee]: 第3回は programme.yaml にありません。"]


def test_an_answer_without_source(tmp_path: Path) -> None:
    assert of_fee(tmp_path, source="") == ["basics.yaml: [fee]: 回答に出典(source)がありません。"]


@pytest.mark.parametrize("kind", ["gap", "outside", "smalltalk"])
def test_other_entries_need_no_source(tmp_path: Path, kind: str) -> None:
    assert faults(tmp_path, topic(entry("other", kind=kind, source=""), name="more")) == []


@pytest.mark.parametrize(
    ("valid", "fault"),
    [
        ({"until": "2022-06-30"}, "有効期限(2022-06-30)が応援デスクの開設(2022-07-01)より前に切れています。"),
        ({"from": "2022-07-11", "until": "2022-07-10"}, "valid の from(2022-07-11)が until(2022-07-10)より後です。"),
    ],
)
def test_an_entry_that_is_never_shown(tmp_path: Path, valid: Mapping[str, str], fault: str) -> None:
    assert of_fee(tmp_path, valid=valid) == [f"basics.yaml: [fee]: {fault}"]


@pytest.mark.parametrize("date", ["6月29日(水)", "6月29日", "6/29", "2022-06-29", "June 29", "29 June"])
def test_a_hand_typed_date(tmp_path: Path, date: str) -> None:
    assert of_fee(tmp_path, answer=f"初回は{date} です。") == [
        f"basics.yaml: [fee]: 日付「{date}」が手書きされています。programme.yaml から表示してください。"
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "初回は{{ session(1).day }}、{{ session(1).day_english }}です。",
        "今日は{{ today }}です。",
        "{{ windows.briefing.closes_shown }}まで",
        "事例(1)と(2)、3/4、24/7、2022年7月から2023年3月まで",
    ],
)
def test_dates_of_the_calendar_are_no_fault(tmp_path: Path, answer: str) -> None:
    assert [fault for fault in of_fee(tmp_path, answer=answer) if "3/4" not in fault] == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("{{ 6 }}月{{ 29 }}日(火)", "「6月29日(火)」の曜日が違います(正しくは水)。"),
        ("{{ 6 }}月{{ 28 }}日(火)", "「6月28日(火)」は programme.yaml の暦にない日付です。"),
        ("{{ 2 }}月{{ 30 }}日", "「2月30日」という日は、この期間にありません。"),
        ("{{ 'June' }} 29 (Tue)", "「June 29 (Tue)」の曜日が違います(正しくは水)。"),
    ],
)
def test_a_shown_date_that_contradicts_the_calendar(tmp_path: Path, answer: str, fault: str) -> None:
    assert of_fee(tmp_path, answer=answer) == [f"basics.yaml: [fee]: answer: {fault}(2022-03-31 10:00 の表示)"]


@pytest.mark.parametrize(
    ("template", "fault", "moment"),
    [
        ("{{ nowhere }}", "UndefinedError: 'nowhere' is undefined", "2022-03-31 10:00"),
        ("{% if %}", "TemplateSyntaxError: Expected an expression, got 'end of statement block'", "2022-03-31 10:00"),
        ("{{ card(9) }}", "KeyError: 'session 9'", "2022-03-31 10:00"),
        ("{{ next_session.day }}", "UndefinedError: 'None' has no attribute 'day'", "2022-07-13 13:30"),
        ("{% if running %}{{ nowhere }}{% endif %}", "UndefinedError: 'nowhere' is undefined", "2022-06-29 13:30"),
        (
            "{% if windows.briefing.state == 'closed' %}{{ 1 // 0 }}{% endif %}",
            "ZeroDivisionError: integer division or modulo by zero",
            "2022-05-31 12:00",
        ),
    ],
)
def test_a_template_that_does_not_render_at_some_moment(tmp_path: Path, template: str, fault: str, moment: str) -> None:
    assert of_fee(tmp_path, english=template) == [
        f"basics.yaml: [fee]: english: 表示できません({fault})。({moment} の表示)"
    ]


@pytest.mark.parametrize("slot", ["session", "span"])
def test_an_entry_with_a_slot_is_tried_with_what_may_be_asked(tmp_path: Path, slot: str) -> None:
    answer = "{% if asked.sessions and asked.sessions[0].number == 2 and asked.span %}{{ nowhere }}{% endif %}"
    assert of_fee(tmp_path, slot=slot, answer=answer) == [
        "basics.yaml: [fee]: answer: 表示できません(UndefinedError: 'nowhere' is undefined)。(2022-03-31 10:00 の表示)"
    ]


def test_an_answer_that_is_too_long(tmp_path: Path) -> None:
    assert of_fee(tmp_path, answer="あ" * 1_001) == [
        "basics.yaml: [fee]: answer: 1,000字を超えています。(2022-03-31 10:00 の表示)"
    ]
    assert of_fee(tmp_path, answer="あ" * 1_000) == []


def test_patterns_that_do_not_compile(tmp_path: Path) -> None:
    vocabulary = {
        "subjects": {},
        "denials": {"seminar": "(c"},
        "kin": [],
        "aspects": {"when": "(a"},
        "synonyms": [],
        "contrasts": [],
        "filler": ["[b"],
        "corrections": [["*", "x"]],
    }
    kinds = [{"id": "hunger", "patterns": ["d)"], "not_patterns": ["e("], "phrasings": []}]
    told = faults(tmp_path, {"vocabulary.yaml": vocabulary, "danger.yaml": {"lines": [], "kinds": kinds}})
    assert [fault.split("」")[0] for fault in told] == [
        "vocabulary.yaml: aspects.when: 正規表現「(a",
        "vocabulary.yaml: denials.seminar: 正規表現「(c",
        "vocabulary.yaml: filler: 正規表現「[b",
        "vocabulary.yaml: corrections: 正規表現「*",
        "danger.yaml: [hunger]: 正規表現「d)",
        "danger.yaml: [hunger]: 正規表現「e(",
    ]


def test_numbers_that_the_search_does_not_take(tmp_path: Path) -> None:
    content = load_content(write_folder(tmp_path)).ranking.model_dump()
    content["weights"]["smell"] = content["weights"].pop("sound")
    assert faults(tmp_path, {"ranking.yaml": content}) == [
        "ranking.yaml: weights: 「sound」がありません。",
        "ranking.yaml: weights: 「smell」という数は使われません。",
    ]


def test_names_without_which_nothing_can_be_computed(tmp_path: Path) -> None:
    assert of_programme(tmp_path, windows={}, periods={}, **sessions()) == [
        "programme.yaml: periods: 応援デスクの開設期間(desk)がありません。",
        "programme.yaml: windows: セミナー初回の申込み(seminar_first)がありません。",
        "programme.yaml: seminars.sessions: セミナーの回が一つもありません。",
    ]


def test_faults_of_all_kinds_are_told_together(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        {
            **topic(entry("fee", source="", related=["night"], answer="{{ nowhere }}"), entry("day", session=9)),
            "phrases.yaml": {"menu": ["gone"], "phrases": {}},
        },
    )
    assert told == [
        "basics.yaml: [fee]: related の「night」という項目はありません。",
        "phrases.yaml: menu: 「gone」という回答の項目はありません。",
        "basics.yaml: [day]: 第9回は programme.yaml にありません。",
        "basics.yaml: [fee]: 回答に出典(source)がありません。",
        "basics.yaml: [fee]: answer: 表示できません(UndefinedError: 'nowhere' is undefined)。(2022-03-31 10:00 の表示)",
    ]


def test_phrases_are_held_against_what_the_code_says() -> None:
    phrases = Phrases(
        {"hello": "{name}さん", "bye": "また{day}に", "broken": "{", "plain": "{}"}, {"hello": "Hi {nmae}"}
    )
    said = {"hello": {"name"}, "bye": set[str](), "gone": set[str](), "broken": set[str](), "plain": set[str]()}
    assert find_phrase_faults(phrases, said) == [
        "phrases.yaml: hello.en: 「{nmae}」に入る値はありません。",
        "phrases.yaml: bye.ja: 「{day}」に入る値はありません。",
        "phrases.yaml: gone: 文がありません。",
        "phrases.yaml: broken.ja: 波かっこの対応が正しくありません(Single '{' encountered in format string)。",
        "phrases.yaml: plain.ja: 「{}」に入る値はありません。",
    ]


def test_the_season_is_read_on_every_day_and_around_every_turn() -> None:
    every = set(moments(shipped_programme()))
    days = [dt.date(2022, 3, 31) + dt.timedelta(days=n) for n in range(457)]
    assert {dt.datetime.combine(day, dt.time(hour), JAPAN) for day in days for hour in (10, 14)} <= every
    turns = (
        "2022-05-31 12:00",
        "2022-06-01 13:30",
        "2022-06-24 12:00",
        "2022-06-29 13:30",
        "2022-11-02 16:00",
        "2023-04-01",
    )
    for turn in turns:
        moment = dt.datetime.fromisoformat(turn).replace(tzinfo=JAPAN)
        assert {moment, moment - dt.timedelta(minutes=1), moment + dt.timedelta(minutes=1)} <= every
