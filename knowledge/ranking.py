"""Ranked candidates for one part of a question, with the features that the judgement weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.encoder import Encoder
from knowledge.question import Part
from knowledge.schema import Entry, Kind, Slot, Subject
from knowledge.search import Channels, SearchIndex, Weights
from knowledge.terms import Scores
from knowledge.words import WordBook


@dataclass(frozen=True)
class Tuning:
    """How the ranking weighs: `weights` of the channels; the rest are added to the standardised sum."""

    weights: Weights
    subject_agrees: float = 0.35
    subject_differs: float = 0.6
    context_agrees: float = 0.3
    context_differs: float = 0.3
    session_named: float = 0.5
    leaning: float = 0.15
    aspect_fits: float = 0.3
    just_answered: float = 0.2
    over: float = 0.6
    denied: float = 1.2
    smalltalk: float = 0.4


@dataclass(frozen=True)
class Candidate:
    """An entry, its score, and what speaks for it."""

    entry: Entry
    score: float
    view: str
    meaning: float
    sound: float
    coverage: float
    unexplained: tuple[str, ...]
    wins: int


class Ranking:
    """Ranks entries for a part of a question."""

    def __init__(
        self, entries: Sequence[Entry], index: SearchIndex, encoder: Encoder, words: WordBook, tuning: Tuning
    ) -> None:
        self._entries = tuple(entries)
        self._index = index
        self._encoder = encoder
        self._words = words
        self._tuning = tuning
        self._own_terms = [
            frozenset(t for p in (*e.phrasings, e.title, e.answer) for t in words.terms(p)) for e in entries
        ]
        self._abouts = [frozenset(e.about) for e in entries]
        self._aspect_names, self._aspect_odds = self._learn_aspects()

    def rank(self, part: Part, english: bool, over: frozenset[Subject], most: int = 5) -> list[Candidate]:
        """The best entries, best first. `english` questions are not read by sound; subjects `over` by now
        come back only when they are named."""
        views = [*part.views, *part.leaning_views]
        vectors = self._encoder.encode([text for _, text in views])
        channels = [self._index.channels(text, v, not english) for (_, text), v in zip(views, vectors, strict=True)]
        sums = np.array([c.sum(self._tuning.weights) for c in channels])
        sums += self._view_bonus(part)[:, None]
        best_view = sums.argmax(axis=0)
        scores = sums.max(axis=0) + self._agreement(part) + self._tuning.aspect_fits * self._aspect_fit(part)
        scores -= self._tuning.over * self._is_over(over - part.subjects - part.context_subjects)
        order = np.argsort(-scores, kind="stable")[:most]
        return [self._candidate(int(i), float(scores[i]), part, views, channels, int(best_view[i])) for i in order]

    def _is_over(self, over: frozenset[Subject]) -> Scores:
        return np.array([bool(about & over) for about in self._abouts], dtype=np.float32)

    def _learn_aspects(self) -> tuple[tuple[str, ...], Scores]:
        """How much more often each entry's phrasings ask for an aspect than all do, as log odds."""
        names = self._words.aspect_names
        asked = [[self._words.aspects(p) for p in e.phrasings] for e in self._entries]
        overall = np.array([sum(n in a for e in asked for a in e) for n in names]) / sum(map(len, asked))
        odds = [
            [
                (sum(n in a for a in e) + 2 * share) / (len(e) + 2) / max(share, 1e-3)
                for n, share in zip(names, overall, strict=True)
            ]
            for e in asked
        ]
        return names, np.clip(np.log(np.array(odds, dtype=np.float32)), -1.5, 1.5)

    def _aspect_fit(self, part: Part) -> Scores:
        columns = [i for i, name in enumerate(self._aspect_names) if name in part.aspects]
        if not columns:
            return np.zeros(len(self._entries), dtype=np.float32)
        return np.asarray(self._aspect_odds[:, columns].mean(axis=1), dtype=np.float32)

    def _view_bonus(self, part: Part) -> Scores:
        leans = part.points_back or not part.subjects
        lean = self._tuning.leaning if leans else -1.0
        return np.array([0.0] * len(part.views) + [lean] * len(part.leaning_views), dtype=np.float32)

    def _agreement(self, part: Part) -> Scores:
        return np.array(
            [self._agrees(e, about, part) for e, about in zip(self._entries, self._abouts, strict=True)],
            dtype=np.float32,
        )

    def _agrees(self, entry: Entry, about: frozenset[Subject], part: Part) -> float:
        if self._contradicts(entry, part):
            return -100.0
        score = self._slot_bonus(entry, part)
        if part.denied & about:
            score -= self._tuning.denied
        if entry.kind is Kind.SMALLTALK:
            score -= self._tuning.smalltalk
        if entry.id in part.answered and not entry.slot:
            score -= self._tuning.just_answered
        if part.subjects and about:
            if part.subjects & about:
                return score + self._tuning.subject_agrees
            return score - (0.0 if self._words.kin(part.subjects) & about else self._tuning.subject_differs)
        if part.subjects or not part.context_subjects or not about:
            return score
        if part.context_subjects & about:
            return score + self._tuning.context_agrees
        return score - (0.0 if self._words.kin(part.context_subjects) & about else self._tuning.context_differs)

    def _contradicts(self, entry: Entry, part: Part) -> bool:
        asked = part.asked
        if entry.slot is Slot.SESSION:
            return not asked.sessions
        if entry.slot is Slot.SPAN:
            return asked.span is None
        return bool(entry.session and asked.sessions and entry.session not in asked.sessions)

    def _slot_bonus(self, entry: Entry, part: Part) -> float:
        if entry.slot or (entry.session and entry.session in part.asked.sessions):
            return self._tuning.session_named
        if part.asked.sessions and Subject.SESSION in entry.about and not entry.session:
            return self._tuning.session_named / 2
        return 0.0

    def _candidate(
        self,
        number: int,
        score: float,
        part: Part,
        views: Sequence[tuple[str, str]],
        channels: Sequence[Channels],
        view: int,
    ) -> Candidate:
        wins = sum(
            int(np.argmax(scores)) == number
            for scores in (
                channels[view].meaning,
                channels[view].words,
                channels[view].words_all,
                channels[view].grams,
            )
        )
        coverage, unexplained = self._explained(number, part)
        return Candidate(
            entry=self._entries[number],
            score=score,
            view=views[view][0],
            meaning=max(float(c.meaning[number]) for c in channels),
            sound=max(float(c.sound[number]) for c in channels) / 100,
            coverage=coverage,
            unexplained=unexplained,
            wins=wins,
        )

    def _explained(self, number: int, part: Part) -> tuple[float, tuple[str, ...]]:
        """The share of the question's content words, by rarity, that the entry's own words explain."""
        best: tuple[float, str, tuple[str, ...]] = (0.0, part.text, ())
        for _, text in part.views:
            forms = self._words.content_forms(text)
            own = self._own_terms[number]
            missing = tuple(f for f in forms if f not in own and f"={self._words.group_of(f)}" not in own)
            total = sum(self._index.terms.rarity(f) for f in forms)
            share = 1 - sum(self._index.terms.rarity(f) for f in missing) / total if total else 0.0
            best = max(best, (share, text, missing))
        return best[0], best[2]
