"""What may be personal is found by its form, shown with a mark, and let through only when somebody decided."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.personal import mark_personal, marks_left, unconfirmed, with_marks


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("佐藤と申します。", "【名前:佐藤】と申します。"),
        ("私は山田太郎と申します", "私は【名前:山田太郎】と申します"),
        ("さとうと申します", "【名前:さとう】と申します"),
        ("名前は佐藤花子です", "名前は【名前:佐藤花子】です"),
        ("佐藤さんと鈴木くんと田中様へ", "【名前:佐藤さん】と【名前:鈴木くん】と【名前:田中様】へ"),
        ("タナカ氏から", "【名前:タナカ氏】から"),
        ("さとうさんに聞いて", "【名前:さとうさん】に聞いて"),
        ("taro.s@example.jp まで", "【メールアドレス:taro.s@example.jp】 まで"),
        ("090-1234-5678 に", "【電話番号:090-1234-5678】 に"),
        ("03(1234)5678", "【電話番号:03(1234)5678】"),
        ("0312345678です", "【電話番号:0312345678】です"),
        ("０９０ー１２３４ー５６７８", "【電話番号:０９０ー１２３４ー５６７８】"),
        ("〒105-0004 です", "【郵便番号:〒105-0004】 です"),
        ("兵庫県神戸市中央区北野町1-2-3に", "【住所:兵庫県神戸市中央区北野町1-2-3】に"),
        ("北海道札幌市の者です", "【住所:北海道札幌市】の者です"),
        ("昭和45年3月1日生まれ", "【生年月日:昭和45年3月1日生まれ】"),
        ("生年月日は平成2年3月1日", "【生年月日:生年月日は平成2年3月1日】"),
        ("1970/3/1", "【生年月日:1970/3/1】"),
        ("2001年4月5日生まれの子", "【生年月日:2001年4月5日生まれ】の子"),
        ("口座は1234567です", "口座は【番号:1234567】です"),
        ("受付番号は 12 です。#34", "【受付番号:受付番号は 12】 です。【受付番号:#34】"),
        ("https://example.jp/r?token=abc を", "【個別のURL:https://example.jp/r?token=abc】 を"),
    ],
)  # fmt: skip
def test_what_may_be_personal_is_marked(text: str, marked: str) -> None:
    assert with_marks(text) == marked


@pytest.mark.parametrize(
    "text",
    [
        "皆様、お客様、みなさん、利用者さん、担当者様、社協さん、おかあさん、たくさん",
        "様々な、多様な、異様、同様、氏名、仕様書",
        "2022年7月13日(水)13:30~16:00、第1回は令和4年6月29日です",
        "先着300名、8回、10/19、令和3年度補正予算、24時間",
        "https://example.jp/ と https://forms.gle/H1KgwEuZ86iQp9U57",
        "各市町村の窓口、町の保健福祉課、東京都の制度",
        "西岡先生",
    ],
)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert mark_personal(text) == ()


@given(st.text("佐藤さん様と申します0123-@.【】:名前東京都港区1丁目 a", max_size=60))
def test_marking_again_changes_nothing_and_loses_no_character(text: str) -> None:
    marked = with_marks(text)
    assert with_marks(marked) == marked
    found = mark_personal(text)
    assert all(one.ends <= other.begins for one, other in pairwise(found))
    assert all(0 <= one.begins < one.ends <= len(text) for one in found)


def test_marks_that_nobody_decided_on_are_told() -> None:
    assert marks_left("【名前:佐藤さん】は【セミナー】に【電話番号:03-1111-2222】") == (
        "【名前:佐藤さん】",
        "【電話番号:03-1111-2222】",
    )


def test_what_somebody_confirmed_is_fine_and_the_rest_is_not() -> None:
    assert unconfirmed("佐藤さんと鈴木さんと佐藤さん", ["佐藤さん"]) == ["鈴木さん"]
