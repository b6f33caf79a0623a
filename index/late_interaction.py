"""Late interaction: every question word looks for its best match in a passage.

A passage is kept as one small vector per token instead of one vector in all. The score of a
passage is the weighted mean, over the question's tokens, of each token's best cosine with the
passage's tokens (MaxSim: Khattab & Zaharia 2020, "ColBERT", https://arxiv.org/abs/2004.12832).
Words that match in one sentence say more than words strewn over many, so the same is also taken of
the passage's best sentence alone. The vectors are a learned linear projection of the encoder's own
token states, so no second model runs. `benchmarks/train_head.py` makes the weights again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

Floats = npt.NDArray[np.float32]
TokenVectors = npt.NDArray[np.int8]  # (tokens, width), as a passage's are kept

WEIGHTS: Final = Path(__file__).with_name("late_interaction.safetensors")
CODE_MAX: Final = 127  # the largest int8
# A word that only the context has is weaker evidence than one in the passage: the lead itself
# should come before the passages that inherit it.
CONTEXT_TRUST: Final = 0.9
# Passage tokens compared in one step: in float32 a megabyte, which stays near the core.
AT_ONCE: Final = 2048
NO_MATCH: Final = -1.0  # the lowest cosine, given where there is no token to match


@dataclass(frozen=True, slots=True, eq=False)
class QueryTokens:
    """A projected question: unit `vectors` (tokens, width) and `weights` (tokens,) summing to 1."""

    vectors: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LateInteraction:
    """The trained head: projections from token states to small token vectors.

    `mean` (states,) is taken from every state; `query` and `passage` (states, width) project;
    `weigh` (states,) gives a question token's weight, softplus(state . weigh + ln(e - 1)), so
    that an untrained head weighs every token 1. `dense_scale`, `late_scale` and `sentence_scale`
    set the trained balance of cosine, passage and best sentence. `encoder` is the fingerprint of
    the encoder it was trained on, `fingerprint` the head's own identity.
    """

    mean: Floats
    query: Floats
    passage: Floats
    weigh: Floats
    dense_scale: float
    late_scale: float
    sentence_scale: float
    layers: tuple[int, ...]
    encoder: str
    fingerprint: str

    @classmethod
    def for_encoder(cls, fingerprint: str) -> LateInteraction | None:
        """Return the shipped head if it was trained on this encoder, and None for any other."""
        head = cls.load()
        return head if head.encoder == fingerprint else None

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> LateInteraction:
        """Read a head from a safetensors file; raise ModelError when it is damaged or absent."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                metadata = file.metadata() or {}
                tensors = {
                    name: np.asarray(file.get_tensor(name), dtype=np.float32)
                    for name in file.keys()  # noqa: SIM118 - not a mapping
                }
            head = cls(
                mean=tensors["mean"],
                query=tensors["query"],
                passage=tensors["passage"],
                weigh=tensors["weigh"],
                dense_scale=float(metadata["dense_scale"]),
                late_scale=float(metadata["late_scale"]),
                sentence_scale=float(metadata["sentence_scale"]),
                layers=tuple(int(layer) for layer in metadata["layers"].split(",")),
                encoder=metadata["encoder"],
                fingerprint=_digest(path),
            )
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(
                f"cannot read the late-interaction weights {path}: {error}; reinstall Kutip or "
                "make them again with benchmarks/train_head.py"
            ) from error
        head._check(path)
        return head

    def _check(self, path: Path) -> None:
        states, width = self.passage.shape if self.passage.ndim == 2 else (0, 0)
        expected = ((states,), (states, width), (states,))
        if not states or (self.mean.shape, self.query.shape, self.weigh.shape) != expected:
            raise ModelError(f"the late-interaction weights {path} have shapes that do not agree")
        if not all(np.isfinite(t).all() for t in (self.mean, self.query, self.passage, self.weigh)):
            raise ModelError(
                f"the late-interaction weights {path} hold numbers that are not finite"
            )

    @property
    def width(self) -> int:
        """Components of one token vector."""
        return int(self.passage.shape[1])

    @property
    def state_width(self) -> int:
        """Components of one token state: the encoder's layers in `layers`, side by side."""
        return int(self.passage.shape[0])

    def project_passage(self, states: npt.ArrayLike) -> TokenVectors:
        """Turn a passage's token states (tokens, state_width) into int8 vectors (tokens, width).

        Each vector is scaled to a largest component of 127 and rounded: only its direction is
        kept, and scoring divides by its length. Raises ModelError when the states have another
        width.
        """
        vectors = self._centred(states) @ self.passage
        largest = np.abs(vectors).max(axis=1, initial=0, keepdims=True)
        scaled = vectors * (CODE_MAX / np.where(largest > 0, largest, 1))
        return np.rint(scaled).astype(np.int8)

    def project_query(self, states: npt.ArrayLike) -> QueryTokens:
        """Turn a question's token states (tokens, state_width) into vectors and weights."""
        centred = self._centred(states)
        weights = np.logaddexp(0.0, centred @ self.weigh + np.log(np.e - 1)).astype(np.float32)
        total = weights.sum()
        return QueryTokens(_unit(centred @ self.query), weights / total if total else weights)

    def _centred(self, states: npt.ArrayLike) -> Floats:
        array = np.asarray(states, dtype=np.float32)
        if array.ndim != 2 or array.shape[1] != self.state_width:
            raise ModelError(
                f"token states have shape {array.shape}, but the late-interaction weights expect "
                f"(tokens, {self.state_width}): they belong to another model"
            )
        return array - self.mean

    def combine(self, dense: npt.ArrayLike, late: LateScores) -> Floats:
        """Return the ranking score of passages from their cosines (n,) and late scores."""
        combined: Floats = (
            self.dense_scale * np.asarray(dense, dtype=np.float32)
            + self.late_scale * late.passage
            + self.sentence_scale * late.sentence
        )
        return combined


