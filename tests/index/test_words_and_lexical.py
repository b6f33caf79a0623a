from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
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


def test_what_no_reader_sees_parts_no_words() -> None:
    assert words("Finanz\u00admi\u00adnister lebih\u200b \ufeffban\u2060yak") == [
        "finanzminister", "lebih", "banyak"
    ]  # fmt: skip
    assert words("cafe\u00ad\u0301") == words("café")
    assert len(words("کتاب\u200cها")) == 2


@given(
    st.text(st.sampled_from("aB1 '.,-“”‘’…–—«»\u00a0\u0301é") | st.characters(max_codepoint=127))
)
@example("Jum’98 “1…5” kata-’7")
def test_words_of_ascii_are_those_of_any_text(text: str) -> None:
    # Any letter beyond ASCII takes the other way.
    assert words(text) == words(f"{text} ß")[:-1]


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


@pytest.mark.parametrize("at_once", [1, 5, 10**6])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CORPUS, st.lists(st.lists(st.integers(-1, 20), max_size=12), max_size=6), st.data())
def test_a_renewed_index_scores_as_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
    corpus: list[list[str]],
    steps: list[list[int]],
    data: st.DataObject,
) -> None:
    monkeypatch.setattr("index.merging.AT_ONCE", at_once)
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
        terms_of = data.draw(st.sampled_from([None, before.__getitem__]))
        renewed = index.renewed(np.asarray(kept, dtype=np.int64), fresh, terms_of)
        anew = LexicalIndex(has)
        assert (renewed.get_scores(query) == anew.get_scores(query)).all()
        few = np.arange(0, len(has), 2)
        assert (renewed.scores_of(query, few) == anew.get_scores(query)[few]).all()
        assert renewed.ceiling(query) == anew.ceiling(query)
        assert renewed.known(query) == anew.known(query)
        # Who still asks the old generation gets its answers.
        assert (index.get_scores(query) == old).all()
        assert len(before) == len(old)
        assert renewed.same(anew)
        index = data.draw(st.sampled_from([renewed, LexicalIndex.mapped(renewed.arrays())]))


@pytest.mark.parametrize(("scored", "few", "look_up"), [(10**6, 0, 16), (0, 10**6, 16), (0, 0, 16),
                                                        (0, 0, 0.01)])  # fmt: skip
@given(data=st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_search_finds_the_best_that_scoring_all_finds(
    monkeypatch: pytest.MonkeyPatch, scored: int, few: int, look_up: float, data: st.DataObject
) -> None:
    monkeypatch.setattr("index.lexical.SCORED", scored)
    monkeypatch.setattr("index.lexical.FEW", few)
    monkeypatch.setattr("index.maxscore.LOOK_UP", look_up)
    dice = np.random.default_rng(data.draw(st.integers(0, 1000)))
    # As in a language: few words are frequent, many are rare.
    corpus = [
        [f"w{n}" for n in dice.zipf(1.3, size=dice.integers(0, 20)) if n < 500] for _ in range(300)
    ]
    index = LexicalIndex(corpus)
    kept = np.flatnonzero(dice.random(300) < 0.8)
    fresh = [corpus[dice.integers(300)] for _ in range(data.draw(st.integers(0, 100)))]
    index = index.renewed(np.r_[kept, [-1] * len(fresh)].astype(np.int64), fresh)
    query = [f"w{n}" for n in dice.zipf(1.3, size=12) if n < 600]
    k = data.draw(st.integers(1, 60))
    scores = index.get_scores(query)
    for rows in (None, np.flatnonzero(dice.random(len(scores)) < data.draw(st.floats(0, 1)))):
        every = np.arange(len(scores)) if rows is None else rows
        order = every[np.lexsort((every, -scores[every]))]
        expected = [row for row in order.tolist() if scores[row] > 0][:k]
        found, given = index.search(query, k, rows=rows)
        assert found.tolist() == expected
        assert (given == scores[found]).all()


def test_scores_kept_from_a_search_are_those_of_its_own_terms() -> None:
    passages = [["kapal", "nelayan"], ["pelatihan"], ["kapal", "kapal", "pelatihan"], ["pangan"]]
    searched, rows = LexicalIndex(passages), np.array([3, 2, 0])
    for query in (["kapal"], ["pelatihan", "kapal"], ["pangan"], []):
        searched.search(query, 2)
        for asked in (query, ["kapal", "pangan"], []):
            expected = LexicalIndex(passages).get_scores(asked)[rows]
            assert searched.scores_of(asked, rows).tolist() == expected.tolist()
