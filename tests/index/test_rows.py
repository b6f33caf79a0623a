from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.rows import top_k


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 40))
def test_the_best_come_first_and_of_equals_the_lower_row(marks: list[int], k: int) -> None:
    rows = np.random.default_rng(len(marks)).permutation(len(marks))
    scores = np.array(marks, dtype=np.float32)
    found, given_scores = top_k(rows, scores, k)
    wanted = sorted(zip(-scores, rows, strict=True))[:k]
    assert found.tolist() == [row for _, row in wanted]
    assert given_scores.tolist() == [-score for score, _ in wanted]
