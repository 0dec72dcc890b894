"""A small honest encoder: texts that share characters lie close together; and one that counts what another does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from knowledge.encoder import Encoder, Vectors

_SIZE = 64


@dataclass
class LetterEncoder:
    """Counts characters and pairs of them into 64 buckets; notes how many texts it was given each time."""

    given: list[int] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.given.append(len(texts))
        return np.array([_vector(text) for text in texts], dtype=np.float32).reshape(len(texts), _SIZE)


@dataclass
class Counting:
    """Encodes as another does, and notes how many texts it was asked for each time."""

    encoder: Encoder
    asked: list[int] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(len(texts))
        return self.encoder.encode(texts)


def _vector(text: str) -> Vectors:
    counts = np.zeros(_SIZE, dtype=np.float32)
    for piece in [*text, *(text[i : i + 2] for i in range(len(text) - 1))]:
        counts[crc32(piece.encode()) % _SIZE] += 1
    return np.asarray(counts / max(float(np.linalg.norm(counts)), 1e-9), dtype=np.float32)
