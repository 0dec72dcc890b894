"""Answers from templates, at one moment."""

from pathlib import Path

import pytest
from jinja2 import TemplateError

from knowledge.calendar import Asked, Span
from knowledge.render import Renderer
from tests.knowledge.shipped import FOLDER, shipped_programme
from tests.moments import at, day


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(FOLDER / "templates", shipped_programme())


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2022-06-24 11:59", "6月24日(金)正午まで受付中です。"),
        ("2022-06-24 12:00", "締め切りました。"),
    ],
)
def test_a_text_follows_the_calendar(renderer: Renderer, moment: str, text: str) -> None:
    template = (
        "{% if windows.seminar_first.state == 'open' %}\n{{ windows.seminar_first.closes_shown }}まで受付中です。\n"
        "{% else %}\n締め切りました。\n{% endif %}\n"
    )
    assert renderer.render(template, at(moment), Asked()) == text


@pytest.mark.parametrize(
    ("moment", "note"),
    [("2022-07-26 09:00", ""), ("2022-07-27 09:00", "(本日)"), ("2022-07-27 16:00", "(終了しました)")],
)
def test_a_card_shows_a_session_and_whether_it_is_over(renderer: Renderer, moment: str, note: str) -> None:
    assert renderer.render("{{ card(3) }}", at(moment), Asked()) == (
        f"【第3回】7月27日(水) 13:30~16:00{note}\n"
        "変化・進化する就労支援① ~就労支援の到達点を考える~\n"
        "(1) 継続した個別支援と多機関連携 ~就労相談、支援内容ほか~"
        "(事例: ユニバーサル就労ネットワークちばの取組みから)\n"
        "(2) 事例検討: グループワーク"
    )


def test_a_text_sees_what_was_asked_for(renderer: Renderer) -> None:
    asked = Asked((5,), Span(day("2022-09-21"), day("2022-09-21"), "9/21"))
    text = renderer.render(
        "{{ asked.sessions[0].title }} {{ asked.span.label }} {{ today }}", at("2022-09-01 09:00"), asked
    )
    assert text == "重層的支援と仕事・就労支援の課題① 9/21 9月1日(木)"


def test_lines_are_tidied(renderer: Renderer) -> None:
    assert renderer.render("\n a  \n\n\n\n b \n\n", at("2022-07-01 09:00"), Asked()) == "a\n\n b"


@pytest.mark.parametrize(
    "template", ["{{ nowhere }}", "{% if %}", "{{ windows.nowhere.state }}", "{{ ''.__class__.mro() }}"]
)
def test_a_template_at_fault_says_so(renderer: Renderer, template: str) -> None:
    with pytest.raises(TemplateError):
        renderer.render(template, at("2022-07-01 09:00"), Asked())


def test_what_a_template_names_is_known_without_rendering(renderer: Renderer) -> None:
    assert (renderer.names_in("{{ card(1) }}{% if today %}{% endif %}"), renderer.names_in("参加費は無料です。")) == (
        frozenset({"card", "today"}),
        frozenset(),
    )


def test_macros_are_found_in_the_folder(tmp_path: Path) -> None:
    macros = "{% macro card(n) %}[{{ n }}]{% endmacro %}{% macro card_en(n) %}<{{ n }}>{% endmacro %}"
    (tmp_path / "macros.j2").write_text(macros, encoding="utf-8")
    renderer = Renderer(tmp_path, shipped_programme())
    assert renderer.render("{{ card(1) }}{{ card_en(2) }}", at("2022-07-01 09:00"), Asked()) == "[1]<2>"
