"""Writes an ONNX graph for the unpacked model, over the same weights.

A question is answered sooner through ONNX Runtime, which imports in hundredths of a second
where torch and sentence-transformers take seconds. The graph holds no weights of its own: each
initializer points by offset into `model.safetensors`, which the runtime maps into memory.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoders.model_files import WEIGHTS
from index.encoders.packed_model import Shape

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto, ValueInfoProto

GRAPH = "model.onnx"
STATE_LAYERS = (8, 11)  # of 12; measured to be the best for late interaction
_OPSET = 20  # the first with Gelu
_IR_VERSION = 10  # what the first ONNX Runtime with that opset reads


def write_graph(directory: Path, shape: Shape) -> None:
    """Write `model.onnx` beside the weights in `directory`.

    Inputs are `input_ids` and `attention_mask`, (batch, tokens) int64. Outputs are
    `sentence_embedding`, (batch, hidden), mean pooled and of unit length, and for each of
    STATE_LAYERS `hidden_<n>`, (batch, tokens, hidden), the states after layer n, which
    transformers calls `hidden_states[n]`.
    """
    import onnx

    builder = _Builder(directory / WEIGHTS, shape)
    outputs = builder.build()
    graph = onnx.helper.make_graph(
        builder.nodes,
        "bert_encoder",
        [_tokens("input_ids"), _tokens("attention_mask")],
        outputs,
        builder.initializers,
    )
    model = onnx.helper.make_model(
        graph,
        opset_imports=[onnx.helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="kutip",
    )
    path = directory / GRAPH
    path.write_bytes(model.SerializeToString())
    onnx.checker.check_model(path)


def _tokens(name: str) -> ValueInfoProto:
    import onnx

    return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.INT64, ["batch", "tokens"])


class _Builder:
    """Adds the nodes of a BERT encoder (Devlin et al. 2019) one after another.

    Token states are kept flat, (batch * tokens, hidden), so that every linear layer is one Gemm
    with its weight as stored (transB); only attention sees them by text and head.
    """

    def __init__(self, weights: Path, shape: Shape) -> None:
        import onnx

        self._onnx = onnx
        self._shape = shape
        self._location = weights.name
        with weights.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            self._stored: dict[str, Any] = json.loads(file.read(size))
        self._data_start = 8 + size
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._known: set[str] = set()

    def build(self) -> list[ValueInfoProto]:
        shape = self._shape
        states = self._embed()
        bias = self._attention_bias()
        outputs = []
        for layer in range(shape.num_hidden_layers):
            states = self._layer(f"encoder.layer.{layer}", states, bias)
            if layer + 1 in STATE_LAYERS:
                name = f"hidden_{layer + 1}"
                self._node("Reshape", [states, self._by_text()], name=name)
                outputs.append(self._output(name, ["batch", "tokens", shape.hidden_size]))
        self._pool(states)
        outputs.insert(0, self._output("sentence_embedding", ["batch", shape.hidden_size]))
        return outputs

    def _embed(self) -> str:
        words = self._node("Gather", [self._weight("embeddings.word_embeddings"), "input_ids"])
        length = self._node("Shape", ["input_ids"], start=1, end=2)
        positions = self._node(
            "Slice",
            [self._weight("embeddings.position_embeddings"), self._ints(0), length, self._ints(0)],
        )
        types = self._weight("embeddings.token_type_embeddings")
        first_type = self._node("Slice", [types, self._ints(0), self._ints(1), self._ints(0)])
        added = self._node("Add", [words, self._node("Add", [positions, first_type])])
        flat = self._node("Reshape", [added, self._ints(-1, self._shape.hidden_size)])
        return self._norm("embeddings.LayerNorm", flat)

    def _attention_bias(self) -> str:
        """Padding gets a score that softmax turns into zero, as (batch, 1, 1, tokens)."""
        seen = self._node("Cast", ["attention_mask"], to=self._onnx.TensorProto.FLOAT)
        hidden = self._node("Sub", [self._floats(1.0), seen])
        bias = self._node("Mul", [hidden, self._floats(-1e9)])
        return self._node("Unsqueeze", [bias, self._ints(1, 2)])

    def _layer(self, prefix: str, states: str, bias: str) -> str:
        context = self._attention(f"{prefix}.attention.self", states, bias)
        attended = self._linear(f"{prefix}.attention.output.dense", context)
        states = self._norm(
            f"{prefix}.attention.output.LayerNorm", self._node("Add", [attended, states])
        )
        inner = self._node("Gelu", [self._linear(f"{prefix}.intermediate.dense", states)])
        outer = self._linear(f"{prefix}.output.dense", inner)
        return self._norm(f"{prefix}.output.LayerNorm", self._node("Add", [outer, states]))

    def _attention(self, prefix: str, states: str, bias: str) -> str:
        heads = self._shape.num_attention_heads
        width = self._shape.hidden_size // heads
        split = self._by_head()
        query, key, value = (
            self._node(
                "Transpose",
                [self._node("Reshape", [self._linear(f"{prefix}.{name}", states), split])],
                perm=(0, 2, 3, 1) if name == "key" else (0, 2, 1, 3),
            )
            for name in ("query", "key", "value")
        )
        scores = self._node("MatMul", [query, key])
        scaled = self._node("Mul", [scores, self._floats(width**-0.5)])
        weights = self._node("Softmax", [self._node("Add", [scaled, bias])], axis=-1)
        context = self._node("MatMul", [weights, value])
        joined = self._node("Transpose", [context], perm=(0, 2, 1, 3))
        return self._node("Reshape", [joined, self._ints(-1, self._shape.hidden_size)])

    def _pool(self, states: str) -> None:
        """Mean over the text's tokens, then unit length; no text is without tokens."""
        by_text = self._node("Reshape", [states, self._by_text()])
        seen = self._node("Cast", ["attention_mask"], to=self._onnx.TensorProto.FLOAT)
        kept = self._node("Mul", [by_text, self._node("Unsqueeze", [seen, self._ints(2)])])
        total = self._node("ReduceSum", [kept, self._ints(1)], keepdims=0)
        count = self._node("ReduceSum", [seen, self._ints(1)], keepdims=1)
        mean = self._node("Div", [total, count])
        length = self._node("ReduceL2", [mean, self._ints(1)], keepdims=1)
        self._node("Div", [mean, length], name="sentence_embedding")

    def _linear(self, prefix: str, states: str) -> str:
        return self._node(
            "Gemm", [states, self._weight(prefix), self._weight(prefix, "bias")], transB=1
        )

    def _norm(self, prefix: str, states: str) -> str:
        return self._node(
            "LayerNormalization",
            [states, self._weight(prefix), self._weight(prefix, "bias")],
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
            batch_tokens = self._node("Shape", ["input_ids"])
            self._node("Concat", [batch_tokens, self._ints(*rest)], name=name, axis=0)
            self._known.add(name)
        return name

    def _node(self, kind: str, inputs: list[str], *, name: str = "", **attributes: Any) -> str:
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self._onnx.helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def _output(self, name: str, sizes: list[str | int]) -> ValueInfoProto:
        helper, float32 = self._onnx.helper, self._onnx.TensorProto.FLOAT
        return helper.make_tensor_value_info(name, float32, sizes)

    def _ints(self, *values: int) -> str:
        name = "ints_" + "_".join(map(str, values))
        return self._constant(name, self._onnx.TensorProto.INT64, [len(values)], values)

    def _floats(self, value: float) -> str:
        return self._constant(f"float_{value}", self._onnx.TensorProto.FLOAT, [], [value])

    def _constant(self, name: str, kind: int, sizes: list[int], values: Any) -> str:
        if name not in self._known:
            self._known.add(name)
            self.initializers.append(self._onnx.helper.make_tensor(name, kind, sizes, values))
        return name

    def _weight(self, prefix: str, kind: str = "weight") -> str:
        name = f"{prefix}.{kind}"
        if name not in self._known:
            self._known.add(name)
            stored = self._stored[name]
            start, end = stored["data_offsets"]
            tensor = self._onnx.TensorProto(
                name=name, data_type=self._onnx.TensorProto.FLOAT, dims=stored["shape"]
            )
            tensor.data_location = self._onnx.TensorProto.EXTERNAL
            for key, value in (
                ("location", self._location),
                ("offset", self._data_start + start),
                ("length", end - start),
            ):
                tensor.external_data.add(key=key, value=str(value))
            self.initializers.append(tensor)
        return name
