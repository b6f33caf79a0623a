"""The late-interaction head: scoring against a plain loop, quantisation, damaged weights."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from index.encoders.model_package import FINGERPRINT
from index.errors import ModelError
from index.late_interaction import (
    WEIGHTS,
    LateInteraction,
    LateScores,
    QueryTokens,
    best_matches,
    score,
)


@cache
def shipped_head() -> LateInteraction:
    return LateInteraction.load()


@pytest.fixture
def head() -> LateInteraction:
    return shipped_head()


def states(head: LateInteraction, tokens: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(tokens, head.state_width)).astype(np.float32)


def cosine(left: np.ndarray, right: np.ndarray) -> float:
    lengths = np.linalg.norm(left) * np.linalg.norm(right)
    return float(left @ right) / lengths if lengths else 0.0


def naive_score(query: QueryTokens, codes: np.ndarray) -> float:
    """ColBERT's MaxSim, written as two loops."""
    if not len(codes) or not len(query.weights):
        return -1.0
    total = 0.0
    for vector, weight in zip(query.vectors, query.weights, strict=True):
        total += float(weight) * max(cosine(vector, code) for code in codes.astype(float))
    return total


def test_the_shipped_weights_have_the_default_models_shapes(head: LateInteraction) -> None:
    assert (head.width, head.state_width) == (128, 768)
    assert head.layers == (8, 11)
    assert head.dense_scale > 0
    assert head.late_scale > 0
    assert head.sentence_scale > 0
    assert WEIGHTS.stat().st_size < 1_000_000


@settings(deadline=None)  # a busy machine is not a failure
@given(
    lengths=st.lists(st.integers(0, 9), max_size=6),
    tokens=st.integers(0, 7),
    seed=st.integers(0, 2**16),
)
def test_vectorised_scores_equal_a_plain_loop(lengths: list[int], tokens: int, seed: int) -> None:
    head = shipped_head()
    query = head.project_query(states(head, tokens, seed))
    passages = [head.project_passage(states(head, n, seed + i)) for i, n in enumerate(lengths)]
    # Every passage whole, and cut into sentences of two tokens.
    whole = score(query, [[passage] for passage in passages])
    cut = score(query, [np.split(passage, range(2, len(passage), 2)) for passage in passages])
    expected = [naive_score(query, passage) for passage in passages]
    best = [
        max(naive_score(query, passage[i : i + 2]) for i in range(0, max(1, len(passage)), 2))
        for passage in passages
    ]
    assert whole.passage == pytest.approx(expected, abs=1e-5)
    assert whole.sentence == pytest.approx(expected, abs=1e-5)
    assert cut.passage == pytest.approx(expected, abs=1e-5)
    assert cut.sentence == pytest.approx(best, abs=1e-5)


def test_parts_of_a_passage_score_at_most_the_whole(head: LateInteraction) -> None:
    query, passage = (
        head.project_query(states(head, 5, 1)),
        head.project_passage(states(head, 8, 2)),
    )
    parts = [passage, passage[:3], passage[3:], passage[:0]]
    whole, left, right, empty = score(query, [[part] for part in parts]).passage
    assert max(left, right) <= whole + 1e-6
    assert empty == pytest.approx(-1)
    assert left == pytest.approx(naive_score(query, passage[:3]), abs=1e-5)


def test_best_matches_weighted_give_the_score(head: LateInteraction) -> None:
    query, passage = (
        head.project_query(states(head, 6, 3)),
        head.project_passage(states(head, 9, 4)),
    )
    matches = best_matches(query, [passage, passage[:0]])
    assert matches.shape == (6, 2)
    assert query.weights @ matches[:, 0] == pytest.approx(
        score(query, [[passage]]).passage[0], abs=1e-6
    )
    assert (matches[:, 1] == -1).all()


def test_context_helps_but_counts_for_less_than_the_passage(head: LateInteraction) -> None:
    own = states(head, 4, 1)
    query, same = head.project_query(own), head.project_passage(own)
    other = head.project_passage(states(head, 9, 2))
    nothing = other[:0]
    scores = score(query, [[same], [other], [other]], [nothing, same, nothing])
    for inside, beside, absent in (scores.passage, scores.sentence):
        assert inside > beside > absent
        assert absent == pytest.approx(score(query, [[other]]).passage[0], abs=1e-6)


