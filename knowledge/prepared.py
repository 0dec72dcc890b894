"""What is worked out from the texts of the base before a question comes, and kept in a file between starts."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from knowledge.encoder import Encoder, Vectors
from knowledge.kana import Spelling, learn_spelling
from knowledge.learning import learn
from knowledge.reading import Reader
from knowledge.terms import Postings, post
from knowledge.words import WordBook

_AXES = 256


@dataclass(frozen=True)
class Document:
    """What is searched: the ways to ask for it, and the text that answers."""

    id: str
    phrasings: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Prepared:
    """The searchable form of the documents, which have `sizes` phrasings each.

    `axes` are the directions in which the phrasings differ most, a column each; `phrasings` their vectors along
    these, a column a phrasing; `answers` the vectors of the answers and `learned` what to multiply a question's
    vector by, a column a document.
    """

    sizes: tuple[int, ...]
    axes: Vectors
    phrasings: Vectors
    answers: Vectors
    learned: Vectors
    sounds: tuple[str, ...]
    spelling: Spelling
    terms: Postings
    terms_all: Postings
    grams: Postings


def prepare(documents: Sequence[Document], encoder: Encoder, reader: Reader, words: WordBook) -> Prepared:
    """Works everything out anew."""
    phrasings = [p for d in documents for p in d.phrasings]
    answers = [d.answer for d in documents]
    sounds = tuple(reader.sound(p) for p in phrasings)
    sizes = tuple(len(d.phrasings) for d in documents)
    vectors = encoder.encode([*phrasings, *answers])
    said = vectors[: len(phrasings)]
    axes = _main_axes(said)
    return Prepared(
        sizes=sizes,
        axes=axes,
        phrasings=np.ascontiguousarray((said @ axes).T),
        answers=np.ascontiguousarray(vectors[len(phrasings) :].T),
        learned=learn(said, sizes),
        sounds=sounds,
        spelling=learn_spelling(reader, [*phrasings, *answers]),
        terms=post([words.terms(p) for p in phrasings]),
        terms_all=post([words.terms("。".join([*d.phrasings, d.answer])) for d in documents]),
        grams=post([sound_grams(s) for s in sounds]),
    )


def _main_axes(vectors: Vectors) -> Vectors:
    """Along these alone likeness is found in half the time."""
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    return np.asarray(axes[:, -_AXES:], dtype=np.float32)


def sound_grams(sound: str) -> list[str]:
    """Pairs and triples of sounds: what is left of a word that was misheard or mistyped."""
    return [sound[i : i + n] for n in (2, 3) for i in range(len(sound) - n + 1)]


def write_prepared(prepared: Prepared, fingerprint: str, file: Path) -> None:
    """Writes a file that read_prepared() gives back for the same fingerprint; readers never see it half written."""
    texts: dict[str, Any] = {
        "fingerprint": fingerprint,
        "sounds": prepared.sounds,
        "spelt": list(prepared.spelling),
        "writings": [writing for _, writing in prepared.spelling.values()],
    }
    arrays: dict[str, Any] = {name: getattr(prepared, name) for name in _ARRAYS}
    arrays["costs"] = np.array([cost for cost, _ in prepared.spelling.values()])
    for name in _POSTINGS:
        postings: Postings = getattr(prepared, name)
        texts[name] = postings.terms
        arrays |= {f"{name}_{part}": getattr(postings, part) for part in ("size", "offsets", "numbers", "weights")}
    arrays["texts"] = np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), dtype=np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".npz")
    with os.fdopen(handle, "wb") as stored:
        np.savez(stored, **arrays)
    os.replace(name, file)


def read_prepared(fingerprint: str, file: Path) -> Prepared | None:
    """What was written for this fingerprint; None where the file is missing, broken or of another base."""
    try:
        with file.open("rb") as stored, np.load(stored) as arrays:
            texts = json.loads(arrays["texts"].tobytes())
            if texts["fingerprint"] != fingerprint:
                return None
            return _prepared(texts, dict(arrays))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


_POSTINGS = ("terms", "terms_all", "grams")
_ARRAYS = ("sizes", "axes", "phrasings", "answers", "learned")


def _prepared(texts: dict[str, Any], arrays: dict[str, Any]) -> Prepared:
    postings = {
        name: Postings(
            int(arrays[f"{name}_size"]),
            tuple(texts[name]),
            arrays[f"{name}_offsets"],
            arrays[f"{name}_numbers"],
            arrays[f"{name}_weights"],
        )
        for name in _POSTINGS
    }
    return Prepared(
        sizes=tuple(arrays["sizes"].tolist()),
        axes=arrays["axes"],
        phrasings=arrays["phrasings"],
        answers=arrays["answers"],
        learned=arrays["learned"],
        sounds=tuple(texts["sounds"]),
        spelling=dict(zip(texts["spelt"], zip(arrays["costs"].tolist(), texts["writings"], strict=True), strict=True)),
        **postings,
    )
