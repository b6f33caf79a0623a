"""The default encoder: multilingual-e5-small, with its token states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress

import numpy as np

from index.encoders.cpu import multiplies_eight_bits
from index.encoders.e5_tokenizer import E5Tokenizer, Tokens
from index.encoders.eight_bit import EIGHT_BIT_GRAPH
from index.encoders.encoding import Encoding, TokenStates, unit_vectors
from index.encoders.model_files import PROMPTS
from index.encoders.model_package import (
    DIMENSION,
    FINGERPRINT,
    MAX_TOKENS,
    NAME,
    default_model_directory,
)
from index.encoders.onnx_graph import GRAPH
from index.encoders.onnx_model import Ids, Numbers, OnnxModel
from index.errors import ModelError

_Made = tuple[Numbers, Numbers | None]  # vectors and states, as `OnnxModel.run` returns them

# Padded tokens in one batch: as fast as anything from 192 to 512, and half again as fast as 2,048,
# whose states no longer fit the caches next to a core.
_BATCH_TOKENS = 256


class E5Encoder:
    """Encodes through ONNX Runtime, which starts ten times sooner than sentence-transformers.

    Where the CPU has instructions for it, linear layers are multiplied in 8 bits; the vectors
    agree with float32's at a cosine of .9997 in the mean. Making an encoder costs nothing:
    tokenizer and weights are loaded, and the model is unpacked, when first needed.
    """

    name = NAME
    fingerprint = FINGERPRINT
    dimension = DIMENSION
    max_tokens = MAX_TOKENS

    def __init__(self) -> None:
        self._tokenizer = E5Tokenizer(default_model_directory, max_tokens=MAX_TOKENS)
        self._lock = threading.Lock()
        self._onnx: OnnxModel | None = None

    def encode_passages(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Encode texts to be found, longest first so that batches carry little padding."""
        self._tokenizer.prepare()
        tokens = self._tokenizer.tokenise(texts, prompt=PROMPTS["passage"])
        return self._encode(tokens, with_tokens)

    def encode_queries(self, texts: Sequence[str], *, with_tokens: bool = False) -> Encoding:
        """Encode texts to search with."""
        if self._onnx is None:
            # Weights and tokenizer take long to open, and are opened side by side.
            threading.Thread(target=self._open_ahead, name="model", daemon=True).start()
        tokens = self._tokenizer.tokenise(texts, prompt=PROMPTS["query"])
        return self._encode(tokens, with_tokens)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens as a passage; loads the tokenizer, not the weights."""
        return self._tokenizer.count(texts, prompt=PROMPTS["passage"])

    def _encode(self, tokens: Sequence[Tokens], with_tokens: bool) -> Encoding:
        model = self._model()
        vectors = np.empty((len(tokens), DIMENSION), np.float32)
        states: list[TokenStates | None] = [None] * len(tokens)

        def run(batch: Sequence[int]) -> _Made:
            ids, mask = _padded([tokens[row].ids for row in batch])
            return model.run(ids, mask, with_states=with_tokens)

        batches = _batches(tokens)
        with closing(_side_by_side(run, batches, model.threads)) as results:
            for batch, (made, layers) in zip(batches, results, strict=True):
                vectors[batch] = unit_vectors(
                    made, count=len(batch), dimension=DIMENSION, model=self.name
                )
                if layers is not None:
                    for row, layer in zip(batch, layers, strict=True):
                        states[row] = _own_states(tokens[row], layer)
        kept = tuple(state for state in states if state is not None)
        return Encoding(vectors, kept if with_tokens else None)

    def _model(self) -> OnnxModel:
        with self._lock:
            if self._onnx is None:
                able = multiplies_eight_bits()
                # In 8 bits a question's products are so short that sharing them costs more.
                graph = EIGHT_BIT_GRAPH if able else GRAPH
                self._onnx = OnnxModel(default_model_directory(), graph=graph, together=not able)
            return self._onnx

    def _open_ahead(self) -> None:
        with suppress(ModelError):  # it will be raised again where somebody waits for it
            self._model()


def _side_by_side(
    run: Callable[[Sequence[int]], _Made], batches: Sequence[Sequence[int]], threads: int
) -> Generator[_Made]:
    """What `run` makes of each batch, in their order, several at once.

    Threads that each run a batch seldom wait; those that share one wait at every operator.
    """
    if len(batches) < 2:
        yield from map(run, batches)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads, "encode") as pool:
        yield from pool.map(run, batches)  # closed early, it cancels what has not begun


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
