"""Writes the model's linear layers in 8 bits, with an ONNX graph that multiplies them so.

Every input channel of a layer is first divided by a power of the largest value it takes
(SmoothQuant, Xiao et al. 2022, arXiv 2211.10438): a few channels are tens of times larger than
the rest, and one step for all would round the rest away. What is divided there is multiplied
into the weights, which have one step per output channel. The loudest channels of all stay in
float32. The ranges are measured once, on the texts below and on random tokens, and then fixed,
so that a text's vectors do not depend on its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.model_files import WEIGHTS
from index.encoders.onnx_graph import RUNTIME_DOMAIN, GraphBuilder, write_onnx
from index.encoders.onnx_model import Numbers, OnnxModel
from index.encoders.packed_model import Shape

EIGHT_BIT_GRAPH = "eight_bit.onnx"
EIGHT_BIT_WEIGHTS = "eight_bit.safetensors"
_RANGES_GRAPH = "ranges.onnx"  # there while the ranges are measured

# The power that gave the smallest error of nearly every layer's output, of 0 to 1.
_POWER = 0.7
# Channels around GELU that stay in float32, the loudest (LLM.int8, Dettmers et al. 2022, arXiv
# 2208.07339): with 4 the error of those layers nearly halves, with 32 it is little smaller.
_LOUD = 8
# Values beyond the measured range are cut off; other texts go a little beyond these.
_MARGIN = 1.2
# Random tokens reach what the texts do not: before loud channels were kept, the worst vectors were
# at a cosine of .999 to float32's, without random tokens at .997, with them alone at .995.
_RANDOM_TEXTS, _RANDOM_TOKENS = 64, 64

# Scripts, lengths, numbers and marks of all kinds; no text that is measured with elsewhere.
RANGE_TEXTS = (
    "query: Where was the harbour master born?",
    "query: Berapa harga beras di pasar induk pekan lalu?",
    "query: Ai là người xây cây cầu này?",
    "passage: Wali kota meresmikan jembatan gantung sepanjang 240 meter pada Sabtu (14/3). Warga "
    "dua desa tidak perlu lagi memutar 18 kilometer. “Anak-anak bisa berjalan ke sekolah,” "
    "katanya. Biaya pembangunannya Rp 7,5 miliar, dibayar dari anggaran provinsi.",
    "passage: Trời mưa suốt ba ngày làm nước sông dâng cao 2,3 mét; hơn 400 hộ dân ở vùng trũng "
    "phải chuyển đến trường học. Chính quyền phát gạo, nước uống và chăn màn.",
    "passage: The observatory's new mirror, 8.2 m across, arrived by ship on 3 May 2019. Its "
    "polishing took four years, and no error on its surface is larger than 15 nanometres.",
    "passage: 市役所は来年四月から図書館の開館時間を午後九時まで延長すると発表した。"
    "利用者の要望が多かったためという。",
    "passage: Der Bäcker öffnet um 5:30 Uhr; samstags gibt's Brezeln, Hörnchen & Streuselkuchen!",
    "passage: На станции установили новые часы, которые показывают время в трёх городах.",
    "passage: فتح المتحف أبوابه مجانا يوم الجمعة، وزاره أكثر من ألفي شخص.",
    "passage: ชาวนาเก็บเกี่ยวข้าวได้น้อยลงเพราะฝนมาช้า",
    "passage: 도서관은 월요일마다 문을 닫습니다.",
    "passage: Prezes spółki (ur. 1961) złożył rezygnację; akcje spadły o 3,7%.",
    "passage: def area(r): return 3.14159 * r ** 2  # https://example.org/?q=a&b=1",
    "passage: 🙂🙂 !!! ... --- (((a))) *** 0000000 ABCABCABC \u00ad \u2028 ½ ﬁ",
    "passage: Daftar: 1) garam; 2) gula; 3) minyak; 4) tepung; 5) telur. " * 8,
    "passage: x",
    "passage: ",
)


def write_eight_bit(directory: Path, shape: Shape, tokens: Sequence[Sequence[int]]) -> None:
    """Write 8-bit weights and their graph beside the float32 model in `directory`.

    `tokens` are those of RANGE_TEXTS. The graph has the inputs and outputs of `write_graph`'s.
    Raises OSError when the disk does not take them.
    """
    from safetensors import safe_open
    from safetensors.numpy import save_file

    begin, *_, end = tokens[0]
    dice = np.random.default_rng(0).integers(shape.vocab_size, size=(_RANDOM_TEXTS, _RANDOM_TOKENS))
    random = [[begin, *drawn, end] for drawn in dice.tolist()]
    ranges = _RangesBuilder([directory / WEIGHTS], shape)
    measured = _measure(ranges, directory, [*tokens, *random])
    made: dict[str, npt.NDArray[Any]] = {}
    with safe_open(directory / WEIGHTS, "numpy") as float32:
        for first, layers in ranges.layers.items():
            loud = _loud_channels(first, measured[first])
            measured[first][:, loud] = 0
            divisors, zero = _divisors(*measured[first])
            factors = 1 / divisors
            factors[loud] = 0
            made |= {f"{first}.factors": factors, f"{first}.zero": zero}
            if len(loud):
                made[f"{first}.loud"] = loud
            for layer in layers:
                weights = float32.get_tensor(f"{layer}.weight")
                if len(loud):
                    made[f"{layer}.exact"] = np.ascontiguousarray(weights[:, loud])
                weights[:, loud] = 0
                made |= _eight_bit(layer, weights * divisors)
    path = directory / EIGHT_BIT_WEIGHTS
    save_file(made, path)
    path.chmod(0o644)  # as the other weights
    write_onnx(_EightBitBuilder([directory / WEIGHTS, path], shape), directory / EIGHT_BIT_GRAPH)


def _measure(
    builder: _RangesBuilder, directory: Path, tokens: Sequence[Sequence[int]]
) -> dict[str, Numbers]:
    """The lowest and highest value of each input's channels, (2, channels)."""
    graph = directory / _RANGES_GRAPH
    write_onnx(builder, graph)
    try:
        model = OnnxModel(directory, graph=graph.name)
        names = [f"{first}.range" for first in builder.layers]
        texts = [np.array([one]) for one in tokens]
        seen = [model.outputs(names, ids, np.ones_like(ids)) for ids in texts]
    finally:
        graph.unlink()
    by_input = (np.array(ranges) for ranges in zip(*seen, strict=True))
    return {
        first: np.array([ranges[:, 0].min(axis=0), ranges[:, 1].max(axis=0)])
        for first, ranges in zip(builder.layers, by_input, strict=True)
    }


