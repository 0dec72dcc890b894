"""Vectors of the base are encoded once and kept."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import CachedEncoder, SentenceEncoder
from tests.knowledge.encoders import LetterEncoder

TEXTS = ["参加費はいくら", "いつですか", "第3回の内容"]


def test_what_was_encoded_once_is_read_from_the_file(tmp_path: Path) -> None:
    encoder, file = LetterEncoder(), tmp_path / "deep" / "vectors.npz"
    first = CachedEncoder(encoder, file).encode(TEXTS)
    again = CachedEncoder(encoder, file).encode(TEXTS)
    assert encoder.given == [3]
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first, LetterEncoder().encode(TEXTS), atol=1e-3)


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    cached = CachedEncoder(encoder, tmp_path / "vectors.npz")
    cached.encode(TEXTS[:2])
    vectors = cached.encode([TEXTS[2], TEXTS[0]])
    assert encoder.given == [2, 1]
    np.testing.assert_allclose(vectors, LetterEncoder().encode([TEXTS[2], TEXTS[0]]), atol=1e-3)


def test_the_same_text_twice_is_encoded_once(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    vectors = CachedEncoder(encoder, tmp_path / "vectors.npz").encode(["いつ", "いつ"])
    assert (encoder.given, vectors.shape) == ([1], (2, 64))


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_written_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(content)
    encoder = LetterEncoder()
    for _ in range(2):
        CachedEncoder(encoder, file).encode(TEXTS)
    assert encoder.given == [3]


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    CachedEncoder(LetterEncoder(), tmp_path / "vectors.npz").encode(TEXTS)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.npz"]


def test_the_real_encoder_gives_unit_vectors_by_meaning() -> None:
    encoder = SentenceEncoder()
    fee, cost, when = encoder.encode(["参加費はいくらですか", "How much does it cost to join?", "説明会はいつですか"])
    assert encoder.encode([]).shape == (0, 512)
    assert float(fee @ fee) == pytest.approx(1.0, abs=1e-3)
    assert float(fee @ cost) > float(fee @ when)


@pytest.mark.parametrize("text", ["", " ", "😀", "あ" * 100_000])
def test_the_real_encoder_takes_any_text(text: str) -> None:
    assert np.isfinite(SentenceEncoder().encode([text])).all()
