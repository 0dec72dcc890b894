"""Word search: BM25 over sparse terms, scored for all documents at once."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

_K1 = 1.2
_B = 0.5


class TermIndex:
    """BM25 (Robertson and Zaragoza 2009) over documents given as lists of terms."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._size = len(documents)
        lengths = np.array([len(d) for d in documents], dtype=np.float32)
        norm = 1 - _B + _B * lengths / max(float(lengths.mean()), 1.0)
        postings: dict[str, list[tuple[int, int]]] = {}
        for number, document in enumerate(documents):
            for term, count in Counter(document).items():
                postings.setdefault(term, []).append((number, count))
        self._weights = {term: self._weigh(found, norm) for term, found in postings.items()}

    def _weigh(self, found: list[tuple[int, int]], norm: Scores) -> tuple[NDArray[np.intp], Scores]:
        numbers = np.array([n for n, _ in found], dtype=np.intp)
        counts = np.array([c for _, c in found], dtype=np.float32)
        return numbers, (self._rarity(len(found)) * counts * (_K1 + 1) / (counts + _K1 * norm[numbers])).astype(
            np.float32
        )

    def _rarity(self, documents_with: int) -> float:
        return math.log(1 + (self._size - documents_with + 0.5) / (documents_with + 0.5))

    def score(self, terms: Iterable[str]) -> Scores:
        """The score of each document for a query."""
        scores = np.zeros(self._size, dtype=np.float32)
        for term in set(terms):
            if term in self._weights:
                numbers, weights = self._weights[term]
                scores[numbers] += weights
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells (its idf); that of a term seen nowhere is the highest."""
        known = self._weights.get(term)
        return self._rarity(len(known[0]) if known else 0)

    def coverage(self, terms: Iterable[str]) -> Scores:
        """The share of a query's terms, by rarity, that each document has (0..1)."""
        has = np.zeros(self._size, dtype=np.float32)
        total = 0.0
        for term in set(terms):
            rarity = self.rarity(term)
            total += rarity
            if term in self._weights:
                has[self._weights[term][0]] += rarity
        return has / total if total else has
