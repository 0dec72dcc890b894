"""How quick and how big the desk is, and how both grow with the base.

    python -m bench.latency

Each base is measured in a process of its own, from its index on disk, with one thread for linear
algebra. A smaller base has the first phrasings of every entry; a larger one has all of them, and again
each with a polite opening before it, as often as needed. The questions are those of tests/questions.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from bot.batch import Question, read_questions
from bot.clock import RealClock
from knowledge.build import build_book
from knowledge.finding import Turn
from knowledge.load import Content, load_content
from knowledge.schema import Entry

KNOWLEDGE = Path("knowledge")
QUESTIONS = Path("tests/questions")
SIZES = (None, 3_000, 30_000)
OPENINGS = (
    "すみません、",
    "念のため伺いますが、",
    "ちなみに、",
    "教えてください。",
    "確認ですが、",
    "急ぎではないのですが、",
)
STARTS = 5
SKIPPED = 20


@dataclass(frozen=True)
class Measured:
    """One base: how many phrasings it has, milliseconds a question, and resident memory in MB."""

    phrasings: int
    median: float
    p99: float
    slowest: float
    memory: float


def measure(size: int | None, cache: Path) -> Measured:
    """Ask all questions of a base with `size` phrasings (None: as it is)."""
    content = _content(size)
    book = build_book(content, KNOWLEDGE / "templates", cache)
    now = RealClock().now()
    book.warm(now)
    times = []
    for question in _questions():
        turns = tuple(Turn(said) for said in question.turns)
        begun = time.perf_counter()
        book.consider(question.text, turns, question.at or now)
        times.append(1000 * (time.perf_counter() - begun))
    return _summed_up(sum(len(entry.phrasings) for entry in content.entries), times[SKIPPED:])


def prepare(size: int | None, cache: Path) -> None:
    """Leave the index of the same base on disk."""
    build_book(_content(size), KNOWLEDGE / "templates", cache)


def _content(size: int | None) -> Content:
    content = load_content(KNOWLEDGE)
    return content if size is None else resize(content, size)


def _questions() -> Iterator[Question]:
    files = sorted(QUESTIONS.glob("*.jsonl"))
    read = chain.from_iterable(read_questions(file, Question) for file in files)
    return (question for question in read if isinstance(question, Question))


def _summed_up(phrasings: int, times: list[float]) -> Measured:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = memory / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Measured(phrasings, statistics.median(times), sorted(times)[int(0.99 * len(times))], max(times), megabytes)


def resize(content: Content, size: int) -> Content:
    """The content with about `size` phrasings, shared evenly among its entries."""
    each = size // len(content.entries)
    topics = tuple(
        topic.model_copy(update={"entries": tuple(_resized(entry, each) for entry in topic.entries)})
        for topic in content.topics
    )
    return Content(**{**vars(content), "topics": topics})


def _resized(entry: Entry, count: int) -> Entry:
    altered = (opening + phrasing for opening in OPENINGS for phrasing in entry.phrasings)
    return entry.model_copy(update={"phrasings": tuple(islice(chain(entry.phrasings, altered), count))})


def seconds_to_first_answer() -> float:
    """How long `python -m bot ask` takes as a whole process, with its index on disk; the median of some."""
    times = []
    for _ in range(STARTS + 1):
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "bot", "ask", "次のセミナーはいつですか"], check=True, capture_output=True
        )
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


def main() -> int:
    """Print a table."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ[name] = "1"
    print(f"start to first answer: {seconds_to_first_answer():.1f} s\n")
    print("| phrasings | median ms | p99 ms | slowest ms | resident MB |\n|---|---|---|---|---|")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as cache:
                processes.submit(prepare, size, Path(cache)).result()
                m = processes.submit(measure, size, Path(cache)).result()
            print(f"| {m.phrasings:,} | {m.median:.1f} | {m.p99:.1f} | {m.slowest:.1f} | {m.memory:.0f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
