from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import CollectionError
from index.vectors import VectorIndex, products


def unit(rows: int, dimension: int = 8, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_search_is_exact_and_ordered() -> None:
    vectors = unit(50)
    rows, scores = VectorIndex(vectors).search(vectors[7], 10)
    expected = np.argsort(-(vectors @ vectors[7]))[:10]
    assert rows.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, np.sort(vectors @ vectors[7])[::-1][:10], rtol=1e-5)


@given(
    rows=st.lists(st.integers(0, 99), min_size=1, max_size=60),
    dimension=st.sampled_from([8, 33, 384]),
)
def test_an_inner_product_is_the_same_to_the_last_bit_whatever_stands_beside_it(
    rows: list[int], dimension: int
) -> None:
    vectors = unit(100, dimension)
    query = unit(1, dimension, seed=1)[0]
    index = VectorIndex(vectors)
    everything = index.similarities(query, np.arange(100))
    assert index.similarities(query, np.array(rows)).tolist() == everything[rows].tolist()
    found, scores = index.search(query, len(rows))
    assert scores.tolist() == everything[found].tolist()
    # Another index, or an engine's candidates, give each the same.
    assert products(vectors[rows], query).tolist() == everything[rows].tolist()


@pytest.mark.parametrize("size", [0, 1, 3])
def test_fewer_passages_than_asked_for_gives_no_padding(size: int) -> None:
    rows, scores = VectorIndex(unit(size)).search(unit(1)[0], 50)
    assert len(rows) == len(scores) == size
    assert (rows >= 0).all()


def test_a_vector_that_is_no_number_is_refused() -> None:
    vectors = unit(3)
    vectors[1, 2] = np.nan
    with pytest.raises(CollectionError, match="rebuild"):
        VectorIndex(vectors)


@pytest.fixture
def coded(monkeypatch: pytest.MonkeyPatch) -> Callable[[np.ndarray], VectorIndex]:
    """Make an index with codes, as large collections have, of few vectors."""
    monkeypatch.setattr("index.vectors.EXACT", 40)
    monkeypatch.setattr("index.vectors.FEW", 20)

    def make(vectors: np.ndarray) -> VectorIndex:
        made = VectorIndex.mapped(VectorIndex(vectors).arrays())
        assert "codes" in made.arrays()
        return made

    return make


def exact(vectors: np.ndarray, query: np.ndarray, rows: np.ndarray, k: int) -> list[int]:
    """The nearest of these rows, found by looking at each."""
    return [int(row) for row in rows[np.argsort(-(vectors[rows] @ query), kind="stable")][:k]]


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_codes_survive_any_changes_and_find_what_exact_search_finds(
    coded: Callable[[np.ndarray], VectorIndex], data: st.DataObject
) -> None:
    vectors = unit(60, seed=data.draw(st.integers(0, 5)))
    index, more = coded(vectors), iter(unit(400, seed=99))
    for _ in range(data.draw(st.integers(0, 5))):
        stay = data.draw(st.lists(st.booleans(), min_size=len(vectors), max_size=len(vectors)))
        kept = np.flatnonzero(stay)
        for place in data.draw(st.lists(st.integers(0, len(kept)), max_size=12)):
            kept = np.insert(kept, place, -1)
        fresh = np.array([next(more) for _ in range(int((kept < 0).sum()))], np.float32)
        before, index = index, index.renewed(kept.astype(np.int64), fresh.reshape(-1, 8))
        assert np.array_equal(before.vectors, vectors)  # it stays as it was
        vectors = vectors[kept] if len(vectors) else np.empty((len(kept), 8), np.float32)
        vectors[kept < 0] = fresh.reshape(-1, 8)
        assert np.array_equal(index.vectors, vectors)
    query = unit(1, seed=7)[0]
    every = np.arange(len(vectors))
    some = every[:: data.draw(st.integers(1, 4))]
    for one in (index, VectorIndex.mapped(index.arrays())):
        rows, scores = one.search(query, 10)
        assert rows.tolist() == exact(vectors, query, every, 10)
        np.testing.assert_allclose(scores, vectors[rows] @ query, rtol=1e-5, atol=1e-6)
        assert one.search(query, 10, rows=some)[0].tolist() == exact(vectors, query, some, 10)
        np.testing.assert_allclose(
            one.similarities(query, some), vectors[some] @ query, rtol=1e-5, atol=1e-6
        )