@dataclass(frozen=True, slots=True, eq=False)
class LateScores:
    """Late-interaction scores, cosines in [-1, 1]: of whole passages and of the best sentence in
    each, (n,) both.
    """

    passage: Floats
    sentence: Floats


def score(
    query: QueryTokens,
    passages: Sequence[Sequence[TokenVectors]],
    contexts: Sequence[TokenVectors] | None = None,
) -> LateScores:
    """Score passages, each given as its sentences' token vectors.

    `contexts` are the token vectors of each passage's context, empty where it has none: a
    question token may find its match there instead, counted CONTEXT_TRUST times. A passage without
    tokens, and every passage for a question without tokens, scores -1.
    """
    counts = np.array([max(1, len(sentences)) for sentences in passages], dtype=np.intp)
    nothing = np.full(len(passages), NO_MATCH, dtype=np.float32)
    if not len(query.weights) or not len(passages):
        return LateScores(nothing, nothing)
    empty = np.empty((0, 1), dtype=np.int8)
    matches = best_matches(query, [one for whole in passages for one in (whole or (empty,))])
    if contexts is not None:
        found = trusted(best_matches(query, contexts), CONTEXT_TRUST)
        matches = np.maximum(matches, np.repeat(found, counts, axis=1))
    starts = np.cumsum(counts) - counts
    whole = query.weights @ np.maximum.reduceat(matches, starts, axis=1)
    best = np.maximum.reduceat(query.weights @ matches, starts)
    return LateScores(whole.astype(np.float32), best.astype(np.float32))


def trusted(matches: Floats, trust: float) -> Floats:
    """Matches elsewhere, counted `trust` times; what is no match is no better for it."""
    less: Floats = np.where(matches > 0, np.float32(trust) * matches, matches)
    return less


def best_matches(query: QueryTokens, passages: Sequence[TokenVectors]) -> Floats:
    """Return each question token's best cosine in each passage: (question tokens, n).

    A passage without tokens matches nothing: -1.
    """
    matches = np.full((len(query.weights), len(passages)), NO_MATCH, dtype=np.float32)
    lengths = np.array([len(codes) for codes in passages], dtype=np.intp)
    filled = np.flatnonzero(lengths)
    ends = np.cumsum(lengths[filled])
    first = 0
    while first < len(filled):
        before = ends[first] - lengths[filled[first]]
        last = max(first + 1, int(np.searchsorted(ends, before + AT_ONCE, side="right")))
        some = filled[first:last]
        codes = np.concatenate([passages[i] for i in some])
        starts = ends[first:last] - lengths[some] - before
        matches[:, some] = np.maximum.reduceat(cosines(query, codes), starts, axis=1)
        first = last
    return matches


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def cosines(query: QueryTokens, codes: TokenVectors) -> Floats:
    """Return the cosine of every question token with every passage token."""
    vectors = codes.astype(np.float32)
    # The cosines are fewer than the numbers that a unit vector of each token would have.
    norms = np.sqrt(np.vecdot(vectors, vectors))
    found: Floats = query.vectors @ vectors.T
    found /= np.maximum(norms, np.finfo(np.float32).tiny)
    return found


def _unit(vectors: npt.NDArray[np.floating]) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(norms, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit
