from __future__ import annotations

import numpy as np
import pytest

from index.errors import ModelError
from index.lexical import LexicalIndex
from index.searchers import LocalSearchers
from index.stages import Stages
from index.vectors import VectorIndex

TERMS = ("nelayan", "kapal", "pelatihan")


@pytest.fixture
def searchers() -> LocalSearchers:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(200, 8)).astype(np.float32)
    passages = [[str(term) for term in draw.choice(TERMS, size=4)] for _ in range(200)]
    return LocalSearchers(VectorIndex(vectors), LexicalIndex(passages))


@pytest.mark.parametrize("large", [0, 10**9], ids=["side by side", "one after the other"])
@pytest.mark.parametrize("rows", [None, np.arange(50, 90)], ids=["all", "filtered"])
def test_both_searches_find_what_each_finds(
    monkeypatch: pytest.MonkeyPatch,
    searchers: LocalSearchers,
    large: int,
    rows: np.ndarray | None,
) -> None:
    monkeypatch.setattr("index.searchers.LARGE", large)
    query = np.ones(8, dtype=np.float32)
    with Stages().recording() as stages:
        nearest, lexical = searchers.both(lambda: query, TERMS[:2], 20, rows)
    assert nearest.tolist() == searchers.nearest(query, 20, rows).tolist()
    assert lexical.tolist() == searchers.best(TERMS[:2], 20, rows).tolist()
    assert set(stages.seconds) == {"vectors", "BM25"}


@pytest.mark.parametrize("large", [0, 10**9])
def test_a_question_that_cannot_be_encoded_is_told_wherever_it_was_encoded(
    monkeypatch: pytest.MonkeyPatch, searchers: LocalSearchers, large: int
) -> None:
    monkeypatch.setattr("index.searchers.LARGE", large)

    def encode() -> np.ndarray:
        raise ModelError("the model failed")

    with pytest.raises(ModelError, match="the model failed"):
        searchers.both(encode, TERMS, 20)
