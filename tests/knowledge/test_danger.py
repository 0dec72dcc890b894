"""People in danger are recognised; those who only speak of it are not."""

import pytest

from knowledge.book import Book
from knowledge.danger import DangerWatch
from knowledge.finding import Outcome
from knowledge.normalise import normalise
from knowledge.schema import Danger, DangerKind, Kind
from tests.knowledge.shipped import shipped_danger
from tests.moments import at

NOW = at("2022-07-04 09:00")
KINDS = shipped_danger().kinds


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.id) for kind in KINDS])
def test_every_way_to_speak_of_danger_is_recognised(book: Book, kind: DangerKind) -> None:
    found = {phrasing: book.consider(phrasing, (), NOW) for phrasing in kind.phrasings}
    missed = [phrasing for phrasing, f in found.items() if (f.outcome, f.urgent) != (Outcome.HANDOFF, True)]
    assert missed == []


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.id) for kind in KINDS])
def test_danger_is_recognised_within_a_longer_message(book: Book, kind: DangerKind) -> None:
    said = [
        f"お世話になっております。セミナーの日程を教えてください。{p}。よろしくお願いします。"
        for p in kind.phrasings[:12]
    ]
    assert [text for text in said if not book.consider(text, (), NOW).urgent] == []


def test_harmless_sentences_are_left_alone(book: Book) -> None:
    assert [text for text in shipped_danger().safe if book.consider(text, (), NOW).urgent] == []


def test_no_question_that_the_base_answers_is_taken_for_danger(book: Book) -> None:
    asked = [e.phrasings[0] for e in book.content.entries if e.kind in (Kind.ANSWER, Kind.GAP)]
    assert [text for text in asked if book.consider(text, (), NOW).urgent] == []


def test_no_phrasing_of_the_base_looks_dangerous(book: Book) -> None:
    watch = DangerWatch(book.content.danger)
    entries = [e for e in book.content.entries if e.kind in (Kind.ANSWER, Kind.GAP)]
    assert [p for e in entries for p in e.phrasings if watch.look(normalise(p)[-1].text)] == []


def test_a_pattern_speaks_unless_another_says_that_it_is_general() -> None:
    kind = DangerKind(id="cold", patterns=("凍え", "さむい"), not_patterns=("方への支援",), phrasings=())
    watch = DangerWatch(Danger(lines=(), kinds=(kind,)))
    looks = [watch.look("外で凍えています"), watch.look("凍える方への支援"), watch.look("外", "さむい"), watch.look()]
    assert looks == ["cold", None, "cold", None]


def test_a_kind_without_patterns_never_speaks() -> None:
    kind = DangerKind(id="nothing", patterns=(), phrasings=())
    assert DangerWatch(Danger(lines=(), kinds=(kind,))).look("何か", "") is None


def test_the_emergency_lines_are_the_public_ones() -> None:
    assert [line.number for line in shipped_danger().lines] == ["110", "119", "0120-279-338", "0120-279-889"]
