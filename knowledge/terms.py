"""Word search: BM25 over sparse terms, scored for all documents at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
# Whole numbers, in as few bytes as will do.
Numbers = NDArray[np.integer[Any]]
# One truth value a document.
Kept = NDArray[np.bool_]

_K1 = 1.2
_B = 0.5


@dataclass(frozen=True)
class Postings:
    """An inverted index as arrays: the documents that have `terms[i]`, and how often each has it, stand at
    `offsets[i]` to `offsets[i + 1]`. `size` is the number of documents."""

    size: int
    terms: tuple[str, ...]
    offsets: NDArray[np.int64]
    numbers: Numbers
    counts: Numbers


def post(documents: Sequence[Sequence[str]]) -> Postings:
    """The index of documents given as lists of terms."""
    nothing = np.zeros(0, dtype=np.int32)
    empty = Postings(0, (), np.zeros(1, dtype=np.int64), nothing, nothing)
    return post_more(empty, nothing.astype(np.bool_), documents)


def post_more(postings: Postings, kept: Kept, documents: Sequence[Sequence[str]]) -> Postings:
    """The index of those documents that are kept, in their order, and of others after them."""
    staying = kept[postings.numbers]
    first = int(kept.sum())
    place = {term: number for number, term in enumerate(postings.terms)}
    added = [
        (place.setdefault(term, len(place)), number, count)
        for number, document in enumerate(documents, first)
        for term, count in Counter(document).items()
    ]
    fresh = np.array(added, dtype=np.int32).reshape(-1, 3)
    before = np.repeat(np.arange(len(postings.terms), dtype=np.int32), np.diff(postings.offsets))
    owners = np.concatenate([before[staying], fresh[:, 0]])
    numbers = np.concatenate([(np.cumsum(kept) - 1)[postings.numbers[staying]], fresh[:, 1]])
    counts = np.concatenate([postings.counts[staying], fresh[:, 2]])
    order = np.argsort(owners, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(place)))]).astype(np.int64)
    return Postings(
        first + len(documents),
        tuple(place),
        offsets,
        _small(numbers[order]),
        _small(counts[order]),
    )


def renumbered(postings: Postings, numbers: NDArray[np.intp]) -> Postings:
    """The same index where the document that was `i` is `numbers[i]`."""
    owners = np.repeat(np.arange(len(postings.terms)), np.diff(postings.offsets))
    own = numbers[postings.numbers]
    order = np.lexsort((own, owners))
    return replace(postings, numbers=_small(own[order]), counts=postings.counts[order])


def _small(numbers: Numbers) -> Numbers:
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _weights(postings: Postings) -> Scores:
    """What each posting counts: BM25 (Robertson and Zaragoza 2009)."""
    sizes = np.diff(postings.offsets)
    lengths = np.bincount(postings.numbers, postings.counts, postings.size).astype(np.float32)
    norm = 1 - _B + _B * lengths / max(float(lengths.mean()), 1.0)
    weights = np.repeat(_rarity(postings.size, sizes).astype(np.float32), sizes)
    # Step by step: there are a million of them, and whatever stands beside them stays in the process's memory.
    weights *= postings.counts
    weights *= _K1 + 1
    weights /= postings.counts + _K1 * norm[postings.numbers]
    return weights


def _rarity(size: int, documents_with: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.log(1 + (size - documents_with + 0.5) / (documents_with + 0.5)), dtype=np.float64)


class TermIndex:
    """Scores documents for the terms of a query."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._weights = _weights(postings)
        self._place = {term: place for place, term in enumerate(postings.terms)}

    def _span(self, term: str) -> slice:
        place = self._place.get(term)
        offsets = self._postings.offsets
        return slice(0, 0) if place is None else slice(int(offsets[place]), int(offsets[place + 1]))

    def documents_with(self, term: str) -> NDArray[np.intp]:
        """The numbers of the documents that have a term."""
        # Of the kind that arrays are indexed by: any other is converted at every use.
        return self._postings.numbers[self._span(term)].astype(np.intp)

    def score(self, terms: Iterable[str]) -> Scores:
        """The score of each document for a query."""
        scores = np.zeros(self._postings.size, dtype=np.float32)
        for term in set(terms):
            scores[self.documents_with(term)] += self._weights[self._span(term)]
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells (its idf); that of a term seen nowhere is the highest."""
        return float(_rarity(self._postings.size, np.array(len(self.documents_with(term)))))

    def coverage(self, terms: Iterable[str]) -> Scores:
        """The share of a query's terms, by rarity, that each document has (0..1)."""
        has = np.zeros(self._postings.size, dtype=np.float32)
        total = 0.0
        for term in set(terms):
            rarity = self.rarity(term)
            total += rarity
            has[self.documents_with(term)] += rarity
        return has / total if total else has
