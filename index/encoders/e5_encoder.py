"""The default encoder: multilingual-e5-small, with its token states."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from index.encoders.e5_tokenizer import E5Tokenizer, Tokens
from index.encoders.encoding import Encoding, Progress, TokenStates, unit_vectors
from index.encoders.model_files import PROMPTS
from index.encoders.model_package import (
    DIMENSION,
    FINGERPRINT,
    MAX_TOKENS,
    NAME,
    default_model_directory,
)
from index.encoders.onnx_graph import STATE_LAYERS
from index.encoders.onnx_model import Ids, Numbers, OnnxModel
from index.errors import ModelError

# Padded tokens in one batch: throughput is flat from 500 to 4,000, memory is not.
_BATCH_TOKENS = 2048
# Importing torch and sentence-transformers costs some 10 s, which bfloat16 has to win back.
_BFLOAT16_PAYS_FROM = 200


class _Model(Protocol):
    def run(self, ids: Ids, mask: Ids, *, with_states: bool) -> tuple[Numbers, Numbers | None]: ...


class E5Encoder:
    """Encodes through ONNX Runtime, which starts ten times sooner and is no slower.

    Only where the CPU multiplies bfloat16 in tiles (AMX) does sentence-transformers take over, once
    as many passages have been encoded as pay for its start-up; its vectors agree at cosine
    >= 0.9999. Making an encoder costs nothing: tokenizer and weights are loaded, and the model
    is unpacked, when first needed.
    """

    name = NAME
    fingerprint = FINGERPRINT
    dimension = DIMENSION
    max_tokens = MAX_TOKENS

    def __init__(self, *, cache: Path | None = None) -> None:
        """Name the folder to unpack the model in; the default is the user's cache."""
        self._cache = cache
        self._tokenizer = E5Tokenizer(self._directory, max_tokens=MAX_TOKENS)
        self._lock = threading.Lock()
        self._onnx: OnnxModel | None = None
        self._bfloat16: _Model | None = None
        self._passages_encoded = 0

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        with_tokens: bool = False,
        progress: Progress | None = None,
    ) -> Encoding:
        """Encode texts to be found, longest first so that batches carry little padding."""
        model = self._passage_model(len(texts))
        self._tokenizer.prepare()
        tokens = self._tokenizer.tokenise(texts, prompt=PROMPTS["passage"])
        return self._encode(model, tokens, with_tokens, progress)

    def encode_queries(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Encode texts to search with."""
        if self._onnx is None:
            # Weights and tokenizer take long to open, and are opened side by side.
            threading.Thread(target=self._open_ahead, name="model", daemon=True).start()
        tokens = self._tokenizer.tokenise(texts, prompt=PROMPTS["query"])
        return self._encode(self._query_model(), tokens, with_tokens, None)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens as a passage; loads the tokenizer, not the weights."""
        return self._tokenizer.count(texts, prompt=PROMPTS["passage"])

    def _encode(
        self,
        model: _Model,
        tokens: Sequence[Tokens],
        with_tokens: bool,
        progress: Progress | None,
    ) -> Encoding:
        vectors = np.empty((len(tokens), DIMENSION), np.float32)
        states: list[TokenStates | None] = [None] * len(tokens)
        done = 0
        for batch in _batches(tokens):
            ids, mask = _padded([tokens[row].ids for row in batch])
            made, layers = model.run(ids, mask, with_states=with_tokens)
            vectors[batch] = unit_vectors(
                made, count=len(batch), dimension=DIMENSION, model=self.name
            )
            if layers is not None:
                for row, layer in zip(batch, layers, strict=True):
                    states[row] = _own_states(tokens[row], layer)
            done += len(batch)
            if progress is not None:
                progress(done)
        kept = tuple(state for state in states if state is not None)
        return Encoding(vectors, kept if with_tokens else None)

    def _directory(self) -> Path:
        return default_model_directory(cache=self._cache)

    def _query_model(self) -> _Model:
        with self._lock:
            if self._onnx is None:
                self._onnx = OnnxModel(self._directory())
            return self._onnx

    def _open_ahead(self) -> None:
        with suppress(ModelError):  # it will be raised again where somebody waits for it
            self._query_model()

    def _passage_model(self, count: int) -> _Model:
        with self._lock:
            self._passages_encoded += count
            many = self._passages_encoded >= _BFLOAT16_PAYS_FROM
            if self._bfloat16 is None and many and cpu_has_bfloat16():
                from index.encoders.sentence_encoder import BFloat16Model

                self._bfloat16 = BFloat16Model(self._directory(), layers=STATE_LAYERS)
            if self._bfloat16 is not None:
                return self._bfloat16
        return self._query_model()


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 matrices in tiles (AMX).

    With AVX-512 BF16 alone a product runs at half the speed of float32, measured.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    return "amx_bf16" in flags.split()


def _batches(tokens: Sequence[Tokens]) -> list[list[int]]:
    """Group row numbers, longest text first, into batches of at most _BATCH_TOKENS padded."""
    batches: list[list[int]] = []
    room = 0
    for row in sorted(range(len(tokens)), key=lambda row: -len(tokens[row].ids)):
        if room == 0:
            batches.append([])
            room = max(1, _BATCH_TOKENS // len(tokens[row].ids))
        batches[-1].append(row)
        room -= 1
    return batches


def _padded(ids: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    # The mask, and not the id, says what is padding.
    padded = np.zeros((len(ids), max(map(len, ids))), np.int64)
    mask = np.zeros_like(padded)
    for row, one in enumerate(ids):
        padded[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return padded, mask


def _own_states(tokens: Tokens, layers: Numbers) -> TokenStates:
    own = layers[tokens.first : len(tokens.ids) - 1]
    return TokenStates(own.astype(np.float16), tokens.offsets)
