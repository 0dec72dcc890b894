"""What is worked out from the texts of the base before a question comes, and kept in a file between starts."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import Encoder, Vectors
from knowledge.kana import Spelling, learn_more_spelling, learn_spelling
from knowledge.learning import learn, learn_more, noise, noise_with, noise_without
from knowledge.reading import Reader
from knowledge.terms import Kept, Postings, post, post_more, renumbered
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
    vector by, a column a document; `noise` how loud all documents together are for each phrasing (see
    `learning.noise`); `wanted` how many phrasings of a document, a row, ask for an aspect, a column.
    """

    sizes: tuple[int, ...]
    axes: Vectors
    phrasings: Vectors
    answers: Vectors
    learned: Vectors
    noise: Vectors
    wanted: NDArray[np.int32]
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
    learned = learn(said, sizes)
    return Prepared(
        sizes=sizes,
        axes=axes,
        phrasings=np.ascontiguousarray((said @ axes).T),
        answers=np.ascontiguousarray(vectors[len(phrasings) :].T),
        learned=learned,
        noise=noise(said, learned),
        wanted=_wanted(documents, words),
        sounds=sounds,
        spelling=learn_spelling(reader, [*phrasings, *answers]),
        terms=post([words.terms(p) for p in phrasings]),
        terms_all=post(_all_terms(documents, words)),
        grams=post([sound_grams(s) for s in sounds]),
    )


def prepare_more(
    prepared: Prepared,
    kept: Kept,
    documents: Sequence[Document],
    encoder: Encoder,
    reader: Reader,
    words: WordBook,
) -> Prepared:
    """Those documents that are kept, in their order, and others after them, in a fraction of the time that all take
    anew. The axes stay, and what was learned of the documents that stay."""
    phrasings = [p for d in documents for p in d.phrasings]
    answers = [d.answer for d in documents]
    sounds = [reader.sound(p) for p in phrasings]
    said = np.repeat(kept, prepared.sizes)
    vectors = _encoded(encoder, [*phrasings, *answers])
    fresh = vectors[: len(phrasings)]
    along = np.concatenate([_columns(prepared.phrasings, said), (fresh @ prepared.axes).T], axis=1)
    learned, loud = _learn_more(prepared, kept, along, fresh, [len(d.phrasings) for d in documents])
    return Prepared(
        sizes=(*compress(prepared.sizes, kept), *(len(d.phrasings) for d in documents)),
        axes=prepared.axes,
        phrasings=along,
        answers=np.concatenate([_columns(prepared.answers, kept), vectors[len(phrasings) :].T], axis=1),
        learned=learned,
        noise=loud,
        wanted=np.concatenate([prepared.wanted[kept], _wanted(documents, words)]),
        sounds=(*compress(prepared.sounds, said), *sounds),
        spelling=learn_more_spelling(prepared.spelling, reader, [*phrasings, *answers]),
        terms=post_more(prepared.terms, said, [words.terms(p) for p in phrasings]),
        terms_all=post_more(prepared.terms_all, kept, _all_terms(documents, words)),
        grams=post_more(prepared.grams, said, [sound_grams(s) for s in sounds]),
    )


def prepare_answers(
    prepared: Prepared,
    changed: Kept,
    documents: Sequence[Document],
    encoder: Encoder,
    reader: Reader,
    words: WordBook,
) -> Prepared:
    """The same documents, of which some answer otherwise: these are given anew, in their order. What is known of
    their phrasings stays."""
    texts = [d.answer for d in documents]
    answers = prepared.answers.copy()
    answers[:, changed] = _encoded(encoder, texts).T
    numbers = np.concatenate([np.flatnonzero(~changed), np.flatnonzero(changed)])
    terms_all = post_more(prepared.terms_all, ~changed, _all_terms(documents, words))
    spelling = learn_more_spelling(prepared.spelling, reader, texts)
    return replace(prepared, answers=answers, spelling=spelling, terms_all=renumbered(terms_all, numbers))


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Vectors in half precision, as those of the base are kept."""
    return encoder.encode(texts).astype(np.float16).astype(np.float32)


def _learn_more(
    prepared: Prepared, kept: Kept, along: Vectors, fresh: Vectors, sizes: Sequence[int]
) -> tuple[Vectors, Vectors]:
    """What is learned of all, and how loud all are; `along` are all phrasings along the axes, `fresh` the new ones."""
    vectors = np.ascontiguousarray(along.T)
    staying, leaving = _columns(prepared.learned, kept), prepared.axes.T @ prepared.learned[:, ~kept]
    others = np.concatenate([prepared.noise[np.repeat(kept, prepared.sizes)], noise(fresh, staying)])
    if leaving.shape[1]:
        before = len(vectors) - len(fresh)
        others[:before] = noise_without(others[:before], noise(vectors[:before], leaving))
    learned = learn_more(vectors, others, sizes)
    return np.concatenate([staying, prepared.axes @ learned], axis=1), noise_with(others, noise(vectors, learned))


def _columns(vectors: Vectors, kept: Kept) -> Vectors:
    """The columns that are kept; where all are, without a copy."""
    return vectors if kept.all() else vectors[:, kept]


def _all_terms(documents: Sequence[Document], words: WordBook) -> list[tuple[str, ...]]:
    return [words.terms("。".join([*d.phrasings, d.answer])) for d in documents]


def _wanted(documents: Sequence[Document], words: WordBook) -> NDArray[np.int32]:
    """How many phrasings of each document ask for each aspect."""
    asked = [[words.aspects(phrasing) for phrasing in d.phrasings] for d in documents]
    counts = [[sum(name in aspects for aspects in own) for name in words.aspect_names] for own in asked]
    return np.array(counts, dtype=np.int32).reshape(len(documents), len(words.aspect_names))


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
        arrays |= {f"{name}_{part}": getattr(postings, part) for part in ("size", "offsets", "numbers", "counts")}
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
            return _prepared(texts, {name: arrays[name] for name in arrays.files if name != "texts"})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


_POSTINGS = ("terms", "terms_all", "grams")
_ARRAYS = ("sizes", "axes", "phrasings", "answers", "learned", "noise", "wanted")


def _prepared(texts: dict[str, Any], arrays: dict[str, Any]) -> Prepared:
    postings = {
        name: Postings(
            int(arrays[f"{name}_size"]),
            tuple(texts[name]),
            arrays[f"{name}_offsets"],
            arrays[f"{name}_numbers"],
            arrays[f"{name}_counts"],
        )
        for name in _POSTINGS
    }
    return Prepared(
        sizes=tuple(arrays["sizes"].tolist()),
        axes=arrays["axes"],
        phrasings=arrays["phrasings"],
        answers=arrays["answers"],
        learned=arrays["learned"],
        noise=arrays["noise"],
        wanted=arrays["wanted"],
        sounds=tuple(texts["sounds"]),
        spelling=dict(zip(texts["spelt"], zip(arrays["costs"].tolist(), texts["writings"], strict=True), strict=True)),
        **postings,
    )
