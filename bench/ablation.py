"""What each part of the search brings: the question sets again and again, each time with one part left out.

    python -m bench.ablation [FILE.jsonl ...]    (default: all of tests/questions)

Every question is answered by its best candidate, however unsure, so that the ranking is judged and
not the thresholds. "right" is the share of the answerable questions answered rightly so, "handed
over" the share of the others whose best candidate is a known gap, a subject outside or a danger.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from bot.asking import ask
from bot.batch import read_questions
from bot.clock import RealClock
from bot.reading import decide_by
from bot.scoring import Examined, Verdict, judge
from knowledge.build import build_book
from knowledge.load import Content, load_content
from knowledge.question import BY_SOUND, Understanding

KNOWLEDGE = Path("knowledge")
CACHE = Path("var/index")
QUESTIONS = Path("tests/questions")
ALWAYS_ANSWER = {"answer_at": 0.0, "suggest_at": 0.0}
PARTS: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "the learned channel": ("learned",),
    "sentence vectors, learned channel and all": ("meaning", "meaning_answer", "learned"),
    "words": ("words", "words_all", "coverage"),
    "sound: rapidfuzz and sound grams": ("sound", "grams"),
    "kana spelt out as words": (),
    "sound and kana spelt out": ("sound", "grams"),
    "what is asked for (when, how much, …)": ("aspect_fits",),
    "subjects": ("subject_agrees", "subject_differs", "context_agrees", "context_differs"),
}
WITHOUT_SPELLING = ("kana spelt out as words", "sound and kana spelt out")


def without(content: Content, names: tuple[str, ...]) -> Content:
    """The content with some weights of its ranking at zero, answering whatever comes."""
    numbers = content.ranking
    weights = numbers.weights | {name: 0.0 for name in names if name in numbers.weights}
    agreement = numbers.agreement | {name: 0.0 for name in names if name in numbers.agreement}
    changed = {"weights": weights, "agreement": agreement, "scale": numbers.scale | ALWAYS_ANSWER}
    return replace(content, ranking=numbers.model_copy(update=changed))


def no_spelling() -> AbstractContextManager[object]:
    """Questions are not searched in the writing that their sound stands for."""
    views = Understanding._views

    def fewer(self: Understanding, core: str, whole: str) -> list[tuple[str, str]]:
        return [view for view in views(self, core, whole) if view[0] != BY_SOUND]

    return patch.object(Understanding, "_views", fewer)


def verdicts(content: Content, questions: list[Examined]) -> Iterator[tuple[bool, bool]]:
    """For each question: whether it has an answer, and whether the desk was right."""
    book = build_book(content, KNOWLEDGE / "templates", CACHE)
    decide, now = decide_by(book), RealClock().now()
    for question in questions:
        asked = ask(decide, book, question.text, question.turns, question.at or now)
        yield question.expect == "answer", judge(question, asked).verdict is Verdict.RIGHT


def main(arguments: list[str]) -> int:
    """Print a table."""
    files = [Path(name) for name in arguments] or sorted(QUESTIONS.glob("*.jsonl"))
    read = [question for file in files for question in read_questions(file, Examined)]
    questions = [question for question in read if isinstance(question, Examined)]
    print(f"{len(questions)} questions\n\n| left out | right % | handed over % |\n|---|---|---|")
    content = load_content(KNOWLEDGE)
    for part, names in PARTS.items():
        with no_spelling() if part in WITHOUT_SPELLING else nullcontext():
            found = list(verdicts(without(content, names), questions))
        shares = [_share([right for answerable, right in found if answerable is kind]) for kind in (True, False)]
        print(f"| {part} | {shares[0]:.1f} | {shares[1]:.1f} |", flush=True)
    return 0


def _share(right: list[bool]) -> float:
    return 100 * sum(right) / max(len(right), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
