"""How an application begins, and what does not begin one."""

import json
from pathlib import Path

import pytest

from handlers.effects import Choice
from handlers.onboard_start import LEADING_ENTRIES, wants_to_apply, ways_to_apply
from knowledge.book import Book

QUESTIONS = Path(__file__).parents[1] / "questions"


@pytest.mark.parametrize(
    "text",
    [
        "協力事業所に登録したい",
        "協力事業所になりたい",
        "協力事業所になりたいです。",
        "うちの店も協力事業所に登録したいのですが",
        "駅前で食堂をしています。協力事業所になりたいと思っています",
        "協力事業所として登録させてください",
        "協力事業所の登録を希望します",
        "協力事業所の登録をお願いします",
        "協力企業に応募したいです！",
        "協力事業所の申し込みをしたいと考えています",
    ],
)
def test_who_wants_to_apply_is_understood(text: str) -> None:
    assert wants_to_apply(text)


@pytest.mark.parametrize(
    "text",
    [
        "協力事業所に登録するにはどうすればよいですか",
        "協力事業所になりたいのですが、どうしたらいいですか",
        "協力事業所になりたいときはどうすればいいですか",
        "協力事業所に登録したい企業がいます",
        "協力事業所になりたいところがあります",
        "地域の店に協力事業所になってもらいたい",
        "協力事業所を増やしたい",
        "協力事業所について知りたいです",
        "協力事業所になりたくない",
        "協力事業所になりたいわけではない",
        "協力事業所に登録したい？",
        "協力事業所",
        "登録したい",
    ],
)
def test_who_asks_or_speaks_of_others_does_not_apply(text: str) -> None:
    assert not wants_to_apply(text)


def test_no_question_that_the_base_knows_begins_an_application(book: Book) -> None:
    asked = [phrasing for entry in book.content.entries for phrasing in entry.phrasings]
    lines = (QUESTIONS / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked += [json.loads(line)["text"] for line in lines]
    assert len(asked) > 1000
    assert [text for text in asked if wants_to_apply(text)] == []


def test_the_answers_that_lead_to_an_application_are_there_and_offer_it(book: Book) -> None:
    assert [entry for entry in LEADING_ENTRIES if book.entry(entry) is None] == []
    offered = Choice("協力事業所の相談を始める", "intake:start")
    assert ways_to_apply(("seminar-fee", "employer-how-to-join-in"), book) == (offered,)
    assert ways_to_apply(("seminar-fee",), book) == ()
