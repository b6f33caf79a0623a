from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from index import lexical
from index.lexical import LexicalIndex
from index.words import terms, words


def test_words_are_composed_and_folded() -> None:
    assert words("Việt Nam-Jepang, Rp 1.000.000 (2+2) ＡＩ!") == [
        "việt", "nam", "jepang", "rp", "1.000.000", "2", "2", "ai"
    ]  # fmt: skip
    assert words("café") == words("cafe\u0301")


def test_terms_meet_across_spelling() -> None:
    shared = set(terms("inflation")) & set(terms("inflasi"))
    assert "~_inf" in shared
    assert set(terms("Đào tạo")) & set(terms("dao tao"))


CORPUS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), min_size=1, max_size=12)


@settings(deadline=None)
@given(CORPUS, st.lists(st.sampled_from("abcdefghz"), max_size=6))
def test_scores_equal_rank_bm25(corpus: list[list[str]], query: list[str]) -> None:
    mine = LexicalIndex(corpus).get_scores(query)
    if any(corpus):
        np.testing.assert_allclose(
            mine, BM25Plus(corpus, delta=0).get_scores(query), rtol=1e-9, atol=1e-12
        )
    else:
        assert not mine.any()


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_nothing_to_search_is_no_error(corpus: list[list[str]]) -> None:
    assert LexicalIndex(corpus).get_scores(["a"]).shape == (len(corpus),)


@pytest.mark.parametrize("limit", [0, 40, 2**20])
def test_kept_postings_change_no_score(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(lexical, "POSTINGS_BYTES", limit)
    corpus = [list("abcab"), list("bcd"), list("aad"), list("xyz")]
    index, reference = LexicalIndex(corpus), BM25Plus(corpus, delta=0)
    for query in ("ab", "bad", "ab", "zzq", "abcdxyz", "bad"):
        np.testing.assert_allclose(index.get_scores(list(query)), reference.get_scores(list(query)))


@settings(deadline=None)
@given(CORPUS, st.lists(st.lists(st.integers(-1, 20), max_size=12), max_size=6), st.data())
def test_a_renewed_index_scores_as_a_new_one(
    corpus: list[list[str]], steps: list[list[int]], data: st.DataObject
) -> None:
    index, has = LexicalIndex(corpus), list(corpus)
    for step in steps:
        # Rows are kept once each, in any order; the others are gone, -1 is a new passage.
        kept = [row for i, row in enumerate(step) if row < 0 or row not in step[:i]]
        kept = [row for row in kept if row < len(has)]
        fresh = [data.draw(st.lists(st.sampled_from("abcdxyz"), max_size=5))
                 for row in kept if row < 0]  # fmt: skip
        queue = iter(fresh)
        before, query = list(has), list("aabxh")
        old = index.get_scores(query)
        has = [next(queue) if row < 0 else has[row] for row in kept]
        renewed = index.renewed(np.asarray(kept, dtype=np.int64), fresh)
        anew = LexicalIndex(has)
        assert (renewed.get_scores(query) == anew.get_scores(query)).all()
        assert renewed.ceiling(query) == anew.ceiling(query)
        assert renewed.known(query) == anew.known(query)
        # Who still asks the old generation gets its answers.
        assert (index.get_scores(query) == old).all()
        assert len(before) == len(old)
        index = renewed
