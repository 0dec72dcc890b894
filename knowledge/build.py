"""Puts the book together from its folder."""

import datetime as dt
from pathlib import Path

from knowledge.book import Book
from knowledge.calendar import JAPAN, Asked
from knowledge.danger import DangerWatch
from knowledge.encoder import CachedEncoder, SentenceEncoder
from knowledge.judge import Scale
from knowledge.kana import KanaDecoder
from knowledge.load import Content, load_content
from knowledge.question import Understanding
from knowledge.ranking import Ranking, Tuning
from knowledge.reading import Reader
from knowledge.render import Renderer
from knowledge.search import Document, SearchIndex, Weights
from knowledge.words import WordBook


def load_book(folder: Path, cache: Path) -> Book:
    """The book in `folder`; vectors of its texts are kept in `cache`. Raises ContentFaults."""
    return build_book(load_content(folder), folder / "templates", cache)


def build_book(content: Content, templates: Path, cache: Path) -> Book:
    """A book over content already read."""
    reader = Reader()
    words = WordBook(reader, content.vocabulary)
    renderer = Renderer(templates, content.programme)
    documents = _documents(content, renderer)
    encoder = SentenceEncoder()
    index = SearchIndex(documents, CachedEncoder(encoder, cache / "vectors.npz"), reader, words)
    decoder = KanaDecoder(reader, (text for d in documents for text in (*d.phrasings, d.answer)))
    understanding = Understanding(reader, words, decoder, content.programme, content.vocabulary)
    tuning = Tuning(Weights(**content.ranking.weights), **content.ranking.agreement)
    ranking = Ranking((*content.entries, *content.watched), index, encoder, words, tuning)
    return Book(content, renderer, understanding, ranking, Scale(**content.ranking.scale), DangerWatch(content.danger))


def _documents(content: Content, renderer: Renderer) -> list[Document]:
    """The entries as they are searched: their answers as they read on the first day of the desk."""
    opening = dt.datetime.combine(content.programme.periods["desk"].begins, dt.time(9), JAPAN)
    return [
        Document(e.id, e.phrasings, f"{e.title}。{renderer.render(e.answer, opening, Asked())}")
        for e in (*content.entries, *content.watched)
    ]
