"""How soon a published entry is answered from, and how near the book is to one made anew from the same content.

    python -m bench.publish

Entries are left out of the base, which is then made anew without them; they are added as published entries are, and
all questions of the sets are asked of both books. Takes a minute an entry, nearly all of it for the books made anew.
"""

import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from bot.batch import Question, read_questions
from bot.clock import RealClock
from knowledge.book import Book
from knowledge.build import Edition, first_edition, new_edition
from knowledge.finding import Finding, Turn
from knowledge.load import Content, load_content
from knowledge.schema import Entry

KNOWLEDGE = Path("knowledge")
CACHE = Path("var/index")
SETS = (Path("tests/questions/dev.jsonl"), Path("tests/questions/additions-a.jsonl"))
ENTRIES = ("desk-what", "seminar-fee", "employer-how-to-join-in", "gap-desk-cost", "support-apply")


@dataclass(frozen=True)
class Measured:
    """Seconds to make each book, and the share of questions on which two books agree down to the text."""

    anew: float
    added: float
    replaced: float
    agree_added: float
    agree_replaced: float


def measure(whole: Edition, entry: Entry, asked: list[Question]) -> Measured:
    """Leave an entry out and add it; put it in place of itself."""
    begun = time.perf_counter()
    without = _anew(_without(whole.content, entry))
    made = time.perf_counter()
    added = new_edition(without, [entry])
    grown = time.perf_counter()
    replaced = new_edition(whole, [entry])
    done = time.perf_counter()
    reference = _findings(whole.book, asked)
    return Measured(
        made - begun,
        grown - made,
        done - grown,
        _agreement(reference, _findings(added.book, asked)),
        _agreement(reference, _findings(replaced.book, asked)),
    )


def _anew(content: Content) -> Edition:
    """A book made anew, but for its vectors."""
    with tempfile.TemporaryDirectory() as cache:
        shutil.copy(CACHE / "vectors.npz", cache)
        return first_edition(content, KNOWLEDGE / "templates", Path(cache))


def _without(content: Content, left_out: Entry) -> Content:
    topics = (
        topic.model_copy(update={"entries": tuple(entry for entry in topic.entries if entry != left_out)})
        for topic in content.topics
    )
    return replace(content, topics=tuple(topics))


def _questions() -> Iterator[Question]:
    read = chain.from_iterable(read_questions(file, Question) for file in SETS)
    return (question for question in read if isinstance(question, Question))


def _findings(book: Book, asked: list[Question]) -> list[Finding]:
    now = RealClock().now()
    return [book.consider(q.text, tuple(Turn(said) for said in q.turns), q.at or now) for q in asked]


def _agreement(some: list[Finding], others: list[Finding]) -> float:
    same = [(a.outcome, a.entries, a.text) == (b.outcome, b.entries, b.text) for a, b in zip(some, others, strict=True)]
    return 100 * sum(same) / len(same)


def _row(name: str, phrasings: int, m: Measured) -> str:
    return (
        f"| {name} | {phrasings} | {m.anew:.1f} | {m.added:.2f} | {m.replaced:.2f} "
        f"| {m.agree_added:.1f} | {m.agree_replaced:.1f} |"
    )


def main() -> int:
    """Print a table."""
    whole = first_edition(load_content(KNOWLEDGE), KNOWLEDGE / "templates", CACHE)
    asked = list(_questions())
    print("| entry | phrasings | made anew s | added s | replaced s | agree, added % | agree, replaced % |")
    print("|---|---|---|---|---|---|---|")
    for entry in whole.content.entries:
        if entry.id in ENTRIES:
            print(_row(entry.id, len(entry.phrasings), measure(whole, entry, asked)), flush=True)
    print(f"\nresident at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (with several books)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
