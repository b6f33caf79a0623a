"""Encodes with any sentence-transformers model; the only importer of that library and of torch."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from logging import ERROR, getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.encoders.encoding import Encoding, unit_vectors, without_surrogates
from index.encoders.onnx_model import Numbers
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Role = Literal["query", "passage"]

# Names under which models keep a role's prompt, first non-empty one taken.
_PROMPT_NAMES: dict[Role, tuple[str, ...]] = {
    "query": ("query",),
    "passage": ("document", "passage", "corpus"),
}
_BATCH = 32  # sentence-transformers' own default
# Two texts of one length with nothing in common, in letters and digits that every vocabulary has.
_DIFFERENT = ["a b c 1 2 3", "x y z 7 8 9"]
_REACHED = 5  # seconds; a hub that says nothing for so long is not reached
_NEXT = "name a folder or a sentence-transformers model, or leave it out for the default"
_NO_LIMIT = 512  # for a model that states no longest input: what most encoders take


class SentenceEncoder:
    """A model named by folder or by its name on the Hugging Face hub, with its own prompts.

    A folder is read without touching the network, and so is a named model that was downloaded
    before. Reading any property but `name` of a hub model loads it; of a folder, `fingerprint`
    digests the files. Each raises ModelError when the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        """Name a folder or a hub model; nothing is loaded yet."""
        folder = Path(model).expanduser()
        self._folder = folder.resolve() if folder.is_dir() else None
        self.name = str(self._folder or model)
        self._lock = threading.RLock()
        self._loaded: SentenceTransformer | None = None
        self._fingerprint = ""

    @property
    def fingerprint(self) -> str:
        """The folder's contents, or the hub's revision, as an identity."""
        with self._lock:
            if not self._fingerprint:
                self._fingerprint = f"{Path(self.name).name}@{self._identity()}"
            return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        size: int | None = self._model().get_embedding_dimension()
        if not size:
            raise ModelError(f"the model {self.name} does not say how long its vectors are")
        return size

    @property
    def max_tokens(self) -> int:
        """The longest input the model takes, in tokens."""
        return self._model().max_seq_length or _NO_LIMIT

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        with_tokens: bool = False,  # noqa: ARG002
    ) -> Encoding:
        """Encode texts to be found; `with_tokens` has no effect, no layers being known."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        longest_first = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        for start in range(0, len(texts), _BATCH):
            rows = longest_first[start : start + _BATCH]
            vectors[rows] = self._encode([texts[row] for row in rows], "passage")
        return Encoding(vectors)

    def encode_queries(
        self,
        texts: Sequence[str],
        *,
        with_tokens: bool = False,  # noqa: ARG002
    ) -> Encoding:
        """Encode texts to search with; `with_tokens` has no effect, no layers being known."""
        return Encoding(self._encode(texts, "query"))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count each text's tokens as a passage, without a limit."""
        prompt = _prompt(self._model(), "passage")
        prompted = [prompt + without_surrogates(text) for text in texts]
        if not prompted:
            return []
        with self._lock:
            tokenizer = self._model().tokenizer
            if hasattr(tokenizer, "encode_batch"):  # a bare `tokenizers` one: static embeddings
                return [len(one.ids) for one in tokenizer.encode_batch(prompted)]
            if callable(tokenizer):
                ids = tokenizer(prompted, truncation=False, verbose=False)["input_ids"]
                return [len(one) for one in ids]
        return [len(text.split()) for text in prompted]  # word embeddings have only words

    def _encode(self, texts: Sequence[str], role: Role) -> Numbers:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        with self._lock:
            model = self._model()
            encode = model.encode_query if role == "query" else model.encode_document
            try:
                made = encode(
                    [without_surrogates(text) for text in texts],
                    prompt=_prompt(model, role),
                    batch_size=_BATCH,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
            except Exception as error:  # whatever a model of unknown make raises
                raise ModelError(
                    f"the model {self.name} failed on {len(texts)} texts: {_first_line(error)}"
                ) from error
        return unit_vectors(
            np.asarray(made), count=len(texts), dimension=self.dimension, model=self.name
        )

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                loaded = self._load()
                self._check(loaded)
                self._loaded = loaded
            return self._loaded

    def _check(self, model: SentenceTransformer) -> None:
        """Refuse a model that is blind, as the libraries load one without its tokenizer's words."""
        for role in _PROMPT_NAMES:
            try:
                one, other = model.encode(
                    _DIFFERENT, prompt=_prompt(model, role), show_progress_bar=False
                )
            except Exception:  # whatever it is, the first texts meet it too, and say it
                return
            if np.allclose(one, other):
                raise ModelError(
                    f"the model {self.name} does not tell two texts apart: its tokenizer or "
                    "weights may be missing, or its input too short; use another model"
                )

    def _load(self) -> SentenceTransformer:
        if self._folder is not None:
            return load_sentence_transformer(self.name, local=True)
        try:
            return load_sentence_transformer(self.name, local=True)
        except ModelError:
            if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
                raise
            _reach_hub(self.name)
            return load_sentence_transformer(self.name, local=False)

    def _identity(self) -> str:
        if self._folder is not None:
            return _digest(self._folder)
        # transformers notes the commit a model was loaded from; other module types do not.
        config = getattr(getattr(self._model()[0], "model", None), "config", None)
        return str(getattr(config, "_commit_hash", None) or "unknown-revision")


def _prompt(model: SentenceTransformer, role: Role) -> str:
    names = _PROMPT_NAMES[role]
    return next((model.prompts[name] for name in names if model.prompts.get(name)), "")


def _reach_hub(model: str) -> None:
    """Ask the hub for any answer: without a network its client tries again for over a minute.

    Raises ModelError.
    """
    from huggingface_hub import constants, get_session

    try:
        get_session().head(constants.ENDPOINT, timeout=_REACHED)
    except Exception as error:  # of whatever client the hub's library uses
        raise ModelError(
            f"cannot load the model {model}: it is not on this machine, and {constants.ENDPOINT} "
            f"cannot be reached ({_first_line(error)}); {_NEXT}"
        ) from error


def load_sentence_transformer(model: str, *, local: bool) -> SentenceTransformer:
    """Load a model on the CPU, from disk alone when `local`.

    Raises ModelError, with the next step, whatever the reason is that it cannot be loaded.
    """
    # Read when the hub's client is first imported; a search tool reports nothing to anyone.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        # Each retry of the hub's client is a line; what is wrong is said once, by the error.
        for name in ("huggingface_hub", "sentence_transformers"):
            getLogger(name).setLevel(ERROR)
        loaded = SentenceTransformer(model, device="cpu", local_files_only=local)
        if _lacks_weights(loaded):
            raise ModelError("some of its weights are missing")
        return loaded
    except Exception as error:  # the libraries below raise errors of every kind
        raise ModelError(f"cannot load the model {model}: {_first_line(error)}; {_NEXT}") from error


def _lacks_weights(model: SentenceTransformer) -> bool:
    """Whether weights are missing that count: a pooler may be missing and unused.

    transformers fills what is missing with random numbers, ones or zeros, and marks what it read.
    With other numbers in the place of what counts, vectors are others.
    """
    import torch
    from transformers import PreTrainedModel

    filled = [
        weight
        for part in model.modules()
        if isinstance(part, PreTrainedModel)
        for weight in part.parameters()
        if not getattr(weight, "_is_hf_initialized", False)
    ]
    if not filled:
        return False
    before = model.encode(_DIFFERENT, show_progress_bar=False)
    with torch.no_grad():
        for weight in filled:
            weight.uniform_(1, 2)
    return not np.allclose(
        before, model.encode(_DIFFERENT, show_progress_bar=False), equal_nan=True
    )


def _digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files; its documentation is no part."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix == ".md" or any(part.startswith(".") for part in name.parts):
            continue
        if path.is_file():
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{name.as_posix()}\0{content}\n".encode())
    return total.hexdigest()[:16]


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
