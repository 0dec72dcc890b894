"""The search engine on a base it was not made for: localgovFAQ, a city's questions and answers.

    python -m bench.localgovfaq FOLDER    (or LOCALGOVFAQ=FOLDER)

FOLDER holds faq.jsonl {id, question, answer} and queries.jsonl {query, A, B}, A right and B related
ids. The channels' weights are fitted on one half of the questions and judged on the other, both ways
round. Nothing of the desk's own knowledge takes part: no synonyms, no subjects. The learned channel
is left out, since it needs several phrasings a document.
"""

import json
import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import SentenceEncoder
from knowledge.prepared import Document, prepare
from knowledge.reading import Reader
from knowledge.schema import Vocabulary
from knowledge.search import Channels, SearchIndex, Weights
from knowledge.words import WordBook

Numbers = NDArray[np.float64]

CHANNELS = tuple(f.name for f in fields(Channels) if f.name != "learned")
DEPTH = 10
DISCOUNT = 1 / np.log2(np.arange(DEPTH) + 2)
GAIN_RIGHT, GAIN_RELATED = 3.0, 1.0
PUBLISHED = (
    ("BM25 on Sudachi forms, questions and answers", ".414", ".507"),
    ("sum of z-scores with USE, weights tried on the test questions", ".530", ".596"),
    ("the same with multilingual-e5-small in 4 bits", ".538", ".604"),
    ("published: multilingual-e5-large", "", ".571"),
    ("published: ruri-v3-310m", "", ".597"),
    ("published: bge-m3", "", ".620"),
    ("published: OpenAI text-embedding-3-large", "", ".649"),
    ("published: gemini-embedding-2", ".671", ".725"),
)


@dataclass(frozen=True)
class Exam:
    """What the engine finds for each question, and what it should: one row a question, one column a document."""

    channels: Channels
    gains: Numbers

    def only(self, rows: NDArray[np.intp]) -> "Exam":
        """Some of the questions."""
        return Exam(
            Channels(**{f.name: getattr(self.channels, f.name)[rows] for f in fields(Channels)}), self.gains[rows]
        )

    def half(self, odd: bool) -> "Exam":
        """The questions at even, or at odd, positions."""
        return self.only(np.arange(odd, len(self.gains), 2))


def read_exam(folder: Path) -> Exam:
    """All questions that have an answer in the base, put to the engine."""
    faq, queries = _lines(folder / "faq.jsonl"), _lines(folder / "queries.jsonl")
    gains = np.array([[_gain(document["id"], query) for document in faq] for query in queries])
    exam = Exam(_ask(faq, [query["query"] for query in queries]), gains)
    return exam.only(np.flatnonzero(gains.any(axis=1)))


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _gain(document: int, query: dict[str, Any]) -> float:
    if document in query["A"]:
        return GAIN_RIGHT
    return GAIN_RELATED if document in query["B"] else 0.0


def _ask(faq: list[dict[str, Any]], texts: list[str]) -> Channels:
    documents = [Document(str(f["id"]), (f["question"],), f"{f['question']}。{f['answer']}") for f in faq]
    nothing = Vocabulary(subjects={}, denials={}, kin=(), aspects={}, synonyms=(), contrasts=(), filler=())
    reader, encoder = Reader(), SentenceEncoder()
    words = WordBook(reader, nothing)
    index = SearchIndex(prepare(documents, encoder, reader, words), reader, words)
    return index.channels(texts, encoder.encode(texts), True)


def fit(exam: Exam, steps: int = 400, rate: float = 0.02) -> Weights:
    """Weights that make the right documents most likely: softmax regression, no weight below zero.

    The likelihood has one optimum, so that nothing depends on chance or on a starting point.
    """
    alone = [exam.channels.sum(_weights({name: 1.0})) for name in CHANNELS]
    scores = np.stack(alone, axis=-1).astype(np.float64)
    wanted = exam.gains / exam.gains.sum(axis=1, keepdims=True)
    weights = np.full(len(CHANNELS), 0.5)
    for _ in range(steps):
        given = np.exp(scores @ weights - (scores @ weights).max(axis=1, keepdims=True))
        given /= given.sum(axis=1, keepdims=True)
        slope = np.einsum("qd,qdc->c", wanted - given, scores) / len(scores)
        weights = np.maximum(0, weights + rate * slope)
    return _weights(dict(zip(CHANNELS, weights.tolist(), strict=True)))


def _weights(given: dict[str, float]) -> Weights:
    return Weights(**{f.name: given.get(f.name, 0.0) for f in fields(Weights)})


def judge(exam: Exam, weights: Weights) -> tuple[float, float]:
    """Hit@1 on the right documents, and nDCG@10 (gain 2^relevance - 1)."""
    order = np.argsort(-exam.channels.sum(weights), axis=1, kind="stable")[:, :DEPTH]
    gained = np.take_along_axis(exam.gains, order, axis=1)
    ideal = -np.sort(-exam.gains, axis=1)[:, :DEPTH]
    answerable = (exam.gains == GAIN_RIGHT).any(axis=1)
    hit = (gained[answerable, 0] == GAIN_RIGHT).mean()
    return float(hit), float(((gained @ DISCOUNT) / (ideal @ DISCOUNT)).mean())


def main(arguments: list[str]) -> int:
    """Print a table of both halves beside the published figures."""
    folder = arguments[0] if arguments else os.environ.get("LOCALGOVFAQ", "")
    if not folder:
        print(__doc__, file=sys.stderr)
        return 2
    exam = read_exam(Path(folder))
    print("{} questions with an answer in the base, {} documents\n".format(*exam.gains.shape))
    print("| system | Hit@1 on A | nDCG@10 |\n|---|---|---|")
    for odd in (False, True):
        weights = fit(exam.half(odd))
        print(f"| {_described(weights, odd)} | {{:.3f}} | {{:.3f}} |".format(*judge(exam.half(not odd), weights)))
    for row in PUBLISHED:
        print("| {} | {} | {} |".format(*row))
    return 0


def _described(weights: Weights, odd: bool) -> str:
    shown = ", ".join(f"{name} {value:.2f}" for name in CHANNELS if (value := getattr(weights, name)) >= 0.005)
    fitted, judged = ("odd", "even") if odd else ("even", "odd")
    return f"**this engine, {judged} half**, weights of the {fitted} half: {shown}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
