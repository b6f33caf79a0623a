"""Encoders: what they return, what they refuse, and that every way to run one agrees."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Encoder, load_encoder
from index.encoders import cpu, e5_encoder, sentence_encoder
from index.encoders.e5_encoder import E5Encoder
from index.encoders.eight_bit import EIGHT_BIT_GRAPH
from index.encoders.encoding import unit_vectors
from index.encoders.onnx_graph import GRAPH
from index.encoders.onnx_model import OnnxModel
from index.encoders.sentence_encoder import SentenceEncoder
from index.errors import ModelError
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parents[2]
PASSAGES = [
    "Polri dan kepolisian Jepang sepakat memperluas pelatihan bagi perwira.",
    "Công an Việt Nam và Indonesia ký thỏa thuận về dẫn độ tội phạm.",
    "Peacekeepers returned from Lebanon.",
    "警察庁は訓練を拡大する。" * 12,
    "Hari ini cuaca di Jakarta cerah, berawan, lalu hujan pada malam hari. " * 9,
    "x",
]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


# Loading


def loaded_modules(code: str) -> set[str]:
    code += "\nimport sys; print('|'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.splitlines()[-1].split("|"))


SLOW = {"torch", "transformers", "sentence_transformers", "onnx"}


def test_importing_and_making_an_encoder_loads_no_library() -> None:
    loaded = loaded_modules("from index.embedding import load_encoder\nload_encoder()")
    assert not loaded & (SLOW | {"onnxruntime", "tokenizers", "safetensors"})


@pytest.mark.model
def test_a_question_is_encoded_without_torch(model_directory: Path) -> None:
    code = "from index.embedding import load_encoder\nload_encoder().encode_queries(['apa?'])"
    loaded = loaded_modules(code)
    assert "onnxruntime" in loaded
    assert not loaded & SLOW


@pytest.mark.parametrize("model", ["", " ", "/no/such/folder", "./missing", "~/no/such", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(model: str) -> None:
    with pytest.raises(ModelError, match=re.escape(repr(model))):
        load_encoder(model)


def test_a_folder_without_a_model_is_refused_on_first_use(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    encoder = load_encoder(str(tmp_path))
    with pytest.raises(ModelError, match=r"cannot load the model .*; name a folder") as caught:
        encoder.encode_queries(["apa?"])
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights that knows letters and digits, with mean pooling."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("small")
    words = ["[PAD]", "[UNK]", *"abcdefghijklmnopqrstuvwxyz0123456789"]
    known = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    known.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=known, unk_token="[UNK]", pad_token="[PAD]"
    ).save_pretrained(folder / "bert")
    shape = {"num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertModel(
        BertConfig(vocab_size=len(words), hidden_size=8, max_position_embeddings=16, **shape)
    ).save_pretrained(folder / "bert")
    bert = Transformer(str(folder / "bert"), max_seq_length=16)
    SentenceTransformer(modules=[bert, Pooling(8)], device="cpu").save(str(folder / "model"))
    return folder / "model"


def test_a_model_that_tells_texts_apart_is_taken(small_model: Path) -> None:
    made = load_encoder(str(small_model)).encode_queries(["apa", "a b", "c d"])
    assert made.vectors.shape == (3, 8)


@pytest.mark.parametrize("broken", ["tokenizer", "prompt"])
def test_a_model_that_tells_no_texts_apart_is_refused(
    small_model: Path, tmp_path: Path, broken: str
) -> None:
    blind = tmp_path / "blind"
    shutil.copytree(small_model, blind)
    if broken == "tokenizer":  # all words are unknown to what the libraries put in its place
        for path in blind.glob("tokenizer*"):
            path.unlink()
    else:  # it takes the place of the text
        prompts = {"query": "", "document": "a " * 20}
        (blind / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    with pytest.raises(ModelError, match="does not tell two texts apart"):
        load_encoder(str(blind)).encode_passages(["apa?"])


@pytest.mark.parametrize(
    ("lacking", "refused"),
    [
        ("encoder.layer.0.output.dense.weight", True),
        # Filled with ones and zeros.
        ("encoder.layer.0.output.LayerNorm.weight", True),
        ("embeddings.LayerNorm.bias", True),
        ("encoder.layer.0.intermediate.dense.bias", True),
        ("", True),
        ("pooler.", False),
    ],
)
def test_a_model_that_lacks_weights_it_needs_is_refused(
    small_model: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    lacking: str,
    refused: bool,
) -> None:
    from safetensors.numpy import load_file, save_file

    partial = tmp_path / "partial"
    shutil.copytree(small_model, partial)
    weights = load_file(partial / "model.safetensors")
    kept = {name: one for name, one in weights.items() if not name.startswith(lacking)}
    assert len(kept) < len(weights)
    save_file(kept, partial / "model.safetensors", metadata={"format": "pt"})
    encoder = load_encoder(str(partial))
    if refused:
        with pytest.raises(ModelError, match=r"some of its weights are missing; name a folder"):
            encoder.encode_queries(["a b"])
    else:
        assert encoder.encode_queries(["a b"]).vectors.shape == (1, 8)
    assert capfd.readouterr().err == ""


def test_a_hub_model_that_was_never_downloaded_is_refused_offline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="cannot load the model nobody/nothing-like-it"):
        load_encoder("nobody/nothing-like-it").encode_queries(["apa?"])


def test_a_hub_that_cannot_be_reached_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(model: str, *, local: bool) -> None:
        assert local, "the hub's client would try again and again"
        raise ModelError("not in the cache")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(sentence_encoder, "load_sentence_transformer", absent)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"it is not on this machine, .*127.0.0.1:9 cannot be"):
        load_encoder("nobody/nothing-like-it").encode_queries(["apa?"])


def test_the_recorded_name_gives_the_default_encoder() -> None:
    assert isinstance(load_encoder(load_encoder().name), E5Encoder)
    assert load_encoder().fingerprint == load_encoder().fingerprint


# Unusable output


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (np.full((2, 3), np.nan), "not finite"),
        (np.full((2, 3), np.inf), "not finite"),
        (np.ones((1, 3)), "shape"),
        (np.ones((2, 4)), "shape"),
        (np.ones(6), "shape"),
    ],
)
def test_unusable_vectors_are_refused_with_the_models_name(made: np.ndarray, message: str) -> None:
    with pytest.raises(ModelError, match=f"some-model .*{message}"):
        unit_vectors(made, count=2, dimension=3, model="some-model")


def test_vectors_are_scaled_and_zero_stays_zero() -> None:
    made = unit_vectors(np.array([[3.0, 4.0], [0.0, 0.0]]), count=2, dimension=2, model="m")
    np.testing.assert_allclose(made, [[0.6, 0.8], [0.0, 0.0]])
    assert made.dtype == np.float32


class OddModel:
    """Stands where a loaded sentence-transformers model would."""

    max_seq_length = None

    def __init__(self, made: object) -> None:
        self.made = made
        self.prompts = {"query": "ask: ", "document": "", "corpus": "text: "}
        self.prompted: list[str] = []

    def get_embedding_dimension(self) -> int:
        return 2

    def encode_query(self, texts: list[str], *, prompt: str, **options: object) -> object:
        self.prompted += [prompt + text for text in texts]
        if isinstance(self.made, Exception):
            raise self.made
        return np.asarray(self.made)[: len(texts)]

    encode_document = encode_query


def odd_encoder(made: object) -> tuple[SentenceEncoder, OddModel]:
    encoder, model = SentenceEncoder("odd/model"), OddModel(made)
    encoder._loaded = model  # type: ignore[assignment]
    return encoder, model


@pytest.mark.parametrize("made", [[[np.nan, 1.0]], [[1.0, 2.0, 3.0]], [], RuntimeError("a\nb")])
def test_a_misbehaving_model_is_named(made: object) -> None:
    encoder, _ = odd_encoder(made)
    with pytest.raises(ModelError, match="the model odd/model") as caught:
        encoder.encode_queries(["apa?"])
    assert "\n" not in str(caught.value)


def test_a_models_own_prompts_are_used() -> None:
    encoder, model = odd_encoder([[1.0, 0.0]] * 40)
    encoder.encode_queries(["a"])
    encoder.encode_passages(["b\ud800"])
    assert model.prompted == ["ask: a", "text: b\ufffd"]
    assert encoder.max_tokens == 512


def test_a_folders_fingerprint_follows_its_contents(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(bytes(100))
    first = SentenceEncoder(str(folder)).fingerprint
    (folder / "README.md").write_text("words")
    assert SentenceEncoder(str(folder)).fingerprint == first
    (folder / "weights.bin").write_bytes(bytes(99) + b"\1")
    assert SentenceEncoder(str(folder)).fingerprint != first


# The default model


@pytest.mark.model
def test_vectors_keep_their_order_and_length(e5: E5Encoder) -> None:
    together = e5.encode_passages(PASSAGES, with_tokens=True)
    assert together.vectors.shape == (len(PASSAGES), 384)
    assert together.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together.vectors, axis=1), 1, atol=1e-5)
    assert together.tokens is not None
    for row, passage in enumerate(PASSAGES):
        alone = e5.encode_passages([passage], with_tokens=True)
        assert cosines(alone.vectors, together.vectors[[row]]) >= 0.99999
        assert alone.tokens is not None
        assert alone.tokens[0].offsets.tolist() == together.tokens[row].offsets.tolist()
        np.testing.assert_allclose(
            alone.tokens[0].states, together.tokens[row].states, rtol=0.01, atol=0.01
        )


@pytest.mark.model
def test_nothing_and_emptiness_can_be_encoded(e5: E5Encoder) -> None:
    assert e5.encode_passages([]).vectors.shape == (0, 384)
    assert e5.encode_queries([], with_tokens=True).tokens == ()
    assert e5.count_tokens([]) == []
    empty = e5.encode_passages(["", " \n"], with_tokens=True)
    assert np.isfinite(empty.vectors).all()
    assert empty.tokens is not None
    assert [one.states.shape for one in empty.tokens] == [(0, 768), (0, 768)]
    assert [one.offsets.shape for one in empty.tokens] == [(0, 2), (0, 2)]


@pytest.mark.model
def test_long_texts_are_cut_but_counted_in_full(e5: E5Encoder) -> None:
    text = "kata " * 2000
    assert e5.count_tokens([text]) == [2000 + 4]
    encoding = e5.encode_passages([text], with_tokens=True)
    assert encoding.tokens is not None
    assert len(encoding.tokens[0].states) == e5.max_tokens - 4


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kepolisian", ["kepolisian"]),
        ("café Zürich", ["café", "Zürich"]),
        ("Cảnh sát", ["Cảnh", "sát"]),
        ("🇮🇩 merah 👩‍👩‍👧 putih", ["🇮🇩", "merah", "👩‍👩‍👧", "putih"]),
        ("ﬁnal ① ½ ＡＢＣ", ["ﬁnal", "①", "½", "ＡＢＣ"]),
        ("  two\t\tspaces\n", ["two", "spaces"]),
        ("a <s> b </s>", ["a", "<s>", "b", "</s>"]),
        ("\u0301acute first", ["\u0301acute", "first"]),
    ],
)
def test_offsets_are_code_points_of_the_text_as_given(
    e5: E5Encoder, text: str, words: list[str]
) -> None:
    (states,) = e5.encode_passages([text], with_tokens=True).tokens or ()
    assert len(states.states) == len(states.offsets) > 0
    assert states.offsets.dtype == np.int32
    spans = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    assert [text[a:b] for a, b in spans] == words
    for start, end in states.offsets.tolist():
        assert any(a <= start < end <= b for a, b in spans)
    for a, b in spans:
        assert any(a <= start < b for start, _ in states.offsets.tolist())


@pytest.mark.model
@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Mn", "Me", "Mc"]), max_size=60))
def test_offsets_of_any_text(e5: E5Encoder, text: str) -> None:
    (tokens,) = e5._tokenizer.tokenise([text], prompt="passage: ")
    assert len(tokens.offsets) == len(tokens.ids) - 1 - tokens.first
    spans = tokens.offsets.tolist()
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    covered = {i for start, end in spans for i in range(start, end)}
    for i, character in enumerate(text):
        if unicodedata.normalize("NFKC", character).isalnum():
            assert i in covered, (text, spans)
    (shifted,) = e5._tokenizer.tokenise([f"🇮🇩é {text}"], prompt="passage: ")
    assert (
        shifted.offsets.tolist()[-len(spans) :] == [[a + 4, b + 4] for a, b in spans] or not spans
    )


@pytest.mark.model
@pytest.mark.parametrize("text", ["\ud800", "a\udcffb", "nul\0", "\U0010ffff", "\u202e"])
def test_odd_characters_are_encoded(e5: E5Encoder, text: str) -> None:
    (states,) = e5.encode_queries([text], with_tokens=True).tokens or ()
    assert all(end <= len(text) for _, end in states.offsets.tolist())


@pytest.mark.model
def test_threads_share_an_encoder(model_directory: Path) -> None:
    encoder = load_encoder()
    expected = E5Encoder().encode_queries(PASSAGES).vectors
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(lambda _: encoder.count_tokens(PASSAGES), range(16))
        made = pool.map(lambda i: encoder.encode_queries([PASSAGES[i % 6]]).vectors, range(24))
        rows = np.concatenate(list(made))
    assert (cosines(rows, np.tile(expected, (4, 1))) >= 0.99999).all()
    assert len({tuple(count) for count in counts}) == 1


# The default model and sentence-transformers


@pytest.fixture(scope="module")
def reference(model_directory: Path):
    """The unpacked directory as any sentence-transformers program would load it."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_directory), device="cpu", local_files_only=True)


