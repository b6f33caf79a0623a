"""An encoder without a model: quick, the same everywhere, and whatever else is in the batch."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence

import numpy as np

from index.embedding import Encoding, TokenStates

_WORD = re.compile(r"\w+")


class FakeEncoder:
    """Texts are bags of words, each word a random direction seeded by its hash.

    Texts that share words are closer than texts that do not. Queries and passages are encoded
    alike. A token is a word, and its state is the word's direction.
    """

    name = "fake"
    fingerprint = "fake@1"
    dimension = 64
    max_tokens = 512

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        tokens = [self._tokens(text) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, one in enumerate(tokens):
            # The constant keeps a text without words from having no direction.
            total = one.states.astype(np.float32).sum(axis=0) + 1e-3
            vectors[row] = total / np.linalg.norm(total)
        return Encoding(vectors, tuple(tokens) if with_tokens else None)

    def encode_queries(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        return self.encode_passages(texts, with_tokens=with_tokens)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        special = 4  # as the real tokenizer: two special tokens and a prompt of two
        return [special + len(_WORD.findall(text)) for text in texts]

    def _tokens(self, text: str) -> TokenStates:
        words = list(_WORD.finditer(text))[: self.max_tokens - 4]
        states = np.zeros((len(words), self.dimension), np.float16)
        for row, word in enumerate(words):
            states[row] = self._direction(word.group().casefold())
        offsets = np.array([word.span() for word in words], np.int32).reshape(-1, 2)
        return TokenStates(states, offsets)

    def _direction(self, word: str) -> np.ndarray:
        seed = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()[:8]
        generator = np.random.default_rng(int.from_bytes(seed, "little"))
        direction = generator.standard_normal(self.dimension)
        return direction / np.linalg.norm(direction)


class SlowEncoder(FakeEncoder):
    """The same, as slow as a model."""

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        time.sleep(0.01 * len(texts))
        return super().encode_passages(texts, with_tokens=with_tokens)


def load_slow(name: str) -> FakeEncoder:
    """What other processes load."""
    assert name == FakeEncoder.name
    return SlowEncoder()
