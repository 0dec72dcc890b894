"""An index that grew and shrank is the same as one made anew."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.terms import TermIndex, post, post_more

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
