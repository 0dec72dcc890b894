"""One book answers many at the same time, and each as if alone."""

from concurrent.futures import ThreadPoolExecutor

from knowledge.book import Book
from tests.moments import at

NOW = "2022-07-04T09:00"
QUESTIONS = [
    f"{name}、{question}"
    for name in ("佐藤です", "教えてください", "急ぎです", "はじめまして")
    for question in ("初回のセミナーはいつですか", "協力事業所になるには", "Zoomはいつ届きますか", "締切は")
]


def test_questions_asked_at_once_are_answered_as_if_one_by_one(book: Book) -> None:
    moment = at(NOW)
    alone = [book.consider(question, (), moment).entries for question in QUESTIONS]
    with ThreadPoolExecutor(8) as threads:
        together = threads.map(lambda question: book.consider(question + "?", (), moment).entries, QUESTIONS * 4)
    assert list(together) == alone * 4
