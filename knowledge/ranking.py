"""Ranked candidates for one part of a question, with the features that the judgement weighs."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from knowledge.agreement import Agreement
from knowledge.encoder import Encoder, Vectors
from knowledge.question import Part
from knowledge.schema import Entry, Subject
from knowledge.search import Channels, SearchIndex, Weights
from knowledge.terms import Scores
from knowledge.words import WordBook

_MOST_CANDIDATES = 8


@dataclass(frozen=True)
class ViewBonuses:
    """What a view that leans on earlier words gains, and what it loses for the entry that answered those words."""

    leaning: float
    repeated: float


@dataclass(frozen=True)
class Candidate:
    """An entry, its score, and what speaks for it.

    `meaning` is a cosine, `sound` and `coverage` run 0..1; `unexplained` are words of the question that
    the entry does not know; `wins` counts the channels (of five) in which the entry comes first.
    """

    entry: Entry
    score: float
    view: str
    meaning: float
    sound: float
    coverage: float
    unexplained: tuple[str, ...]
    wins: int


@dataclass(frozen=True)
class Compared:
    """Views compared with all entries: the row of each, its sum of the channels, and whether it was read by sound."""

    rows: Mapping[str, int]
    channels: Channels
    sums: Scores
    by_sound: bool

    def holds(self, views: Sequence[str], by_sound: bool) -> bool:
        """Whether it tells of all these views, read in this way."""
        return self.by_sound == by_sound and all(view in self.rows for view in views)

    def of(self, part: Part) -> tuple[Channels, Scores]:
        """The channels of a part and their sums, a row for each of its views, in order."""
        rows = [self.rows[view] for _, view in part.all_views]
        return self.channels.rows(rows), self.sums[rows]


def views_of(parts: Sequence[Part]) -> list[str]:
    """The ways in which any of these parts is searched, each once."""
    return list(dict.fromkeys(view for part in parts for _, view in part.all_views))


class Ranking:
    """Ranks entries for a part of a question."""

    def __init__(
        self,
        entries: Sequence[Entry],
        index: SearchIndex,
        encoder: Encoder,
        words: WordBook,
        agreement: Agreement,
        weights: Weights,
        view_bonuses: ViewBonuses,
    ) -> None:
        self._entries = tuple(entries)
        self._ids = [entry.id for entry in entries]
        self._index = index
        self._encoder = encoder
        self._words = words
        self._agreement = agreement
        self._weights = weights
        self._view_bonuses = view_bonuses
        self._ahead: tuple[Compared, ...] = ()

    def ahead(self, parts: Sequence[Part], spoken: Sequence[Part]) -> "Ranking":
        """The same ranking, with what it needs for these parts worked out for all at once, which is cheaper than for
        each when it comes; `spoken` are those to be read by sound too."""
        knowing = copy(self)
        asked = ((parts, False), (spoken, True))
        knowing._ahead = tuple(self._compare(views_of(those), by_sound) for those, by_sound in asked if those)
        return knowing

    def rank(self, parts: Sequence[Part], english: bool, over: frozenset[Subject]) -> list[list[Candidate]]:
        """The best entries for each part, best first. `english` questions are not read by sound; subjects
        `over` by now come back only when they are named."""
        views = views_of(parts)
        known = (compared for compared in self._ahead if compared.holds(views, not english))
        compared = next(known, None) or self._compare(views, not english)
        return [self._rank_part(part, *compared.of(part), over) for part in parts]

    def _compare(self, views: Sequence[str], by_sound: bool) -> Compared:
        channels = self._index.channels(views, self._encoder.encode(views), by_sound)
        return Compared({view: row for row, view in enumerate(views)}, channels, channels.sum(self._weights), by_sound)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The unit vectors of some texts, a row each."""
        return self._encoder.encode(texts)

    def rarities(self, text: str) -> dict[str, float]:
        """The terms of a text, each with how much it tells."""
        return {term: self._index.rarity(term) for term in self._words.terms(text)}

    def _rank_part(self, part: Part, channels: Channels, likeness: Scores, over: frozenset[Subject]) -> list[Candidate]:
        sums = likeness + self._view_bonus(part)[:, None] - self._repeats(part)
        scores = sums.max(axis=0) + self._agreement.score(part, over)
        best = np.argsort(-scores, kind="stable")[:_MOST_CANDIDATES].tolist()
        views = sums[:, best].argmax(axis=0).tolist()
        firsts, knowing = _firsts(channels), self._knowing(part)
        return [
            Candidate(
                entry=self._entries[number],
                score=float(scores[number]),
                view=part.all_views[view][0],
                meaning=float(channels.meaning[:, number].max()),
                sound=float(channels.sound[:, number].max()) / 100,
                coverage=float(channels.coverage[: len(part.views), number].max()),
                unexplained=tuple(form for form, known in knowing.items() if number not in known),
                wins=firsts[view].count(number),
            )
            for number, view in zip(best, views, strict=True)
        ]

    def _view_bonus(self, part: Part) -> Scores:
        leaning = [self._view_bonuses.leaning] * len(part.leaning_views)
        return np.array([0.0] * len(part.views) + leaning, dtype=np.float32)

    def _repeats(self, part: Part) -> Scores:
        """What views that repeat the question before lose for the entry that was its answer."""
        leaning = np.array([0.0] * len(part.views) + [1.0] * len(part.leaning_views))
        answered = np.isin(self._ids, list(part.answered)) if part.answered else np.zeros(len(self._ids))
        return np.asarray(self._view_bonuses.repeated * np.outer(leaning, answered), dtype=np.float32)

    def _knowing(self, part: Part) -> dict[str, frozenset[int]]:
        """The entries that know each word of a part, or one that stands for it."""
        forms = self._words.content_forms(part.text)
        return {form: self._index.documents_with(form, f"={self._words.group_of(form)}") for form in forms}


def _firsts(channels: Channels) -> list[list[int]]:
    """For each view, the entries that come first in the channels which tell entries apart."""
    compared = (channels.meaning, channels.words, channels.words_all, channels.grams, channels.learned)
    firsts: list[list[int]] = np.array([scores.argmax(axis=1) for scores in compared]).T.tolist()
    return firsts
