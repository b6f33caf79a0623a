"""Writes small `E5S1` files, as the default model's package holds a large one."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

CONTROL = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = ("▁", "<", ">", "/", "s", "pad", "mas", "k", "unk", "▁a", "a", "▁b", "b", "é", "<mask>")


@dataclass
class SmallModel:
    """A BERT of twelve tiny layers with random weights; every field may be spoilt by a test."""

    magic: bytes = b"E5S1"
    version: int = 1
    hidden: int = 32
    layers: int = 12
    heads: int = 2
    inner: int = 64
    positions: int = 64
    block: int = 32
    pieces: tuple[str, ...] = CONTROL + WORDS
    special: tuple[int, int, int, int] = (0, 2, 1, 3)  # bos, eos, pad, unk
    dropped: frozenset[str] = frozenset()
    seed: int = 0
    weights: dict[str, np.ndarray] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        rng = np.random.default_rng(self.seed)
        blobs = [piece.encode() for piece in self.pieces]
        scores = [0.0 if p in (*CONTROL, "<mask>") else -1.0 - i for i, p in enumerate(self.pieces)]
        sizes = (self.hidden, self.layers, self.heads, self.inner, len(blobs), self.positions, 2)
        head = self.magic + struct.pack("<I7ifi", self.version, *sizes, 1e-12, self.block)
        head += struct.pack("<5iQ", len(blobs), *self.special, sum(map(len, blobs)))
        head += np.cumsum([0, *map(len, blobs)]).astype("<u4").tobytes()
        head += np.array(scores, "<f4").tobytes() + b"".join(blobs)
        head += struct.pack("<iI", 0, 0)  # no normalisation map
        shapes = [(name, size) for name, size in self._shapes() if name not in self.dropped]
        tensors = [(name, *self._tensor(name, size, rng)) for name, size in shapes]
        names = sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
        offset = len(head) + 4 + names
        directory = struct.pack("<i", len(tensors))
        for name, kind, count, data in tensors:
            directory += struct.pack("<H", len(name)) + name.encode()
            directory += struct.pack("<BIQQ", kind, count, offset, len(data))
            offset += len(data)
        return head + directory + b"".join(data for *_, data in tensors)

    def _shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        hidden, inner = self.hidden, self.inner
        shapes: list[tuple[str, tuple[int, ...]]] = [
            ("emb.word", (len(self.pieces), hidden)),
            ("emb.pos", (self.positions, hidden)),
            ("emb.type", (2, hidden)),
            ("emb.ln.w", (hidden,)),
            ("emb.ln.b", (hidden,)),
        ]
        for layer in range(self.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo"):
                rows = inner if name == "fi" else hidden
                shapes.append((f"l{layer}.{name}.w", (rows, inner if name == "fo" else hidden)))
                shapes.append((f"l{layer}.{name}.b", (rows,)))
            for name in ("aln", "oln"):
                shapes += [(f"l{layer}.{name}.w", (hidden,)), (f"l{layer}.{name}.b", (hidden,))]
        return shapes

    def _tensor(
        self, name: str, shape: tuple[int, ...], rng: np.random.Generator
    ) -> tuple[int, int, bytes]:
        count = int(np.prod(shape))
        if len(shape) == 1 or name in ("emb.pos", "emb.type"):
            values = rng.standard_normal(count).astype("<f4")
            self.weights[name] = values.reshape(shape)
            return 0, count, values.tobytes()
        data, values = b"", []
        for _ in range(count // 32):
            scale = np.float16(rng.uniform(0.01, 0.1))
            nibbles = rng.integers(0, 16, 32)
            data += scale.astype("<f2").tobytes()
            data += bytes(int(nibbles[i]) | int(nibbles[i + 16]) << 4 for i in range(16))
            values += [(int(nibble) - 8) * float(scale) for nibble in nibbles]
        self.weights[name] = np.array(values, np.float32).reshape(shape)
        return 1, count, data
