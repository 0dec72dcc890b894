"""Word search: BM25 over sparse terms, scored for all documents at once."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

_K1 = 1.2
_B = 0.5


@dataclass(frozen=True)
class Postings:
    """An inverted index as arrays: the documents of `terms[i]` and its weights in them stand at
    `offsets[i]` to `offsets[i + 1]`. `size` is the number of documents."""

    size: int
    terms: tuple[str, ...]
    offsets: NDArray[np.int64]
    numbers: NDArray[np.int32]
    weights: Scores


def post(documents: Sequence[Sequence[str]]) -> Postings:
    """The BM25 weights (Robertson and Zaragoza 2009) of documents given as lists of terms."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, document in enumerate(documents):
        for term, count in Counter(document).items():
            found.setdefault(term, []).append((number, count))
    sizes = [len(own) for own in found.values()]
    numbers = np.array([n for own in found.values() for n, _ in own], dtype=np.int32)
    counts = np.array([c for own in found.values() for _, c in own], dtype=np.float32)
    lengths = np.array([len(d) for d in documents], dtype=np.float32)
    norm = 1 - _B + _B * lengths / max(float(lengths.mean()), 1.0)
    rarities = np.repeat([_rarity(len(documents), size) for size in sizes], sizes)
    weights = rarities * counts * (_K1 + 1) / (counts + _K1 * norm[numbers])
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Postings(len(documents), tuple(found), offsets, numbers, weights.astype(np.float32))


def _rarity(size: int, documents_with: int) -> float:
    return math.log(1 + (size - documents_with + 0.5) / (documents_with + 0.5))


class TermIndex:
    """Scores documents for the terms of a query."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._place = {term: place for place, term in enumerate(postings.terms)}

    def _span(self, term: str) -> slice:
        place = self._place.get(term)
        offsets = self._postings.offsets
        return slice(0, 0) if place is None else slice(int(offsets[place]), int(offsets[place + 1]))

    def documents_with(self, term: str) -> NDArray[np.int32]:
        """The numbers of the documents that have a term."""
        return self._postings.numbers[self._span(term)]

    def score(self, terms: Iterable[str]) -> Scores:
        """The score of each document for a query."""
        scores = np.zeros(self._postings.size, dtype=np.float32)
        for term in set(terms):
            span = self._span(term)
            scores[self._postings.numbers[span]] += self._postings.weights[span]
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells (its idf); that of a term seen nowhere is the highest."""
        return _rarity(self._postings.size, len(self.documents_with(term)))

    def coverage(self, terms: Iterable[str]) -> Scores:
        """The share of a query's terms, by rarity, that each document has (0..1)."""
        has = np.zeros(self._postings.size, dtype=np.float32)
        total = 0.0
        for term in set(terms):
            rarity = self.rarity(term)
            total += rarity
            has[self.documents_with(term)] += rarity
        return has / total if total else has
