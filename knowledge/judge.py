"""How sure the desk may be of a candidate, and what follows: answer, suggest or hand over."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.finding import Outcome
from knowledge.ranking import Candidate
from knowledge.schema import Kind


@dataclass(frozen=True)
class Scale:
    """Coefficients of a logistic model of "the best candidate is right", and the thresholds.

    `danger_at` is a score, not a chance: from there on a message that reads like danger is taken for it.

    Fitted by `bench/calibrate.py` on questions with known answers; see docs/answering.md.
    """

    intercept: float
    score: float
    margin: float
    meaning: float
    sound: float
    coverage: float
    wins: float
    answer_at: float
    suggest_at: float
    danger_at: float


@dataclass(frozen=True)
class Judgement:
    """What to do with one part of a question, and how likely its best candidate is right (0..1)."""

    outcome: Outcome
    best: Candidate
    confidence: float
    reason: str


def features(candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """Of the best candidate, in the order of Scale: score, margin, meaning, sound, coverage, wins."""
    best, *rest = candidates
    margin = best.score - rest[0].score if rest else 1.0
    return best.score, margin, best.meaning, best.sound, best.coverage, float(best.wins)


def judge(candidates: Sequence[Candidate], scale: Scale) -> Judgement:
    """The judgement on ranked candidates (at least one)."""
    best = candidates[0]
    weights = (scale.score, scale.margin, scale.meaning, scale.sound, scale.coverage, scale.wins)
    total = scale.intercept + sum(w * f for w, f in zip(weights, features(candidates), strict=True))
    confidence = 1 / (1 + math.exp(-total))
    outcome, reason = _decide(best.entry.kind, confidence, scale)
    return Judgement(outcome, best, confidence, reason)


def _decide(kind: Kind, confidence: float, scale: Scale) -> tuple[Outcome, str]:
    if kind is Kind.DANGER:
        return Outcome.HANDOFF, "danger"
    if kind is Kind.HUMAN and confidence >= scale.suggest_at:
        return Outcome.HANDOFF, "asked for a person"
    if kind in (Kind.GAP, Kind.OUTSIDE, Kind.HUMAN):
        return Outcome.HANDOFF, "known gap" if confidence >= scale.suggest_at else "unknown"
    if confidence >= scale.answer_at:
        return Outcome.ANSWER, "confident"
    if confidence >= scale.suggest_at:
        return Outcome.SUGGEST, "unsure"
    return Outcome.HANDOFF, "unknown"
