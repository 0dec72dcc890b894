"""Search: how well each document fits a question, by meaning, by words and by sound."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.encoder import Vectors
from knowledge.prepared import Prepared, sound_grams
from knowledge.reading import Reader
from knowledge.terms import Scores, TermIndex
from knowledge.words import WordBook

_COMPARED = 400
_LONGEST_HEARD = 70


@dataclass(frozen=True)
class Weights:
    """How much each channel counts in the sum of standardised scores."""

    meaning: float
    meaning_answer: float
    words: float
    words_all: float
    sound: float
    grams: float
    learned: float
    coverage: float


@dataclass(frozen=True)
class Channels:
    """Raw scores of the views of a question: a row a view, a column a document."""

    meaning: Scores
    meaning_answer: Scores
    words: Scores
    words_all: Scores
    sound: Scores
    grams: Scores
    learned: Scores
    coverage: Scores

    def rows(self, numbers: Sequence[int]) -> "Channels":
        """The scores of some of the views."""
        return Channels(**{f.name: getattr(self, f.name)[list(numbers)] for f in fields(self)})

    def sum(self, weights: Weights) -> Scores:
        """Standardised channels, weighted and added; the weights are scaled to add up to one."""
        total = sum(getattr(weights, f.name) for f in fields(weights))
        parts = [
            getattr(weights, f.name) / total * _standardise(getattr(self, f.name))
            for f in fields(self)
            if getattr(weights, f.name)
        ]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


class SearchIndex:
    """All documents, indexed by every channel. Reading only: safe to share between threads."""

    def __init__(self, prepared: Prepared, reader: Reader, words: WordBook) -> None:
        self._reader = reader
        self._words = words
        self._starts = np.cumsum([0, *prepared.sizes[:-1]])
        self._prepared = prepared
        self._terms = TermIndex(prepared.terms)
        self._terms_all = TermIndex(prepared.terms_all)
        self._grams = TermIndex(prepared.grams)

    def knows(self, form: str) -> bool:
        """Whether any phrasing has a word."""
        return len(self._terms.documents_with(form)) > 0

    def rarity(self, term: str) -> float:
        """How much a term tells."""
        return self._terms.rarity(term)

    def documents_with(self, *terms: str) -> frozenset[int]:
        """The documents, by number, that have one of these terms in a phrasing or the answer."""
        return frozenset(number for term in terms for number in self._terms_all.documents_with(term).tolist())

    def channels(self, views: Sequence[str], vectors: Vectors, by_sound: bool) -> Channels:
        """Scores of some views of a question, a row a view. `vectors` are their unit vectors, a row each;
        sound says nothing where `by_sound` is false, nor of long views beside short phrasings."""
        sounds = [self._reader.sound(view) if by_sound and len(view) <= _LONGEST_HEARD else "" for view in views]
        grams = np.array([self._grams.score(sound_grams(sound)) for sound in sounds])
        terms = [self._words.terms(view) for view in views]
        return Channels(
            meaning=self._best(np.asarray(vectors @ self._prepared.axes @ self._prepared.phrasings)),
            meaning_answer=vectors @ self._prepared.answers,
            words=self._best(np.array([self._terms.score(t) for t in terms])),
            words_all=np.array([self._terms_all.score(t) for t in terms]),
            sound=self._best(np.array([self._sound_ratios(s, g) for s, g in zip(sounds, grams, strict=True)])),
            grams=self._best(grams),
            learned=vectors @ self._prepared.learned,
            coverage=np.array([self._terms_all.coverage(self._words.content_forms(view)) for view in views]),
        )

    def _sound_ratios(self, sound: str, grams: Scores) -> Scores:
        """How alike question and phrasing sound as a whole (0..100), for the phrasings that share most grams."""
        ratios = np.zeros(len(self._prepared.sounds), dtype=np.float32)
        if not sound:
            return ratios
        likely = np.argpartition(-grams, _COMPARED)[:_COMPARED] if len(grams) > _COMPARED else np.arange(len(grams))
        heard = [self._prepared.sounds[i] for i in likely.tolist()]
        found = process.cdist([sound], heard, scorer=fuzz.ratio, dtype=np.float32)
        ratios[likely] = found[0]
        return ratios

    def _best(self, per_phrasing: NDArray[np.float32]) -> Scores:
        best: Scores = np.maximum.reduceat(per_phrasing, self._starts, axis=1)
        return best


def _standardise(scores: Scores) -> Scores:
    """Each row with mean 0 and deviation 1; a row that tells nothing apart becomes 0."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(np.where(spread < 1e-6, 0.0, centred / np.maximum(spread, 1e-6)), dtype=np.float32)
