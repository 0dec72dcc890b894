"""Moved sessions lie on top of the content, and what ends with the last of them moves along."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.amending import Move, amended, is_in_order, moved
from knowledge.build import Edition, amended_edition, first_edition
from knowledge.calendar import Asked
from knowledge.lint import programme as checks
from knowledge.load import Content, load_content
from knowledge.render import Renderer
from knowledge.schema import Programme
from tests.knowledge.folder import entry, programme, session, topic, write_folder
from tests.knowledge.shipped import FOLDER, shipped_programme
from tests.moments import at, day

NOW = at("2022-07-05T10:00")


def days(of: Programme) -> dict[int, str]:
    return {one.number: one.date.isoformat() for one in of.seminars.sessions}


def move(number: int, instead_of: str, to: str) -> Move:
    return Move(number, day(instead_of), day(to))


def test_without_moves_the_programme_is_the_same() -> None:
    assert amended(shipped_programme(), []) is shipped_programme()


def test_a_session_is_on_the_day_it_was_moved_to_and_all_else_stays() -> None:
    result = amended(shipped_programme(), [move(4, "2022-09-07", "2022-09-14")])
    assert days(result) == days(shipped_programme()) | {4: "2022-09-14"}
    assert (result.windows, result.periods) == (shipped_programme().windows, shipped_programme().periods)


def test_of_several_moves_the_newest_counts() -> None:
    moves = [move(4, "2022-09-07", "2022-09-14"), move(4, "2022-09-07", "2022-09-08")]
    assert days(amended(shipped_programme(), moves))[4] == "2022-09-08"


def test_a_move_back_is_the_content_again() -> None:
    moves = [move(4, "2022-09-07", "2022-09-14"), move(4, "2022-09-07", "2022-09-07")]
    assert amended(shipped_programme(), moves) == shipped_programme()


def test_once_the_content_has_another_day_it_counts() -> None:
    edited = moved(shipped_programme(), {4: day("2022-09-12")})
    assert amended(edited, [move(4, "2022-09-07", "2022-09-14")]) == edited


def test_moves_that_would_change_the_order_of_sessions_do_not_count() -> None:
    """As where the file moves the next session before a day that a member chose."""
    edited = moved(shipped_programme(), {5: day("2022-09-13")})
    assert amended(edited, [move(4, "2022-09-07", "2022-09-14")]) == edited


def test_sessions_that_move_one_behind_the_other_count_in_whatever_order_they_were_moved() -> None:
    moves = [
        move(5, "2022-09-21", "2022-09-28"),
        move(4, "2022-09-07", "2022-09-22"),
        move(5, "2022-09-21", "2022-09-29"),
    ]
    found = days(amended(shipped_programme(), moves))
    assert (found[4], found[5]) == ("2022-09-22", "2022-09-29")


def test_what_ends_with_the_last_session_moves_with_it() -> None:
    result = moved(shipped_programme(), {8: day("2022-11-11")})
    window, period = result.windows["seminar"], result.periods["seminars"]
    assert (window.closes.isoformat(), window.closes_shown) == ("2022-11-11T16:00:00", "11月11日(金)の最終回まで")
    assert (period.ends, period.shown) == (day("2022-11-12"), "2022年6月29日~11月11日")
    unmoved = {name: one for name, one in result.windows.items() if name != "seminar"}
    assert unmoved == {name: one for name, one in shipped_programme().windows.items() if name != "seminar"}
    assert result.periods["desk"] == shipped_programme().periods["desk"]


@pytest.fixture(scope="module")
def shipped() -> Content:
    return load_content(FOLDER)


@given(st.data())
def test_whatever_moves_the_calendar_does_not_contradict_itself(shipped: Content, data: st.DataObject) -> None:
    number = data.draw(st.integers(2, 8))
    to = data.draw(st.dates(dt.date(2022, 7, 1), dt.date(2023, 3, 31)))
    result = moved(shipped_programme(), {number: to})
    if not is_in_order(result):
        return
    content = Content(**{**vars(shipped), "programme": result})
    found = [
        *checks.windows_closing_too_late(content),
        *checks.windows_shown_otherwise(content),
        *checks.periods_ending_before_they_begin(content),
        *checks.sessions_out_of_order(content),
    ]
    assert found == []


PHRASED = (entry("fee"), entry("day", answer="第2回は{{ session(2).day }}です。"), entry("park"))


def edition_of(second: str, tmp: pytest.TempPathFactory) -> Edition:
    sessions = [session(1, "2022-06-29"), session(2, second)]
    seminars = {"starts": "13:30", "ends": "16:00", "sessions": sessions}
    files = {"programme.yaml": programme(seminars=seminars), **topic(*PHRASED)}
    written = write_folder(tmp.mktemp("content"), files)
    return first_edition(load_content(written), written / "templates", written / "cache")


def told(edition: Edition) -> list[tuple[object, ...]]:
    asked = [phrasing for one in edition.content.entries for phrasing in one.phrasings]
    found = [edition.book.consider(text, (), NOW) for text in [*asked, "7月20日は何ですか", "第2回はいつ"]]
    return [(one.outcome, one.entries, one.text) for one in found]


def test_an_amended_book_is_the_one_that_would_be_made_from_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    first, other = (edition_of(on, tmp_path_factory) for on in ("2022-07-13", "2022-07-20"))
    result = amended_edition(first, other.content.programme)
    assert told(result) == told(other) != told(first)
    assert result.book.programme == other.content.programme
    assert result.prepared.terms_all.size == len(result.searched)
    found, wanted = ({e.id: v for e, v in zip(x.searched, x.prepared.answers.T, strict=True)} for x in (result, other))
    assert all(found[name] == pytest.approx(wanted[name], abs=2e-3) for name in wanted)


def test_the_same_programme_is_the_same_book(tmp_path_factory: pytest.TempPathFactory) -> None:
    first = edition_of("2022-07-13", tmp_path_factory)
    assert amended_edition(first, first.content.programme) is first


def test_there_and_back_is_the_same_to_ask(tmp_path_factory: pytest.TempPathFactory) -> None:
    first, other = (edition_of(on, tmp_path_factory) for on in ("2022-07-13", "2022-07-20"))
    again = amended_edition(amended_edition(first, other.content.programme), first.content.programme)
    assert told(again) == told(first)


@pytest.mark.parametrize(
    ("entry_id", "number", "to", "text"),
    [
        ("seminar-weekday", 4, "2022-09-07", "セミナーは、全8回とも水曜日です。"),
        ("seminar-weekday", 4, "2022-09-15", "セミナーは、第4回(9月15日(木))を除いて水曜日です。"),
        ("seminar-frequency", 4, "2022-09-07", "毎週ではありません。2週間おきで、"),
        ("seminar-frequency", 5, "2022-09-20", "毎週ではありません。開催日は、6月29日(水)、"),
        ("seminar-summer-break", 3, "2022-08-03", "8月に開催されるのは、第3回(8月3日(水))です。"),
        ("seminar-summer-break", 4, "2022-09-08", "間は約6週間です。"),
        ("dataset-time", 4, "2022-09-08", "約8週間あります。"),
    ],
)
def test_what_holds_for_the_days_of_the_flyer_is_not_said_of_others(
    shipped: Content, entry_id: str, number: int, to: str, text: str
) -> None:
    renderer = Renderer(FOLDER / "templates", moved(shipped_programme(), {number: day(to)}))
    entry = next(one for one in shipped.entries if one.id == entry_id)
    assert text in renderer.render(entry.answer, NOW, Asked())


def test_every_entry_reads_without_a_fault_wherever_a_session_is(shipped: Content) -> None:
    """Also where the last one is held in the next year."""
    for number, to in ((2, "2022-07-26"), (4, "2022-08-10"), (6, "2022-10-18"), (8, "2023-01-25")):
        renderer = Renderer(FOLDER / "templates", moved(shipped_programme(), {number: day(to)}))
        for when in ("2022-07-05T10:00", f"{to}T13:30", "2023-02-01T10:00"):
            for one in shipped.entries:
                assert renderer.render(one.answer, at(when), Asked())
