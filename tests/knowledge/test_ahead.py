"""Messages that are known beforehand are considered as ever, only sooner."""

from dataclasses import replace

import pytest

from knowledge.book import Book, Said
from knowledge.finding import Finding, Turn
from tests.knowledge.encoders import Counting
from tests.moments import at

NOW = at("2022-07-04T09:00")
MESSAGES = [
    Said("初回のセミナーはいつですか", (), NOW),
    Said("何時からですか", (Turn("初回のセミナーはいつですか", ("seminar-next",)),), NOW),
    Said("料金と、時間を教えてください", (), NOW),
    Said("せみなーのもうしこみはいつまで", (), NOW),
    Said("When is the next seminar?", (), NOW),
    Said("How much is it?", (), NOW),
    Said("もう死にたいです", (), NOW),
    Said("。", (), NOW),
]


def found(book: Book, said: Said) -> tuple[Finding, tuple[str, ...]]:
    """What is found, with its explanation; to as many digits as do not depend on what is encoded together."""
    finding = book.consider(said.text, said.turns, said.at)
    return replace(finding, confidence=round(finding.confidence, 4)), finding.explanation


def test_what_is_found_for_them_is_the_same(book: Book) -> None:
    ahead = book.ahead(MESSAGES)
    assert [found(ahead, said) for said in MESSAGES] == [found(book, said) for said in MESSAGES]


def test_anything_else_can_still_be_asked(book: Book) -> None:
    other = Said("協力事業所になるには", (), NOW)
    assert found(book.ahead(MESSAGES[:2]), other) == found(book, other)
    assert found(book.ahead([]), other) == found(book, other)


def test_they_are_encoded_together(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those in English, which are not read by sound, and the others."""
    counting = Counting(book._ranking._encoder)
    monkeypatch.setattr(book._ranking, "_encoder", counting)
    ahead = book.ahead(MESSAGES)
    assert len(counting.asked) == 2
    for said in MESSAGES:
        found(ahead, said)
    assert len(counting.asked) == 2
