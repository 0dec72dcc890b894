"""BM25: rare words weigh more, long documents less, unknown words nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.terms import TermIndex, post, post_more

DOCUMENTS = [["参加費", "無料"], ["参加費", "いくら"], ["日程"], []]


@pytest.fixture
def index() -> TermIndex:
    return TermIndex(post(DOCUMENTS))


def test_documents_that_share_more_and_rarer_words_score_higher(index: TermIndex) -> None:
    assert np.argsort(-index.score(["参加費", "無料"]), kind="stable").tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("query", [[], ["駐車場"]])
def test_words_seen_nowhere_score_nothing(index: TermIndex, query: list[str]) -> None:
    assert index.score(query).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_a_word_counts_once_however_often_it_is_asked(index: TermIndex) -> None:
    assert index.score(["日程", "日程"]).tolist() == index.score(["日程"]).tolist()


def test_rarer_words_tell_more_and_unknown_ones_most(index: TermIndex) -> None:
    assert index.rarity("参加費") < index.rarity("日程") < index.rarity("駐車場")


def test_coverage_is_the_share_of_a_question_that_a_document_knows(index: TermIndex) -> None:
    assert index.coverage(["参加費", "無料"]).tolist() == pytest.approx([1.0, _share(index), 0.0, 0.0])
    assert index.coverage([]).tolist() == [0.0, 0.0, 0.0, 0.0]


def _share(index: TermIndex) -> float:
    return index.rarity("参加費") / (index.rarity("参加費") + index.rarity("無料"))


def test_a_shorter_document_scores_higher_for_the_same_word() -> None:
    short, long = TermIndex(post([["料金"], ["料金", "一", "二", "三"]])).score(["料金"])
    assert short > long


def test_an_index_may_be_empty() -> None:
    assert TermIndex(post([[]])).score(["料金"]).tolist() == [0.0]


def test_the_documents_with_a_word_are_known(index: TermIndex) -> None:
    assert [index.documents_with(word).tolist() for word in ("参加費", "日程", "駐車場")] == [[0, 1], [2], []]


documents = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=6)


@given(documents, documents, st.data())
def test_documents_added_and_left_out_score_as_in_an_index_made_anew(
    before: list[list[str]], added: list[list[str]], data: st.DataObject
) -> None:
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before))), dtype=bool)
    grown = TermIndex(post_more(post(before), kept, added))
    anew = TermIndex(post([*(d for d, stays in zip(before, kept, strict=True) if stays), *added]))
    for term in "abcdefg":
        assert grown.score([term]).tolist() == anew.score([term]).tolist()
        assert grown.documents_with(term).tolist() == anew.documents_with(term).tolist()
        assert grown.rarity(term) == anew.rarity(term)
