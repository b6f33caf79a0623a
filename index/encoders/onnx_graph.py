"""Writes ONNX graphs for the unpacked model, over the same weights.

A question is answered sooner through ONNX Runtime, which imports in hundredths of a second
where torch and sentence-transformers take seconds. The graph holds no weights of its own: each
initializer points by offset into `model.safetensors`, which the runtime maps into memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.model_files import WEIGHTS
from index.encoders.packed_model import Shape

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto, ValueInfoProto

GRAPH = "model.onnx"
STATE_LAYERS = (8, 11)  # of 12; measured to be the best for late interaction
RUNTIME_DOMAIN = "com.microsoft"  # of the operators that ONNX Runtime adds to ONNX's own
_OPSET = 20  # the first with Gelu
_ONNX_TYPES = {"F32": "FLOAT", "I8": "INT8", "U8": "UINT8", "I64": "INT64"}  # by safetensors' names
_IR_VERSION = 10  # what the first ONNX Runtime with that opset reads


def write_graph(directory: Path, shape: Shape) -> None:
    """Write `model.onnx` beside the weights in `directory`.

    Inputs are `input_ids` and `attention_mask`, (batch, tokens) int64. Outputs are
    `sentence_embedding`, (batch, hidden), mean pooled and of unit length, and for each of
    STATE_LAYERS `hidden_<n>`, (batch, tokens, hidden), the states after layer n, which
    transformers calls `hidden_states[n]`.
    """
    write_onnx(GraphBuilder([directory / WEIGHTS], shape), directory / GRAPH)


def write_onnx(builder: GraphBuilder, path: Path) -> None:
    """Write what `builder` builds as an ONNX file beside the weights that it points into."""
    import onnx

    builder.build()
    graph = onnx.helper.make_graph(
        builder.nodes,
        "bert_encoder",
        [_tokens("input_ids"), _tokens("attention_mask")],
        builder.outputs,
        builder.initializers,
    )
    model = onnx.helper.make_model(
        graph,
        opset_imports=[
            onnx.helper.make_opsetid("", _OPSET),
            onnx.helper.make_opsetid(RUNTIME_DOMAIN, 1),
        ],
        ir_version=_IR_VERSION,
        producer_name="kutip",
    )
    path.write_bytes(model.SerializeToString())
    onnx.checker.check_model(path)


def _tokens(name: str) -> ValueInfoProto:
    import onnx

    return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["batch", "tokens"])


class GraphBuilder:
    """Adds the nodes of a BERT encoder (Devlin et al. 2019) one after another.

    Token states are kept flat, (batch * tokens, hidden), so that every linear layer is one Gemm
    with its weight as stored (transB); only attention sees them by text and head. A subclass may
    compute `linear` in another way.
    """

    def __init__(self, weights: Sequence[Path], shape: Shape) -> None:
        """Take the safetensors files, in one directory, that hold the weights."""
        import onnx

        self._onnx = onnx
        self._shape = shape
        self._stored: dict[str, _Stored] = {}
        for path in weights:
            self._stored |= _stored_in(path)
        self.nodes: list[NodeProto] = []
        self.outputs: list[ValueInfoProto] = []
        self.initializers: list[TensorProto] = []
        self._known: set[str] = set()

    def build(self) -> None:
        """Add all nodes; what they need and make is in the attributes."""
        shape = self._shape
        states = self._embed()
        bias = self._attention_bias()
        for layer in range(shape.num_hidden_layers):
            states = self._layer(f"encoder.layer.{layer}", states, bias)
            if layer + 1 in STATE_LAYERS:
                name = f"hidden_{layer + 1}"
                self.node("Reshape", [states, self._by_text()], name=name)
                self.output(name, ["batch", "tokens", shape.hidden_size])
        self.output(self._pool(states), ["batch", shape.hidden_size])

    def linear(self, prefix: str, states: str) -> str:
        """Add a linear layer that reads `states`, and return the name of what it makes."""
        return self.node(
            "Gemm", [states, self.weight(prefix), self.weight(prefix, "bias")], transB=1
        )

    def _embed(self) -> str:
        words = self.node("Gather", [self.weight("embeddings.word_embeddings"), "input_ids"])
        length = self.node("Shape", ["input_ids"], start=1, end=2)
        positions = self.node(
            "Slice",
            [self.weight("embeddings.position_embeddings"), self.ints(0), length, self.ints(0)],
        )
        types = self.weight("embeddings.token_type_embeddings")
        first_type = self.node("Slice", [types, self.ints(0), self.ints(1), self.ints(0)])
        added = self.node("Add", [words, self.node("Add", [positions, first_type])])
        flat = self.node("Reshape", [added, self.ints(-1, self._shape.hidden_size)])
        return self._norm("embeddings.LayerNorm", flat)

    def _attention_bias(self) -> str:
        """Padding gets a score that softmax turns into zero, as (batch, 1, 1, tokens)."""
        seen = self.node("Cast", ["attention_mask"], to=self._onnx.TensorProto.FLOAT)
        hidden = self.node("Sub", [self.floats(1.0), seen])
        bias = self.node("Mul", [hidden, self.floats(-1e9)])
        return self.node("Unsqueeze", [bias, self.ints(1, 2)])

    def _layer(self, prefix: str, states: str, bias: str) -> str:
        context = self._attention(f"{prefix}.attention.self", states, bias)
        attended = self.linear(f"{prefix}.attention.output.dense", context)
        states = self._norm(
            f"{prefix}.attention.output.LayerNorm", self.node("Add", [attended, states])
        )
        inner = self.node("Gelu", [self.linear(f"{prefix}.intermediate.dense", states)])
        outer = self.linear(f"{prefix}.output.dense", inner)
        return self._norm(f"{prefix}.output.LayerNorm", self.node("Add", [outer, states]))

    def _attention(self, prefix: str, states: str, bias: str) -> str:
        heads = self._shape.num_attention_heads
        width = self._shape.hidden_size // heads
        split = self._by_head()
        query, key, value = (
            self.node(
                "Transpose",
                [self.node("Reshape", [self.linear(f"{prefix}.{name}", states), split])],
                perm=(0, 2, 3, 1) if name == "key" else (0, 2, 1, 3),
            )
            for name in ("query", "key", "value")
        )
        scores = self.node("MatMul", [query, key])
        scaled = self.node("Mul", [scores, self.floats(width**-0.5)])
        weights = self.node("Softmax", [self.node("Add", [scaled, bias])], axis=-1)
        context = self.node("MatMul", [weights, value])
        joined = self.node("Transpose", [context], perm=(0, 2, 1, 3))
        return self.node("Reshape", [joined, self.ints(-1, self._shape.hidden_size)])

    def _pool(self, states: str) -> str:
        """Mean over the text's tokens, then unit length; no text is without tokens."""
        by_text = self.node("Reshape", [states, self._by_text()])
        seen = self.node("Cast", ["attention_mask"], to=self._onnx.TensorProto.FLOAT)
        kept = self.node("Mul", [by_text, self.node("Unsqueeze", [seen, self.ints(2)])])
        total = self.node("ReduceSum", [kept, self.ints(1)], keepdims=0)
        count = self.node("ReduceSum", [seen, self.ints(1)], keepdims=1)
        mean = self.node("Div", [total, count])
        length = self.node("ReduceL2", [mean, self.ints(1)], keepdims=1)
        return self.node("Div", [mean, length], name="sentence_embedding")

    def _norm(self, prefix: str, states: str) -> str:
        return self.node(
            "LayerNormalization",
            [states, self.weight(prefix), self.weight(prefix, "bias")],
            axis=-1,
            epsilon=self._shape.layer_norm_eps,
        )

    def _by_text(self) -> str:
        return self._sizes("by_text", self._shape.hidden_size)

    def _by_head(self) -> str:
        heads = self._shape.num_attention_heads
        return self._sizes("by_head", heads, self._shape.hidden_size // heads)

    def _sizes(self, name: str, *rest: int) -> str:
        """The run's (batch, tokens) followed by fixed sizes, as a shape for Reshape."""
        if name not in self._known:
            batch_tokens = self.node("Shape", ["input_ids"])
            self.node("Concat", [batch_tokens, self.ints(*rest)], name=name, axis=0)
            self._known.add(name)
        return name

    def node(self, kind: str, inputs: list[str], *, name: str = "", **attributes: Any) -> str:
        """Add a node of this kind, and return the name of its output."""
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self._onnx.helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def output(self, name: str, sizes: list[str | int]) -> None:
        """Make the numbers of this name and shape an output of the graph."""
        helper, float32 = self._onnx.helper, self._onnx.TensorProto.FLOAT
        self.outputs.append(helper.make_tensor_value_info(name, float32, sizes))

    def ints(self, *values: int) -> str:
        """The name of a constant list of integers."""
        name = "ints_" + "_".join(map(str, values))
        return self._constant(name, self._onnx.TensorProto.INT64, [len(values)], values)

    def floats(self, value: float) -> str:
        """The name of a constant number."""
        return self._constant(f"float_{value}", self._onnx.TensorProto.FLOAT, [], [value])

    def _constant(self, name: str, kind: int, sizes: list[int], values: Any) -> str:
        if name not in self._known:
            self._known.add(name)
            self.initializers.append(self._onnx.helper.make_tensor(name, kind, sizes, values))
        return name

    def holds(self, name: str) -> bool:
        """Whether a tensor of this name is stored."""
        return name in self._stored

    def weight(self, prefix: str, kind: str = "weight") -> str:
        """The name of a stored tensor, which becomes an initializer when it is first used."""
        name = f"{prefix}.{kind}"
        if name not in self._known:
            self._known.add(name)
            stored = self._stored[name]
            tensor = self._onnx.TensorProto(
                name=name,
                data_type=getattr(self._onnx.TensorProto, _ONNX_TYPES[stored.type]),
                dims=stored.shape,
            )
            tensor.data_location = self._onnx.TensorProto.EXTERNAL
            for key, value in (
                ("location", stored.file),
                ("offset", stored.offset),
                ("length", stored.length),
            ):
                tensor.external_data.add(key=key, value=str(value))
            self.initializers.append(tensor)
        return name


@dataclass(frozen=True, slots=True)
class _Stored:
    """Where a tensor lies: `length` bytes from `offset` of a file."""

    file: str
    offset: int
    length: int
    type: str
    shape: list[int]


def _stored_in(path: Path) -> dict[str, _Stored]:
    """The tensors of a safetensors file: a length, a header in JSON, and the data."""
    with path.open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header: dict[str, Any] = json.loads(file.read(size))
    header.pop("__metadata__", None)
    return {
        name: _Stored(path.name, 8 + size + start, end - start, one["dtype"], one["shape"])
        for name, one in header.items()
        for start, end in [one["data_offsets"]]
    }
