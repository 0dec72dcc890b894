"""Puts the book together from its folder."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from knowledge.agreement import Agreement, Bonuses
from knowledge.book import Book
from knowledge.calendar import JAPAN, Asked
from knowledge.danger import DangerWatch
from knowledge.encoder import CachedEncoder, SentenceEncoder
from knowledge.judge import Scale
from knowledge.kana import KanaDecoder
from knowledge.load import Content, load_content
from knowledge.question import Understanding
from knowledge.ranking import Ranking, ViewBonuses
from knowledge.reading import Reader
from knowledge.render import Renderer
from knowledge.schema import Danger, Entry, Kind, Programme
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
    searched = (*content.entries, *_watched(content.danger))
    documents = _documents(searched, content.programme, renderer)
    encoder = SentenceEncoder()
    index = SearchIndex(documents, CachedEncoder(encoder, cache / "vectors.npz"), reader, words)
    decoder = KanaDecoder(reader, (text for d in documents for text in (*d.phrasings, d.answer)))
    understanding = Understanding(reader, words, decoder, content.programme, content.vocabulary)
    numbers = content.ranking
    agreement = Agreement(searched, words, Bonuses(**numbers.agreement))
    ranking = Ranking(
        searched, index, encoder, words, agreement, Weights(**numbers.weights), ViewBonuses(**numbers.views)
    )
    return Book(content, renderer, understanding, ranking, Scale(**numbers.scale), DangerWatch(content.danger))


def _watched(danger: Danger) -> list[Entry]:
    """What people in danger say, and what only sounds so, as entries to be searched and never shown."""
    kinds = [(f"danger-{kind.id}", Kind.DANGER, kind.phrasings) for kind in danger.kinds]
    kinds += [("harmless", Kind.HARMLESS, danger.safe)] if danger.safe else []
    return [Entry(id=name, title=name, kind=kind, phrasings=said, answer=said[0]) for name, kind, said in kinds]


def _documents(entries: Sequence[Entry], programme: Programme, renderer: Renderer) -> list[Document]:
    """The entries as they are searched: their answers as they read on the first day of the desk."""
    opening = dt.datetime.combine(programme.periods["desk"].begins, dt.time(9), JAPAN)
    return [Document(e.id, e.phrasings, f"{e.title}。{renderer.render(e.answer, opening, Asked())}") for e in entries]
