"""Search over a tiny base: each channel finds what it is there for."""

import numpy as np
import pytest

from knowledge.prepared import Document, prepare
from knowledge.reading import Reader
from knowledge.schema import Vocabulary
from knowledge.search import Channels, SearchIndex, Weights
from knowledge.words import WordBook
from tests.knowledge.encoders import LetterEncoder

DOCUMENTS = (
    Document("fee", ("参加費はいくらですか", "無料ですか"), "参加費は無料です。"),
    Document("day", ("セミナーはいつですか", "日程を教えてください"), "セミナーは水曜日です。"),
    Document("employer", ("協力事業所とは何ですか", "会社は何をしますか"), "働く場を提供します。"),
)
VOCABULARY = Vocabulary(
    subjects={},
    denials={},
    kin=(),
    aspects={},
    synonyms=(("参加費", "料金", "会費"), ("日程", "予定")),
    contrasts=(),
    filler=(),
)
NONE = dict.fromkeys(Weights.__dataclass_fields__, 0.0)


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    reader = Reader()
    words = WordBook(reader, VOCABULARY)
    return SearchIndex(prepare(DOCUMENTS, LetterEncoder(), reader, words), reader, words)


def channels(index: SearchIndex, text: str, by_sound: bool = True) -> Channels:
    return index.channels([text], LetterEncoder().encode([text]), by_sound)


@pytest.mark.parametrize(
    ("text", "channel", "found"),
    [
        ("参加費はいくらでしょうか", "meaning", "fee"),
        ("セミナーはいつ", "meaning", "day"),
        ("水曜日", "meaning_answer", "day"),
        ("会費を知りたい", "words", "fee"),
        ("予定", "words", "day"),
        ("働く場の提供", "words_all", "employer"),
        ("強力事業所とは", "sound", "employer"),
        ("きょうりょくじぎょうしょ", "grams", "employer"),
        ("ムリョウ", "grams", "fee"),
        ("無料ですか?", "learned", "fee"),
    ],
)
def test_a_channel_finds_its_document(index: SearchIndex, text: str, channel: str, found: str) -> None:
    best = int(np.argmax(getattr(channels(index, text), channel)[0]))
    assert DOCUMENTS[best].id == found


def test_sound_says_nothing_where_it_is_not_to_be_heard(index: SearchIndex) -> None:
    silent = channels(index, "協力事業所", by_sound=False)
    assert (silent.sound.tolist(), silent.grams.tolist()) == ([[0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]])


def test_the_sum_weighs_standardised_channels(index: SearchIndex) -> None:
    found = channels(index, "参加費はいくら")
    alone = found.sum(Weights(**{**NONE, "words": 2.0}))
    np.testing.assert_allclose(alone, (found.words - found.words.mean()) / found.words.std(), atol=1e-5)


@pytest.mark.parametrize("text", ["", "😀", "ヌルポ", "xyz"])
def test_a_text_that_fits_nothing_is_no_error(index: SearchIndex, text: str) -> None:
    total = channels(index, text).sum(Weights(**{**NONE, "words": 1.0, "sound": 1.0, "meaning": 1.0}))
    assert np.isfinite(total).all()
