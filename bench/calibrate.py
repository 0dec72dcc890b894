"""Fits the scale of the judgement: how likely the best candidate is right, from its features.

    python -m bench.calibrate tests/questions/*.jsonl

Logistic regression with a ridge, in closed Newton steps, on questions whose best candidate is an answer;
five-fold cross-validation says what the fitted figures are worth. Prints the line for knowledge/ranking.yaml
and, for a row of thresholds, what would be answered rightly, wrongly, and not at all.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.batch import read_questions
from bot.clock import RealClock
from bot.scoring import Examined, holds
from knowledge.book import Book
from knowledge.build import load_book
from knowledge.finding import Turn
from knowledge.judge import features
from knowledge.schema import Kind

Matrix = NDArray[np.float64]

NAMES = ("intercept", "score", "margin", "meaning", "sound", "coverage", "wins")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
FOLDS = 5
RIDGE = 1.0


@dataclass(frozen=True)
class Sample:
    """The features of the best candidate of one question, and whether its answer is right."""

    features: tuple[float, ...]
    right: bool


def main() -> None:
    """Reads the sets, fits, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    book = load_book(Path("knowledge"), Path("var/index"))
    read = [question for file in options.files for question in read_questions(file, Examined)]
    questions = [question for question in read if isinstance(question, Examined)]
    samples = [sample for question in questions if (sample := take(book, question))]
    values = np.array([(1.0, *s.features) for s in samples])
    right = np.array([s.right for s in samples], dtype=float)
    held_out = cross_validate(values, right)
    print(f"{len(samples)} questions of {len(questions)} have an answer as best candidate, {right.mean():.1%} right")
    print("cross-validated, share of all questions:")
    for threshold in THRESHOLDS:
        sure = held_out >= threshold
        print(
            f"  answer_at {threshold}: right {(sure * right).sum() / len(questions):.1%}, "
            f"wrong {(sure * (1 - right)).sum() / len(questions):.1%}"
        )
    print(", ".join(f"{name}: {value:.3f}" for name, value in zip(NAMES, fit(values, right), strict=True)))


def take(book: Book, question: Examined) -> Sample | None:
    """The sample of a question in one part whose best candidate is an answer."""
    at = question.at or RealClock().now()
    turns: list[Turn] = []
    for said in question.turns:
        turns.append(Turn(said, book.consider(said, turns, at).entries))
    judged = book.weigh(question.text, turns, at)
    if len(judged) != 1 or judged[0].entry.kind is not Kind.ANSWER:
        return None
    text = book.answer(judged[0].entry, at, judged[0].part.asked, english=True)
    return Sample(features(judged[0].candidates), question.expect == "answer" and holds(question, text))


def fit(values: Matrix, right: Matrix) -> Matrix:
    """Coefficients of the logistic model, by twenty Newton steps."""
    weights = np.zeros(values.shape[1])
    penalty = RIDGE * np.eye(values.shape[1])
    for _ in range(20):
        chance = predict(values, weights)
        gradient = values.T @ (right - chance) - penalty @ weights
        curvature = (values * (chance * (1 - chance))[:, None]).T @ values + penalty
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def predict(values: Matrix, weights: Matrix) -> Matrix:
    """Chances (0..1)."""
    return np.asarray(1 / (1 + np.exp(-values @ weights)))


def cross_validate(values: Matrix, right: Matrix) -> Matrix:
    """For each sample the chance that a model fitted without its fold gives it."""
    chances = np.zeros(len(right))
    for fold in range(FOLDS):
        held: Sequence[bool] = [number % FOLDS == fold for number in range(len(right))]
        inside = ~np.array(held)
        chances[held] = predict(values[held], fit(values[inside], right[inside]))
    return chances


if __name__ == "__main__":
    main()
