"""Tokenises for the default model; the only user of the tokenizers library at search time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.encoding import printable
from index.encoders.model_files import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as the model sees it: `ids` with prompt and special tokens.

    Its own tokens are `ids[first:-1]`, at the code points `offsets`, (tokens, 2), of the text.
    """

    ids: list[int]
    first: int
    offsets: npt.NDArray[np.int32]


class E5Tokenizer:
    """Loads the tokenizer on first use and never changes it afterwards.

    A tokenizer that is not changed can be shared between threads; for that reason texts are cut
    here, and not by the library's truncation.
    """

    def __init__(self, directory: Callable[[], Path], *, max_tokens: int) -> None:
        """Take the model's directory as a function, called when a text is first tokenised."""
        self._directory = directory
        self._max_tokens = max_tokens
        self._lock = threading.Lock()
        self._loaded: Tokenizer | None = None

    def tokenise(self, texts: Sequence[str], *, prompt: str) -> list[Tokens]:
        """Tokenise each text after `prompt`, cut to the longest the model takes."""
        encodings = self._tokenizer().encode_batch([prompt + printable(text) for text in texts])
        last = self._max_tokens - 1
        tokens = []
        for encoding in encodings:
            ids = encoding.ids
            if len(ids) > self._max_tokens:
                ids = [*ids[:last], ids[-1]]
            offsets = np.array(encoding.offsets[: len(ids) - 1], np.int32)
            first = 1 + int((offsets[1:, 0] < len(prompt)).sum())
            tokens.append(Tokens(ids, first, offsets[first:] - len(prompt)))
        return tokens

    def count(self, texts: Sequence[str], *, prompt: str) -> list[int]:
        """Count each text's tokens, prompt and special tokens included, without a limit."""
        prompted = [prompt + printable(text) for text in texts]
        return [len(encoding) for encoding in self._tokenizer().encode_batch_fast(prompted)]

    def _tokenizer(self) -> Tokenizer:
        with self._lock:
            if self._loaded is None:
                from tokenizers import Tokenizer

                self._loaded = Tokenizer.from_file(str(self._directory() / TOKENIZER))
            return self._loaded
