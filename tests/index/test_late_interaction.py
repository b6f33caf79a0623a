"""The late-interaction head: scoring against a plain loop, quantisation, damaged weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from index.errors import ModelError
from index.model_package import FINGERPRINT
from index.late_interaction import (
    LateInteraction,
    QueryTokens,
    score,
    score_spans,
    token_matches,
)


@pytest.fixture(scope="module")
def head() -> LateInteraction:
    return LateInteraction.load()


def states(head: LateInteraction, tokens: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(tokens, head.state_width)).astype(np.float32)


def naive_score(query: QueryTokens, codes: np.ndarray) -> float:
    """ColBERT's MaxSim, written as two loops over unquantised cosines of the codes."""
    if not len(codes) or not len(query.weights):
        return -1.0
    total = 0.0
    for vector, weight in zip(query.vectors, query.weights, strict=True):
        total += float(weight) * max(float(vector @ code) / 127 for code in codes.astype(float))
    return total


def test_the_shipped_weights_have_the_default_models_shapes(head: LateInteraction) -> None:
    assert (head.width, head.state_width) == (128, 768)
    assert head.layers == (8, 11)
    assert head.dense_scale > 0 and head.late_scale > 0
    assert (
        Path(__file__).parents[2].joinpath("index/late_interaction.safetensors").stat().st_size
        < 1e6
    )


@given(
    lengths=st.lists(st.integers(0, 9), max_size=6),
    tokens=st.integers(0, 7),
    seed=st.integers(0, 2**16),
)
def test_vectorised_scores_equal_a_plain_loop(lengths: list[int], tokens: int, seed: int) -> None:
    head = LateInteraction.load()
    query = head.project_query(states(head, tokens, seed))
    passages = [head.project_passage(states(head, n, seed + i)) for i, n in enumerate(lengths)]
    scores = score(query, passages)
    assert scores.shape == (len(lengths),)
    assert scores == pytest.approx([naive_score(query, p) for p in passages], abs=1e-5)


def test_a_whole_passage_span_scores_as_the_passage(head: LateInteraction) -> None:
    query, passage = (
        head.project_query(states(head, 5, 1)),
        head.project_passage(states(head, 8, 2)),
    )
    whole, left, right, empty, beyond = score_spans(
        query, passage, [(0, 8), (0, 3), (3, 8), (4, 4), (0, 99)]
    )
    assert whole == beyond == score(query, [passage])[0]
    assert max(left, right) <= whole
    assert empty == -1
    assert left == pytest.approx(naive_score(query, passage[:3]), abs=1e-5)


def test_token_matches_weighted_give_the_score(head: LateInteraction) -> None:
    query, passage = (
        head.project_query(states(head, 6, 3)),
        head.project_passage(states(head, 9, 4)),
    )
    matches = token_matches(query, passage)
    assert matches.shape == (6,)
    assert query.weights @ matches == pytest.approx(score(query, [passage])[0], abs=1e-6)
    assert (token_matches(query, passage[:0]) == -1).all()


def test_a_question_finds_the_passage_made_of_its_own_states(head: LateInteraction) -> None:
    own = states(head, 6, 5)
    others = [head.project_passage(states(head, 40, seed)) for seed in range(6, 26)]
    scores = score(head.project_query(own), [*others, head.project_passage(own)])
    assert scores.argmax() == len(others)


def test_codes_stay_within_half_a_step_of_the_unit_vectors(head: LateInteraction) -> None:
    given_states = states(head, 300, 7)
    projected = (given_states - head.mean) @ head.passage
    unit = projected / np.linalg.norm(projected, axis=1, keepdims=True)
    codes = head.project_passage(given_states)
    assert codes.dtype == np.int8
    assert np.abs(codes / 127 - unit).max() <= 0.5 / 127 + 1e-6


def test_weights_of_a_question_are_positive_and_sum_to_one(head: LateInteraction) -> None:
    query = head.project_query(states(head, 11, 8))
    assert (query.weights > 0).all()
    assert query.weights.sum() == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(query.vectors, axis=1) == pytest.approx(np.ones(11), abs=1e-5)


def test_a_state_that_is_the_mean_gives_numbers_not_nan(head: LateInteraction) -> None:
    flat = np.repeat(head.mean[None], 3, axis=0)
    assert not head.project_passage(flat).any()
    assert np.isfinite(head.project_query(flat).vectors).all()


def test_nothing_in_gives_nothing_out(head: LateInteraction) -> None:
    empty = np.empty((0, head.state_width), dtype=np.float32)
    query = head.project_query(empty)
    assert query.vectors.shape == (0, head.width)
    assert score(query, []).shape == (0,)
    assert score(query, [head.project_passage(empty)]).tolist() == [-1]


def test_states_of_another_model_are_refused(head: LateInteraction) -> None:
    for wrong in (np.zeros((4, head.state_width + 1)), np.zeros(head.state_width)):
        with pytest.raises(ModelError, match="another model"):
            head.project_passage(wrong)


def test_combine_weighs_the_two_cosines(head: LateInteraction) -> None:
    combined = head.combine([0.5, 0.8], [0.25, 0.0])
    assert combined.tolist() == pytest.approx(
        [head.dense_scale * 0.5 + head.late_scale * 0.25, head.dense_scale * 0.8], rel=1e-5
    )


def test_the_head_serves_only_the_encoder_it_was_trained_on(head: LateInteraction) -> None:
    assert LateInteraction.for_encoder(FINGERPRINT) == head
    assert LateInteraction.for_encoder("another model") is None


def test_missing_and_damaged_weights_are_named(tmp_path: Path) -> None:
    missing, damaged, other = (tmp_path / name for name in ("missing", "damaged", "other"))
    damaged.write_bytes(b"\x10" + b"\0" * 30)
    save_file({"mean": np.zeros(3, np.float32)}, other)
    for path in (missing, damaged, other):
        with pytest.raises(ModelError, match=path.name):
            LateInteraction.load(path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mean", np.zeros(4, np.float32), "do not agree"),
        ("query", np.full((3, 2), np.nan, np.float32), "not finite"),
    ],
)
def test_weights_that_contradict_each_other_are_refused(
    tmp_path: Path, name: str, value: np.ndarray, message: str
) -> None:
    tensors = {
        "mean": np.zeros(3, np.float32),
        "query": np.ones((3, 2), np.float32),
        "passage": np.ones((3, 2), np.float32),
        "weigh": np.zeros(3, np.float32),
    }
    metadata = {"dense_scale": "1", "late_scale": "1", "layers": "8,11", "encoder": "small@1"}
    path = tmp_path / "head.safetensors"
    save_file(tensors, path, metadata)
    assert LateInteraction.load(path).width == 2
    save_file(tensors | {name: value}, path, metadata)
    with pytest.raises(ModelError, match=message):
        LateInteraction.load(path)