@pytest.mark.model
def test_onnx_runtime_and_sentence_transformers_agree(float32: E5Encoder, reference) -> None:
    passages = reference.encode_document(PASSAGES)
    queries = reference.encode_query(PASSAGES)
    assert (cosines(float32.encode_passages(PASSAGES).vectors, passages) >= 0.99999).all()
    assert (cosines(float32.encode_queries(PASSAGES).vectors, queries) >= 0.99999).all()
    assert cosines(passages, queries).max() < 0.999  # the prompts do something


@pytest.mark.model
def test_token_states_are_the_hidden_states_of_transformers(float32: E5Encoder, reference) -> None:
    import torch

    text = PASSAGES[0]
    ids = reference.tokenizer(f"passage: {text}", return_tensors="pt")
    with torch.inference_mode():
        hidden = reference[0].model(**ids, output_hidden_states=True).hidden_states
    expected = torch.cat([hidden[8][0], hidden[11][0]], dim=-1).numpy()[3:-1]
    (made,) = float32.encode_passages([text], with_tokens=True).tokens or ()
    error = np.abs(made.states.astype(np.float32) - expected).max() / np.abs(expected).max()
    assert made.states.shape == expected.shape
    assert error < 1e-3  # float16 rounds by 2**-11


@pytest.mark.model
@pytest.mark.parametrize("text", ["<s> </s>", "a<mask>b", "<pad><unk>", "＜s＞", PASSAGES[1]])
def test_both_libraries_read_the_same_tokens(e5: E5Encoder, reference, text: str) -> None:
    (own,) = e5._tokenizer.tokenise([text], prompt="passage: ")
    theirs = reference.tokenizer(f"passage: {text}")["input_ids"]
    assert own.ids == theirs
    assert not {0, 1, 2, 3, 250001} & set(theirs[1:-1])
    assert e5.count_tokens([text]) == [len(theirs)]