def test_a_context_helps_every_sentence_of_its_passage(head: LateInteraction) -> None:
    query, near, far, context = (
        head.project_query(states(head, 4, 1)),
        *(head.project_passage(states(head, 6, seed)) for seed in (2, 3, 4)),
    )
    both = score(query, [[near, far]], [context])
    alone = score(query, [[near], [far]], [context, context])
    assert both.sentence[0] == pytest.approx(alone.passage.max(), abs=1e-6)


def test_matches_in_one_sentence_beat_matches_strewn_over_two(head: LateInteraction) -> None:
    own = states(head, 6, 9)
    query = head.project_query(own)
    left, right = head.project_passage(own[:3]), head.project_passage(own[3:])
    together, apart = score(query, [[np.concatenate((left, right)), right], [left, right]]).sentence
    assert together > apart
    assert score(query, [[left, right]]).passage[0] == pytest.approx(together, abs=1e-6)


def test_a_question_finds_the_passage_made_of_its_own_states(head: LateInteraction) -> None:
    own = states(head, 6, 5)
    others = [head.project_passage(states(head, 40, seed)) for seed in range(6, 26)]
    passages = [[passage] for passage in (*others, head.project_passage(own))]
    assert score(head.project_query(own), passages).passage.argmax() == len(others)


def test_codes_keep_the_direction_of_every_token(head: LateInteraction) -> None:
    given_states = states(head, 300, 7)
    projected = (given_states - head.mean) @ head.passage
    largest = np.abs(projected).max(axis=1, keepdims=True)
    codes = head.project_passage(given_states)
    assert codes.dtype == np.int8
    assert (np.abs(codes).max(axis=1) == 127).all()
    assert np.abs(codes / 127 * largest - projected).max() <= largest.max() * (0.5 / 127 + 1e-6)
    pairs = zip(codes.astype(float), projected, strict=True)
    assert min(cosine(code, vector) for code, vector in pairs) > 0.9998


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
    asked = head.project_query(states(head, 2, 1))
    for some in (query, asked):
        assert score(some, []).passage.shape == score(some, []).sentence.shape == (0,)
        for passage in ([head.project_passage(empty)], []):
            scores = score(some, [passage])
            assert [*scores.passage, *scores.sentence] == pytest.approx([-1, -1])


def test_states_of_another_model_are_refused(head: LateInteraction) -> None:
    for wrong in (np.zeros((4, head.state_width + 1)), np.zeros(head.state_width)):
        with pytest.raises(ModelError, match="another model"):
            head.project_passage(wrong)


def test_combine_weighs_the_three_cosines(head: LateInteraction) -> None:
    late = LateScores(np.array([0.25, 0.0], np.float32), np.array([0.0, 0.5], np.float32))
    assert head.combine([0.5, 0.8], late).tolist() == pytest.approx(
        [
            head.dense_scale * 0.5 + head.late_scale * 0.25,
            head.dense_scale * 0.8 + head.sentence_scale * 0.5,
        ],
        rel=1e-5,
    )


def test_the_head_serves_only_the_encoder_it_was_trained_on(head: LateInteraction) -> None:
    shipped = LateInteraction.for_encoder(FINGERPRINT)
    assert shipped is not None
    assert shipped.fingerprint == head.fingerprint
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
    scales = dict.fromkeys(("dense_scale", "late_scale", "sentence_scale"), "1")
    metadata = scales | {"layers": "8,11", "encoder": "small@1"}
    path = tmp_path / "head.safetensors"
    save_file(tensors, path, metadata)
    assert LateInteraction.load(path).width == 2
    save_file(tensors | {name: value}, path, metadata)
    with pytest.raises(ModelError, match=message):
        LateInteraction.load(path)


@pytest.mark.parametrize("at_once", [1, 7, 20, 10_000])
def test_passages_match_alike_however_many_are_compared_in_one_step(
    monkeypatch: pytest.MonkeyPatch, head: LateInteraction, at_once: int
) -> None:
    query = head.project_query(states(head, 4, seed=0))
    lengths = [3, 0, 12, 1, 0, 7, 30, 2]
    passages = [head.project_passage(states(head, n, seed=1 + n)) for n in lengths]
    alone = [best_matches(query, [passage])[:, 0] for passage in passages]
    monkeypatch.setattr("index.late_interaction.AT_ONCE", at_once)
    np.testing.assert_allclose(best_matches(query, passages), np.stack(alone, axis=1), atol=1e-6)
