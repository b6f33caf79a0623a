"""What every encoder takes and gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The encoder's states of one text's own tokens, without special tokens and prompt.

    `states` is (tokens, width) float16, the chosen layers side by side; `offsets` is (tokens, 2)
    int32, code points into the text as it was given.
    """

    states: npt.NDArray[np.float16]
    offsets: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Encoding:
    """Encoded texts, in the order given.

    `vectors` is (texts, dimension) float32 of unit length; `tokens` holds one TokenStates per
    text, or is None when they were not asked for or the encoder has none.
    """

    vectors: npt.NDArray[np.float32]
    tokens: tuple[TokenStates, ...] | None = None


class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how close their meanings are.

    Every method is safe to call from several threads and raises ModelError when the model cannot
    be had or gives unusable numbers.
    """

    @property
    def name(self) -> str:
        """What people call the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """An identity that differs between encoders that would give different vectors."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens that are encoded, prompt and special tokens included; more are cut off."""
        ...

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Encode texts to be found."""
        ...

    def encode_queries(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Encode texts to search with."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens as a passage, special tokens and prompt included."""
        ...


def without_surrogates(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes, one for one by U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def unit_vectors(
    vectors: npt.NDArray[np.generic], *, count: int, dimension: int, model: str
) -> npt.NDArray[np.float32]:
    """Check a model's output and scale its rows to unit length; a zero row stays zero.

    Raises ModelError when there are not `count` rows of `dimension` finite numbers: a NaN would
    disappear silently from every later search.
    """
    if vectors.shape != (count, dimension):
        raise ModelError(
            f"the model {model} gave vectors of shape {vectors.shape} where "
            f"{(count, dimension)} was expected; use another model"
        )
    numbers = vectors.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise ModelError(f"the model {model} gave numbers that are not finite; use another model")
    lengths = np.linalg.norm(numbers, axis=1, keepdims=True)
    np.divide(numbers, lengths, out=numbers, where=lengths > 0)
    return numbers