# Eight bits


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("processor : 0\nflags : sse avx2 avx512_vnni\n", True),
        ("processor : 0\nflags : sse avx_vnni fma\n", True),
        ("processor : 0\nflags : sse avx2 avx512_bf16\nvmx flags : avx_vnni\n", False),
        ("processor : 0\nFeatures : asimd asimddp\n", False),
        ("", False),
        (None, False),
    ],
)
def test_only_a_cpu_that_says_so_multiplies_eight_bits(
    said: str | None, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cpuinfo"
    if said is not None:
        path.write_text(said)
    monkeypatch.setattr(cpu, "_CPU_INFO", path)
    assert cpu.multiplies_eight_bits() is expected


@pytest.mark.model
@pytest.mark.parametrize("able", [True, False])
def test_the_cpu_decides_which_graph_is_opened(
    model_directory: Path, able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_model(directory: Path, *, graph: str, together: bool) -> OnnxModel:
        opened.append(graph)
        return OnnxModel(directory, together=together)

    monkeypatch.setattr(e5_encoder, "multiplies_eight_bits", lambda: able)
    monkeypatch.setattr(e5_encoder, "OnnxModel", open_model)
    E5Encoder().encode_queries(["apa?"])
    assert opened == [EIGHT_BIT_GRAPH if able else GRAPH]


eight_bits = pytest.mark.skipif(
    not cpu.multiplies_eight_bits(), reason="this CPU does not multiply 8 bits"
)
ODD = ["", "\ud800 nul\0", "🙂" * 40, "ﬁ½①", "0" * 300, "مرحبا بالعالم", "สวัสดี", "a\u0301" * 50]


@eight_bits
@pytest.mark.model
def test_eight_bits_agree_with_float32(e5: E5Encoder, float32: E5Encoder) -> None:
    for texts, least, least_mean in ((PASSAGES, 0.9994, 0.9985), (ODD, 0.997, 0.985)):
        made = e5.encode_passages(texts, with_tokens=True)
        exact = float32.encode_passages(texts, with_tokens=True)
        agree = cosines(made.vectors, exact.vectors)
        assert (agree >= least).all()
        assert (agree < 0.9999999).any()  # else it was float32 again
        for rough, fine in zip(made.tokens or (), exact.tokens or (), strict=True):
            assert rough.offsets.tolist() == fine.offsets.tolist()
            for layer in (slice(384), slice(384, None)):
                ours, theirs = (one.states[:, layer].astype(float) for one in (rough, fine))
                assert not len(ours) or cosines(ours, theirs).mean() >= least_mean


@eight_bits
@pytest.mark.model
def test_eight_bits_do_not_depend_on_the_batch(e5: E5Encoder) -> None:
    loud = "0" * 300  # a range measured on the batch would be this text's
    alone = e5.encode_passages(PASSAGES[:3]).vectors
    beside = e5.encode_passages([*PASSAGES[:3], loud]).vectors[:3]
    assert (cosines(alone, beside) >= 0.9999).all()


# Batches side by side


@pytest.mark.model
def test_many_batches_are_put_back_in_order(e5: E5Encoder) -> None:
    texts = [f"{PASSAGES[i % 6]} {i}" for i in range(40)]
    together = e5.encode_passages(texts, with_tokens=True)
    for row in (0, 17, 39):
        alone = e5.encode_passages([texts[row]], with_tokens=True)
        assert cosines(alone.vectors, together.vectors[[row]]) >= 0.9999
        assert together.tokens is not None
        assert alone.tokens is not None
        assert together.tokens[row].offsets.tolist() == alone.tokens[0].offsets.tolist()


def test_what_is_stopped_leaves_no_work_behind() -> None:
    begun: list[int] = []

    def run(batch: Sequence[int]) -> tuple[np.ndarray, None]:
        begun.extend(batch)
        time.sleep(0.02)
        return np.zeros((1, 1), np.float32), None

    results = e5_encoder._side_by_side(run, [[n] for n in range(50)], 2)
    next(results)
    results.close()
    assert len(begun) < 10
    assert not [one for one in threading.enumerate() if one.name.startswith("encode")]


def test_a_batch_that_fails_is_raised() -> None:
    def run(batch: Sequence[int]) -> tuple[np.ndarray, None]:
        if batch == [3]:
            raise ModelError("no memory")
        return np.zeros((1, 1), np.float32), None

    with pytest.raises(ModelError, match="no memory"):
        list(e5_encoder._side_by_side(run, [[n] for n in range(6)], 2))


# The default model in sentence-transformers


@pytest.mark.model
def test_a_folder_is_an_encoder_and_needs_no_network(
    model_directory: Path, float32: E5Encoder, reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    encoder = load_encoder(str(model_directory))
    made = encoder.encode_passages(PASSAGES, with_tokens=True)
    assert made.tokens is None
    assert (cosines(made.vectors, float32.encode_passages(PASSAGES).vectors) >= 0.99999).all()
    queries = encoder.encode_queries(PASSAGES).vectors
    assert (cosines(queries, float32.encode_queries(PASSAGES).vectors) >= 0.99999).all()
    assert (encoder.dimension, encoder.max_tokens) == (384, 512)
    assert encoder.count_tokens(PASSAGES) == float32.count_tokens(PASSAGES)
    assert encoder.encode_queries([]).vectors.shape == (0, 384)


@pytest.mark.model
def test_another_tokenizer_is_another_fingerprint(model_directory: Path, tmp_path: Path) -> None:
    copy = tmp_path / model_directory.name
    shutil.copytree(model_directory, copy, ignore=shutil.ignore_patterns("model.*"))
    (copy / "model.safetensors").symlink_to(model_directory / "model.safetensors")
    first = load_encoder(str(copy)).fingerprint
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"layer_norm_eps": 1e-5}))
    assert load_encoder(str(copy)).fingerprint != first


