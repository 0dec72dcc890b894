"""Searches for the numbers of the ranking on one half of a question set and judges them on the other half.

    python -m bench.tune tests/questions/dev.jsonl [--tries 40]

From plain numbers (every channel 1, every bonus 0.3) a seeded search changes three at a time and keeps what answers
more questions of one half by their best candidate. The other half has no say in it: its figures are what
cross-validation says of the ranking. Both ways round. Those in knowledge/ranking.yaml were found so on all sets.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.ablation import ALWAYS_ANSWER, verdicts
from bot.batch import read_questions
from bot.scoring import Examined
from knowledge.load import Content, load_content

PLAIN_WEIGHT = 1.0
PLAIN_BONUS = 0.3
CHANGED_AT_ONCE = 3
STEPS = (0.6, 0.8, 1.25, 1.6)
GROUPS = ("weights", "agreement", "views")

Numbers = dict[str, dict[str, float]]


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tries", type=int, default=40)
    options = parser.parse_args()
    content = load_content(Path("knowledge"))
    found = [question for file in options.files for question in read_questions(file, Examined)]
    questions = [question for question in found if isinstance(question, Examined)]
    halves = [questions[0::2], questions[1::2]]
    shipped = {group: dict(getattr(content.ranking, group)) for group in GROUPS}
    print("| numbers | chosen on | right on that half % | right on the other half % |\n|---|---|---|---|")
    for number, (own, other) in enumerate([halves, halves[::-1]], start=1):
        for name, numbers in (
            ("plain", plain(shipped)),
            ("searched", search(content, plain(shipped), own, options.tries)),
            ("shipped (fitted on all)", shipped),
        ):
            shares = [f"{100 * share(content, numbers, half):.1f}" for half in (own, other)]
            print(f"| {name} | half {number} | {shares[0]} | {shares[1]} |", flush=True)


def plain(shipped: Numbers) -> Numbers:
    """Numbers that nobody chose."""
    values = {"weights": PLAIN_WEIGHT, "agreement": PLAIN_BONUS, "views": PLAIN_BONUS}
    return {group: dict.fromkeys(names, values[group]) for group, names in shipped.items()}


def search(content: Content, start: Numbers, questions: Sequence[Examined], tries: int) -> Numbers:
    """The best numbers found in some tries, always from the best so far."""
    draw = random.Random(tries)
    best, highest = start, share(content, start, questions)
    for _ in range(tries):
        numbers = {group: dict(names) for group, names in best.items()}
        for group, name in draw.sample([(g, n) for g in GROUPS for n in numbers[g]], CHANGED_AT_ONCE):
            numbers[group][name] *= draw.choice(STEPS)
        reached = share(content, numbers, questions)
        if reached >= highest:
            best, highest = numbers, reached
    return best


def share(content: Content, numbers: Numbers, questions: Sequence[Examined]) -> float:
    """The share of questions, answerable or not, whose best candidate is right."""
    changed = {**numbers, "scale": content.ranking.scale | ALWAYS_ANSWER}
    tried = replace(content, ranking=content.ranking.model_copy(update=changed))
    return sum(right for _, right in verdicts(tried, list(questions))) / len(questions)


if __name__ == "__main__":
    main()
