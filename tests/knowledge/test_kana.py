"""Sound is spelt with the words that the base knows."""

import pytest

from knowledge.kana import KanaDecoder, learn_spelling
from knowledge.reading import Reader

TEXTS = (
    "セミナーの申し込みの締切はいつですか",
    "協力事業所の役割を教えてください",
    "協力事業所とは",
    "重層的支援とは何ですか",
    "参加費はいくらですか",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def decoder(reader: Reader) -> KanaDecoder:
    return KanaDecoder(learn_spelling(reader, TEXTS))


@pytest.mark.parametrize(
    ("said", "spelt"),
    [
        ("きょうりょくじぎょうしょとは", "協力事業所とは"),
        ("強力事業所とは", "協力事業所とは"),
        ("じゅうそうてきしえんとはなんですか", "重層的支援とは何ですか"),
        ("サンカヒハイクラデスカ", "参加費はいくらですか"),
        ("せみなーのもうしこみのしめきりは", "セミナーの申し込みの締切は"),
    ],
)
def test_a_sound_is_spelt_as_the_base_writes_it(reader: Reader, decoder: KanaDecoder, said: str, spelt: str) -> None:
    assert decoder.decode(reader.sound(said)) == spelt


@pytest.mark.parametrize("sound", ["", "ヌ", "ヌルポガ"])
def test_an_unknown_sound_stays_as_it_is(decoder: KanaDecoder, sound: str) -> None:
    assert decoder.decode(sound) == sound


def test_the_writing_used_most_wins(reader: Reader) -> None:
    decoder = KanaDecoder(learn_spelling(reader, ["講座を聞く", "講座を開く", "口座", "講座"]))
    assert decoder.decode(reader.sound("こうざ")) == "講座"
