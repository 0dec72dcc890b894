"""Short follow-ups are made whole from the question before."""

import pytest

from knowledge.leaning import complete

CONTRASTS = (("昨年度", "去年", "今年度", "今年"), ("1", "2"), ("セミナー", "応援デスク", "デスク", "説明会"))


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("去年は何地域でしたか", "今年は?", "今年は何地域でしたか"),
        ("去年は何地域でしたか", "じゃあ今年度は", "今年度は何地域でしたか"),
        ("事例1は何ですか", "2のほうは?", "事例2は何ですか"),
        ("ステップ1では何をしますか", "2つ目は?", "ステップ2では何をしますか"),
        ("ステップ1では何をしますか", "ステップ2だと?", "ステップ2では何をしますか"),
        ("セミナーの申込みはいつまで", "では、応援デスクは?", "応援デスクの申込みはいつまで"),
        ("セミナーは無料ですか", "説明会の場合は?", "説明会は無料ですか"),
        ("セミナーは無料ですか", "説明会", "説明会は無料ですか"),
        ("セミナーは無料ですか", "説明会も同じですか", "説明会は無料ですか"),
        ("事例の1番は何の話ですか", "2番のほうは何を書いていますか", "事例の2番のほうは何を書いていますか"),
    ],
)
def test_what_stands_against_something_before_takes_its_place(before: str, text: str, whole: str) -> None:
    assert complete(text, [before], CONTRASTS) == whole


def test_the_latest_question_that_fits_is_leant_on() -> None:
    befores = ["2日目ですか", "去年は何地域", "昨年度は誰が参加"]
    assert complete("今年は?", befores, CONTRASTS) == "今年は何地域"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("セミナーの参加費はいくらですか", "説明会はいつですか"),
        ("セミナーの参加費はいくらですか", "説明会の日時は?"),
        ("セミナーの参加費はいくらですか", "説明会はどこ"),
        ("セミナーの申込みはいつまで", "定員は?"),
        ("参加費は", "説明会は?"),
        ("説明会はいつ", "説明会は?"),
        ("", "説明会は?"),
        ("セミナーは無料ですか", ""),
    ],
)
def test_a_question_of_its_own_stays_as_it_is(before: str, text: str) -> None:
    assert complete(text, [before], CONTRASTS) is None
