"""Search: how well each document fits a question, by meaning, by words and by sound."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.encoder import Encoder, Vectors
from knowledge.reading import Reader
from knowledge.terms import Scores, TermIndex
from knowledge.words import WordBook


@dataclass(frozen=True)
class Document:
    """What is searched: the ways to ask for it, and the text that answers."""

    id: str
    phrasings: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Weights:
    """How much each channel counts in the sum of standardised scores."""

    meaning: float
    meaning_answer: float
    words: float
    words_all: float
    sound: float
    grams: float


@dataclass(frozen=True)
class Channels:
    """Raw scores of one view of a question, one number a document."""

    meaning: Scores
    meaning_answer: Scores
    words: Scores
    words_all: Scores
    sound: Scores
    grams: Scores

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

    def __init__(self, documents: Sequence[Document], encoder: Encoder, reader: Reader, words: WordBook) -> None:
        self._reader = reader
        self._words = words
        self.ids = tuple(d.id for d in documents)
        phrasings = [p for d in documents for p in d.phrasings]
        answers = [d.answer for d in documents]
        self._starts = np.cumsum([0] + [len(d.phrasings) for d in documents[:-1]])
        vectors = encoder.encode([*phrasings, *answers])
        self._phrasing_vectors = np.ascontiguousarray(vectors[: len(phrasings)])
        self._answer_vectors = np.ascontiguousarray(vectors[len(phrasings) :])
        self._sounds = [reader.sound(p) for p in phrasings]
        self.terms = TermIndex([words.terms(p) for p in phrasings])
        self._terms_all = TermIndex([words.terms("。".join([*d.phrasings, d.answer])) for d in documents])
        self._grams = TermIndex([sound_grams(s) for s in self._sounds])

    def channels(self, view: str, vector: Vectors, by_sound: bool) -> Channels:
        """Scores of one view. `vector` is its unit vector; sound says nothing where `by_sound` is false."""
        terms = self._words.terms(view)
        sound = self._reader.sound(view) if by_sound else ""
        return Channels(
            meaning=self._best(self._phrasing_vectors @ vector),
            meaning_answer=self._answer_vectors @ vector,
            words=self._best(self.terms.score(terms)),
            words_all=self._terms_all.score(terms),
            sound=self._best(self._sound_ratios(sound)),
            grams=self._best(self._grams.score(sound_grams(sound))),
        )

    def _sound_ratios(self, sound: str) -> Scores:
        ratios = process.cdist([sound], self._sounds, scorer=fuzz.ratio, dtype=np.float32)
        return np.asarray(ratios[0], dtype=np.float32)

    def _best(self, per_phrasing: NDArray[np.float32]) -> Scores:
        best: Scores = np.maximum.reduceat(per_phrasing, self._starts)
        return best


def sound_grams(sound: str) -> list[str]:
    """Pairs and triples of sounds: what is left of a word that was misheard or mistyped."""
    return [sound[i : i + n] for n in (2, 3) for i in range(len(sound) - n + 1)]


def _standardise(scores: Scores) -> Scores:
    spread = float(scores.std())
    if spread < 1e-6:
        return np.zeros_like(scores)
    return (scores - scores.mean()) / spread
