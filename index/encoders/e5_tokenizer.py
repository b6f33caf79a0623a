"""Tokenises for the default model; the only user of the tokenizers library at search time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.encoding import without_surrogates
from index.encoders.mapped_pieces import MappedPieces
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
        self._asked = False

    def tokenise(self, texts: Sequence[str], *, prompt: str) -> list[Tokens]:
        """Tokenise each text after `prompt`, cut to the longest the model takes."""
        if len(texts) == 1 and self._loaded is None:
            alone = self._first(texts[0], prompt)
            if alone is not None:
                return [alone]
        encodings = self._tokenizer().encode_batch(
            [prompt + without_surrogates(text) for text in texts]
        )
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
        prompted = [prompt + without_surrogates(text) for text in texts]
        return [len(encoding) for encoding in self._tokenizer().encode_batch_fast(prompted)]

    def prepare(self) -> None:
        """Write down, once, what lets later processes tokenise their first question sooner."""
        with suppress(OSError, ValueError, LookupError):  # they can do without
            MappedPieces.make(self._directory())

    def _first(self, text: str, prompt: str) -> Tokens | None:
        """The first text alone, where that spares loading the vocabulary: in a process of one
        question it is all there is to tokenise.
        """
        with self._lock:
            if self._asked:
                return None
            self._asked = True
        pieces = MappedPieces.of(self._directory())
        made = pieces.tokenise(prompt + text) if pieces else None
        if pieces is None or made is None or len(made[0]) > self._max_tokens - 2:
            return None
        places = np.array(made[1], np.int32).reshape(-1, 2)
        own = int((places[:, 0] < len(prompt)).sum())
        ids = [pieces.begin, *made[0], pieces.end]
        return Tokens(ids, 1 + own, places[own:] - len(prompt))

    def _tokenizer(self) -> Tokenizer:
        with self._lock:
            if self._loaded is None:
                from tokenizers import Tokenizer

                self._loaded = Tokenizer.from_file(str(self._directory() / TOKENIZER))
            return self._loaded
