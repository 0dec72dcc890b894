"""What speaks for and against entries beside likeness: subjects, sessions, days, and what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.question import Part
from knowledge.schema import Entry, Kind, Slot, Subject
from knowledge.terms import Scores
from knowledge.words import WordBook

Counts = NDArray[np.int32]

_IMPOSSIBLE = 100.0
_SMOOTHING = 2.0
_MOST_ODDS = 1.5


@dataclass(frozen=True)
class Bonuses:
    """How much each agreement or disagreement counts, in units of the standardised sum of the channels."""

    subject_agrees: float
    subject_differs: float
    context_agrees: float
    context_differs: float
    session_named: float
    session_meant: float
    aspect_fits: float
    just_answered: float
    over: float
    denied: float
    smalltalk: float


class Agreement:
    """Holds what the entries are about, as arrays with one element an entry.

    `wanted` says how many phrasings of each entry ask for which aspect: a row an entry, a column an aspect.
    """

    def __init__(self, entries: Sequence[Entry], wanted: Counts, words: WordBook, bonuses: Bonuses) -> None:
        self._words = words
        self._bonuses = bonuses
        self._ids = [entry.id for entry in entries]
        self._about = np.array([[subject in entry.about for subject in Subject] for entry in entries])
        self._session = np.array([entry.session or 0 for entry in entries])
        self._needs_session = np.array([entry.slot is Slot.SESSION for entry in entries])
        self._needs_span = np.array([entry.slot is Slot.SPAN for entry in entries])
        self._takes_no_session = np.array([entry.slot is Slot.NO_SESSION for entry in entries])
        self._smalltalk = np.array([entry.kind is Kind.SMALLTALK for entry in entries])
        self._aspect_odds = _aspect_odds(wanted, np.array([[len(entry.phrasings)] for entry in entries]))

    def score(self, part: Part, over: frozenset[Subject]) -> Scores:
        """What to add to each entry's likeness. Subjects `over` by now count against an entry unless named."""
        bonuses = self._bonuses
        total = self._subject_score(part) + self._session_score(part) + bonuses.aspect_fits * self._aspect_fit(part)
        total -= bonuses.over * self._is_about(over - part.subjects - part.context_subjects)
        total -= bonuses.denied * self._is_about(part.denied)
        total -= bonuses.smalltalk * self._smalltalk
        total -= bonuses.just_answered * self._was_just_given(part)
        total -= _IMPOSSIBLE * self._contradicts(part)
        return np.asarray(total, dtype=np.float32)

    def _is_about(self, subjects: frozenset[Subject]) -> NDArray[np.bool_]:
        columns = [subject in subjects for subject in Subject]
        return np.asarray(self._about[:, columns].any(axis=1))

    def _subject_score(self, part: Part) -> Scores:
        """The subjects a question names decide; where it names none, those spoken of before it do."""
        named = part.subjects or part.context_subjects
        if not named:
            return np.zeros(len(self._ids), dtype=np.float32)
        bonuses = self._bonuses
        agrees = bonuses.subject_agrees if part.subjects else bonuses.context_agrees
        differs = bonuses.subject_differs if part.subjects else bonuses.context_differs
        same = self._is_about(named)
        other = self._about.any(axis=1) & ~self._is_about(self._words.kin(named))
        return np.asarray(agrees * same - differs * other, dtype=np.float32)

    def _session_score(self, part: Part) -> Scores:
        if not part.asked.sessions and not part.asked.span:
            return np.zeros(len(self._ids), dtype=np.float32)
        same = np.isin(self._session, part.asked.sessions)
        takes_slot = (self._needs_session & bool(part.asked.sessions)) | self._needs_span
        of_sessions = self._is_about(frozenset({Subject.SESSION})) & bool(part.asked.sessions)
        share = np.where(same | takes_slot, 1.0, np.where(of_sessions & (self._session == 0), 0.5, 0.0))
        bonus = self._bonuses.session_meant if part.session_from_context else self._bonuses.session_named
        return np.asarray(bonus * share, dtype=np.float32)

    def _contradicts(self, part: Part) -> NDArray[np.bool_]:
        asked = part.asked
        another = (self._session > 0) & ~np.isin(self._session, asked.sessions) if asked.sessions else False
        unfilled = (self._needs_session & (not asked.sessions)) | (self._needs_span & (asked.span is None))
        overfilled = self._takes_no_session & bool(asked.sessions)
        return np.asarray(unfilled | overfilled | another)

    def _was_just_given(self, part: Part) -> NDArray[np.bool_]:
        given = np.isin(self._ids, list(part.answered)) if part.answered else np.zeros(len(self._ids), dtype=bool)
        return np.asarray(given & ~self._needs_session & ~self._needs_span)

    def _aspect_fit(self, part: Part) -> Scores:
        columns = [name in part.aspects for name in self._words.aspect_names]
        if not any(columns):
            return np.zeros(len(self._ids), dtype=np.float32)
        return np.asarray(self._aspect_odds[:, columns].mean(axis=1), dtype=np.float32)


def _aspect_odds(wanted: Counts, sizes: Counts) -> Scores:
    """How much more often an entry's phrasings ask for an aspect than all do: smoothed log odds."""
    overall = np.maximum(wanted.sum(axis=0) / sizes.sum(), 1e-3)
    odds = (wanted + _SMOOTHING * overall) / (sizes + _SMOOTHING) / overall
    return np.asarray(np.clip(np.log(odds), -_MOST_ODDS, _MOST_ODDS), dtype=np.float32)
