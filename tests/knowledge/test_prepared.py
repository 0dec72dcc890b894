"""What is worked out from the base is kept between starts, and made anew when it does not fit."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from knowledge.prepared import Document, Prepared, prepare, read_prepared, sound_grams, write_prepared
from knowledge.reading import Reader
from knowledge.schema import Vocabulary
from knowledge.words import WordBook
from tests.knowledge.encoders import LetterEncoder

DOCUMENTS = (Document("fee", ("参加費は", "いくら"), "無料です。"), Document("day", ("いつ",), "水曜日です。"))
VOCABULARY = Vocabulary(subjects={}, denials={}, kin=(), aspects={}, synonyms=(), contrasts=(), filler=())


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    reader = Reader()
    return prepare(DOCUMENTS, LetterEncoder(), reader, WordBook(reader, VOCABULARY))


def test_documents_become_columns(prepared: Prepared) -> None:
    assert (prepared.sizes, prepared.sounds) == ((2, 1), ("サンカヒワ", "イクラ", "イツ"))
    assert (prepared.axes.shape, prepared.phrasings.shape) == ((64, 64), (64, 3))
    assert (prepared.answers.shape, prepared.learned.shape) == ((64, 2), (64, 2))


def test_what_was_written_is_read_again(prepared: Prepared, tmp_path: Path) -> None:
    write_prepared(prepared, "this base", tmp_path / "deep" / "index.npz")
    again = read_prepared("this base", tmp_path / "deep" / "index.npz")
    assert again is not None
    assert (again.sizes, again.sounds) == (prepared.sizes, prepared.sounds)
    assert again.spelling == prepared.spelling
    for name in ("axes", "phrasings", "answers", "learned"):
        np.testing.assert_array_equal(getattr(again, name), getattr(prepared, name))
    for name in ("terms", "terms_all", "grams"):
        _assert_same(getattr(again, name), getattr(prepared, name))


def _assert_same(one: object, other: object) -> None:
    assert type(one) is type(other)
    for field in fields(one):  # type: ignore[arg-type]
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_a_file_of_another_base_is_not_taken(prepared: Prepared, tmp_path: Path) -> None:
    write_prepared(prepared, "this base", tmp_path / "index.npz")
    assert read_prepared("another base", tmp_path / "index.npz") is None


@pytest.mark.parametrize("content", [None, b"", b"not a zip file", b"PK\x03\x04 cut off"])
def test_a_missing_or_broken_file_is_not_taken(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "index.npz"
    if content is not None:
        file.write_bytes(content)
    assert read_prepared("this base", file) is None


def test_a_file_cut_off_in_the_middle_is_not_taken(prepared: Prepared, tmp_path: Path) -> None:
    file = tmp_path / "index.npz"
    write_prepared(prepared, "this base", file)
    file.write_bytes(file.read_bytes()[:-200])
    assert read_prepared("this base", file) is None


def test_grams_are_pairs_and_triples_of_sounds() -> None:
    assert (sound_grams("イクラ"), sound_grams("イ"), sound_grams("")) == (["イク", "クラ", "イクラ"], [], [])
