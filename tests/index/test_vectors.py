from __future__ import annotations

import numpy as np
import pytest

from index.errors import CollectionError
from index.vectors import VectorIndex


def unit(rows: int, dimension: int = 8, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_search_is_exact_and_ordered() -> None:
    vectors = unit(50)
    rows, scores = VectorIndex(vectors).search(vectors[7], 10)
    expected = np.argsort(-(vectors @ vectors[7]))[:10]
    assert rows.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, np.sort(vectors @ vectors[7])[::-1][:10], rtol=1e-5)


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