def _loud_channels(layer: str, ranges: Numbers) -> npt.NDArray[np.int64]:
    """The channels of a layer's input that stay in float32: not around attention, which is even."""
    kept = 0 if ".attention." in layer else _LOUD
    loudest_first = np.argsort(-np.abs(ranges).max(axis=0))
    return np.sort(loudest_first[:kept])


def _divisors(lowest: Numbers, highest: Numbers) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    """What each channel is divided by to lie between 0 and 255 around the returned zero."""
    largest = np.maximum(np.abs(lowest), np.abs(highest))
    # Most channels after GELU are silent in most texts, and may be loud in another.
    least = max(np.median(largest), np.finfo(np.float32).tiny)  # above zero if all are silent
    powers = np.maximum(largest, least) ** _POWER
    low, high = min(0.0, (lowest / powers).min()), max(0.0, (highest / powers).max())
    step = _MARGIN * (high - low) / 255 or 1.0
    return powers * np.float32(step), np.array(round(-_MARGIN * low / step), np.uint8)


def _eight_bit(layer: str, weights: Numbers) -> dict[str, npt.NDArray[Any]]:
    """Weights (outputs, inputs) in 8 bits, stored as the product reads them."""
    steps = np.abs(weights).max(axis=1) / 127
    rounded = np.round(weights / steps[:, None]).astype(np.int8)
    return {f"{layer}.rounded": np.ascontiguousarray(rounded.T), f"{layer}.steps": steps}


class _RangesBuilder(GraphBuilder):
    """Adds, to the model in float32, outputs that tell the range of each input of linear layers.

    `layers` holds, under the first that reads an input, all linear layers that do.
    """

    def __init__(self, weights: Sequence[Path], shape: Shape) -> None:
        super().__init__(weights, shape)
        self.layers: dict[str, list[str]] = {}
        self._first: dict[str, str] = {}

    def linear(self, prefix: str, states: str) -> str:
        first = self._first.setdefault(states, prefix)
        self.layers.setdefault(first, []).append(prefix)
        if first == prefix:
            ends = [self.node(kind, [states, self.ints(0)]) for kind in ("ReduceMin", "ReduceMax")]
            self.output(self.node("Concat", ends, name=f"{prefix}.range", axis=0), [2, "channels"])
        return super().linear(prefix, states)


class _EightBitBuilder(GraphBuilder):
    """Rounds every input of linear layers once, and multiplies it with weights in 8 bits."""

    def __init__(self, weights: Sequence[Path], shape: Shape) -> None:
        super().__init__(weights, shape)
        self._rounded: dict[str, tuple[str, str]] = {}

    def linear(self, prefix: str, states: str) -> str:
        one = self.floats(1.0)
        if states not in self._rounded:
            scaled = self.node("Mul", [states, self.weight(prefix, "factors")])
            zero = self.weight(prefix, "zero")
            self._rounded[states] = self.node("QuantizeLinear", [scaled, one, zero]), zero
        rounded, zero = self._rounded[states]
        weights, steps = self.weight(prefix, "rounded"), self.weight(prefix, "steps")
        product = self.node(
            "MatMulIntegerToFloat",
            [rounded, weights, one, steps, zero, "", self.weight(prefix, "bias")],
            domain=RUNTIME_DOMAIN,
        )
        if not self.holds(f"{prefix}.loud"):
            return product
        loud = self.node("Gather", [states, self.weight(prefix, "loud")], axis=1)
        return self.node("Gemm", [loud, self.weight(prefix, "exact"), product], transB=1)
