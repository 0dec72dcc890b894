"""How well questions that ask the same are told from others.

    python -m bench.likeness

All questions of tests/questions that the base cannot answer, but for those of people in danger, are compared two by
two; tests/questions/alike.yaml says which ask the same.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import yaml

from bot.batch import read_questions
from bot.clock import RealClock
from bot.scoring import Examined
from knowledge.book import Book
from knowledge.build import load_book
from knowledge.likeness import Profile, likeness, same_questions

QUESTIONS = Path("tests/questions")
THRESHOLDS = (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)

Pair = frozenset[str]


@dataclass(frozen=True)
class Counted:
    """Pairs found alike, those of them that ask the same, and all that do."""

    found: int
    right: int
    same: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.same


@dataclass(frozen=True)
class Labels:
    """Which pairs of questions ask the same, and which count neither way."""

    same: frozenset[Pair]
    unsure: frozenset[Pair]

    def count(self, found: Iterable[Pair]) -> Counted:
        """How many of the pairs found are right."""
        sure = set(found) - self.unsure
        return Counted(len(sure), len(sure & self.same), len(self.same))


def labels(file: Path) -> Labels:
    """What alike.yaml says."""
    told = yaml.safe_load(file.read_text("utf-8"))
    same, unsure = (frozenset(pair for group in told[key] for pair in _pairs(group)) for key in ("same", "unsure"))
    return Labels(same, unsure)


def profiles(book: Book, folder: Path) -> dict[str, Profile]:
    """Every question that goes to staff, by its id."""
    asked = (question for file in sorted(folder.glob("*.jsonl")) for question in _unanswerable(file))
    now = RealClock().now()
    return {
        question.id: book.profile(question.text, question.at or now)
        for question in asked
        if not book.consider(question.text, (), question.at or now).urgent
    }


def _unanswerable(file: Path) -> Iterator[Examined]:
    read = read_questions(file, Examined)
    return (question for question in read if isinstance(question, Examined) and question.expect == "handoff")


def grouped(found: dict[str, Profile]) -> set[Pair]:
    """The pairs that come to stand in one group, when all are asked one after another."""
    names = list(found)
    groups = same_questions(list(found.values()))
    return {pair for group in groups for pair in _pairs([names[place] for place in group])}


def _pairs(names: Iterable[str]) -> Iterator[Pair]:
    return map(frozenset, combinations(names, 2))


def _row(name: str, counted: Counted) -> str:
    return f"| {name} | {counted.found} | {counted.right} | {counted.precision:.2f} | {counted.recall:.2f} |"


def main() -> int:
    """Print a table."""
    found, told = profiles(load_book(Path("knowledge"), Path("var/index")), QUESTIONS), labels(QUESTIONS / "alike.yaml")
    scores = {frozenset(pair): likeness(found[pair[0]], found[pair[1]]) for pair in combinations(found, 2)}
    print(f"{len(found)} questions, {len(scores):,} pairs, {len(told.same)} of them ask the same\n")
    print("| threshold | found alike | right | precision | recall |\n|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        print(_row(str(threshold), told.count(pair for pair, score in scores.items() if score >= threshold)))
    print(_row("in groups, as shipped", told.count(grouped(found))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