def test_an_index_that_was_emptied_takes_vectors_again(
    coded: Callable[[np.ndarray], VectorIndex],
) -> None:
    emptied = coded(unit(60)).renewed(np.empty(0, np.int64), unit(0))
    assert len(emptied.search(unit(1)[0], 5)[0]) == 0
    filled = emptied.renewed(np.full(3, -1), unit(3, seed=1))
    assert np.array_equal(filled.vectors, unit(3, seed=1))
    assert filled.search(unit(3, seed=1)[2], 1)[0].tolist() == [2]


def clustered(rows: int, seed: int) -> np.ndarray:
    """Vectors in dense places, as those of texts are."""
    dice = np.random.default_rng(seed)
    centres = unit(rows // 50, 64, seed)
    near = centres[dice.integers(len(centres), size=rows)] + 0.4 * unit(rows, 64, seed + 1)
    return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), np.float32)


def test_codes_hold_the_nearest_among_few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.EXACT", 1000)
    monkeypatch.setattr("index.vectors.CANDIDATES", 500)
    vectors, queries = clustered(20_000, 1), clustered(1000, 5)[:50]
    index = VectorIndex.mapped(VectorIndex(vectors).arrays())
    gone = np.delete(np.arange(20_000), np.argsort(-(vectors @ queries[0]))[:150])
    renewed = index.renewed(gone, vectors[:0])
    met = 0
    for query in queries:
        found, _ = index.search(query, 10)
        met += len(set(found.tolist()) & set(exact(vectors, query, np.arange(20_000), 10)))
        left, _ = renewed.search(query, 10)
        assert len(left) == 10
        assert (left >= 0).all()
    assert met >= 0.97 * 500
    # The nearest of this question are gone: others take their places, and none of them.
    left, _ = renewed.search(queries[0], 10)
    assert len({*gone[left].tolist()} & {*exact(vectors, queries[0], gone, 10)}) >= 9


def test_what_came_since_the_codes_were_made_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.EXACT", 1000)
    monkeypatch.setattr("index.vectors.CANDIDATES", 500)
    vectors, fresh = clustered(20_000, 1), clustered(1000, 5)[:20]
    index = VectorIndex.mapped(VectorIndex(vectors).arrays())
    renewed = index.renewed(np.r_[np.arange(20_000), np.full(20, -1)], fresh)
    for n, query in enumerate(fresh):
        assert renewed.search(query, 5)[0][0] == 20_000 + n


def test_codes_are_the_same_every_time_and_kept_while_the_size_is(
    coded: Callable[[np.ndarray], VectorIndex],
) -> None:
    one, other = coded(unit(60)).arrays(), coded(unit(60)).arrays()
    assert all(np.array_equal(one[name], other[name]) for name in one)
    grown = VectorIndex.mapped(one).renewed(np.r_[np.arange(60), [-1] * 10], unit(10, seed=3))
    assert grown.arrays()["codes.learned_at"].tolist() == [60]
    outgrown = VectorIndex.mapped(one).renewed(np.r_[np.arange(60), [-1] * 61], unit(61, seed=3))
    assert outgrown.arrays()["codes.learned_at"].tolist() == [121]


def test_codes_of_other_vectors_are_refused(coded: Callable[[np.ndarray], VectorIndex]) -> None:
    arrays = coded(unit(60)).arrays()
    with pytest.raises(ValueError, match="other vectors"):
        VectorIndex.mapped({**arrays, "vectors": unit(61)})
    with pytest.raises(ValueError):
        VectorIndex.mapped({**arrays, "codes": np.zeros(9, np.uint8)})


def test_what_cannot_be_among_the_nearest_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.EXACT", 1000)
    monkeypatch.setattr("index.vectors.LOOKED_AT", 200)
    vectors, queries = clustered(40_000, 1), clustered(1000, 5)[:50]
    arrays = VectorIndex(vectors).arrays()
    read: list[int] = []

    def take(rows: np.ndarray) -> np.ndarray:
        read.extend(rows.tolist())
        return vectors[rows]

    index = VectorIndex.mapped(arrays, take)
    some = [index.search(query, 10) for query in queries]
    fewer = len(read)
    assert len(set(read[:200])) == 200  # no row twice
    monkeypatch.setattr("index.vectors.LOOKED_AT", 4000)
    read.clear()
    every = [index.search(query, 10) for query in queries]
    assert len(read) == 50 * 4000
    assert 50 * 200 < fewer < len(read) / 2
    for (rows, scores), (all_rows, all_scores) in zip(some, every, strict=True):
        assert rows.tolist() == all_rows.tolist()
        assert scores.tolist() == all_scores.tolist()