# The fake encoder other tests rely on


def test_the_fake_encoder_ranks_shared_words_first() -> None:
    encoder: Encoder = FakeEncoder()
    texts = ["polisi jepang melatih perwira", "harga beras naik", "perwira polisi dilatih", ""]
    passages = encoder.encode_passages(texts, with_tokens=True)
    scores = passages.vectors @ encoder.encode_queries(["Perwira POLISI"]).vectors[0]
    assert scores[2] > scores[0] > scores[1]
    np.testing.assert_allclose(np.linalg.norm(passages.vectors, axis=1), 1, atol=1e-6)
    assert passages.tokens is not None
    assert [texts[0][a:b] for a, b in passages.tokens[0].offsets] == texts[0].split()
    assert passages.tokens[3].states.shape == (0, 64)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_the_fake_encoder_ignores_the_rest_of_the_batch(texts: list[str]) -> None:
    together = FakeEncoder().encode_passages(texts).vectors
    for row, text in enumerate(texts):
        assert FakeEncoder().encode_passages([text]).vectors.tobytes() == together[row].tobytes()


def test_the_runtime_reports_to_nobody(tmp_path: Path) -> None:
    """Its telemetry is on by default: it would write a device id and events to send."""
    code = (
        "from pathlib import Path\n"
        "from index.encoders.onnx_model import OnnxModel\n"
        "from index.errors import ModelError\n"
        "try: OnnxModel(Path('nowhere'))\n"
        "except ModelError: pass\n"
    )
    # No other variables: in what looks like a test run telemetry may be silent.
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
