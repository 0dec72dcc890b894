"""One spelling for one text, whatever keyboard it came from."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.normalise import Rewrite, is_english, is_kana_only, normalise


def normal(text: str) -> str:
    return normalise(text)[-1].text


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("ｾﾐﾅｰﾉ ﾓｳｼｺﾐ", "セミナーノモウシコミ"),
        ("第３回はいつ？", "第3回はいつ?"),
        ("ＺＯＯＭですか", "ZOOMですか"),
        ("①のワークショップ", "1のワークショップ"),
        ("seminaa wa itsu desu ka", "せみなあわいつですか"),
        ("moushikomi no shimekiri wa itsu desu ka", "もうしこみのしめきりわいつですか"),
        ("もうしこみは いつ まで ですか", "もうしこみはいつまでですか"),
        ("セミナー　の 日程", "セミナーの日程"),
        ("参加費はかかりますか😊🙏", "参加費はかかりますか"),
        ("いつ😊申込は", "いつ。申込は"),
        ("無料ですかwww", "無料ですか"),
        ("え、無料(笑)", "え、無料"),
        ("いつですか！！！！", "いつですか!"),
        ("セミナーーーー", "セミナー"),
        ("申込\u200b\u200d期間\x07は", "申込期間は"),
        ("a\x00b", "a b"),
        ("  いつ  ", "いつ"),
        ("13:30〜16:00", "13:30~16:00"),
    ],
)
def test_a_text_is_read_in_one_spelling(said: str, read: str) -> None:
    assert normal(said) == read


@pytest.mark.parametrize("said", ["", " ", "\n\t", "😀🎉", "\u200b\ufeff", "\x00\x01\x02", "。。。"])
def test_nothing_is_left_of_a_text_without_words(said: str) -> None:
    assert normal(said) == ""


@pytest.mark.parametrize(
    "said",
    [
        "When is the first seminar?",
        "Is there a fee to join",
        "Zoom URL",
        "no parking",
        "Can I join alone?",
        "How do I use the desk?",
        "Do I need to pay?",
    ],
)
def test_english_is_not_taken_for_romaji(said: str) -> None:
    assert (normal(said), is_english(said)) == (said, True)


@pytest.mark.parametrize(
    ("text", "kana", "english"),
    [
        ("もうしこみはいつまでですか?", True, False),
        ("セミナーはいつ", True, False),
        ("申込はいつまで", False, False),
        ("Zoomの使い方", False, False),
        ("What is 重層的支援?", False, False),
        ("What is the meaning of 重層的支援?", False, True),
        ("", False, False),
    ],
)
def test_the_script_of_a_text_is_known(text: str, kana: bool, english: bool) -> None:
    assert (is_kana_only(text), is_english(text)) == (kana, english)


def test_each_rewrite_is_told_with_its_rule() -> None:
    assert normalise("ﾓｳｼｺﾐ ﾊ ｲﾂ😊") == (
        Rewrite("raw", "ﾓｳｼｺﾐ ﾊ ｲﾂ😊"),
        Rewrite("nfkc", "モウシコミ ハ イツ😊"),
        Rewrite("pictures", "モウシコミ ハ イツ"),
        Rewrite("spaces", "モウシコミハイツ"),
    )


@pytest.mark.parametrize(
    "piece", ["あ", "a", "! ", "w", "ｶﾞ", "😀", "\x00", "no ", "(笑)", "a-", "か?", "n'", " \u3000"]
)
def test_a_very_long_text_is_read_quickly(piece: str) -> None:
    begun = time.perf_counter()
    normalise(piece * (100_000 // len(piece)))
    assert time.perf_counter() - begun < 1.0


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_text_can_be_read_and_reading_it_again_changes_nothing(text: str) -> None:
    once = normal(text)
    assert normal(once) == once


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aiueoknst wWんあーっ!?。…(笑)ｶﾞﾞ゛①～〜'-\u3000 \u200b😀"))
def test_reading_twice_changes_nothing_for_the_characters_that_rules_look_for(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert unicodedata.is_normalized("NFKC", once)
