"""Tokenises a plain question without the tokenizers library, whose vocabulary takes a second to
load: a quarter of a million pieces are searched where they lie on the disk.

Exactly what the library would do, or nothing: a text with anything out of the ordinary is left
to it. Tested equal to it.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.cached_directory import is_complete, made_once
from index.encoders.model_files import TOKENIZER

_MARK = "▁"  # stands for the space before a word
# Never plain: the mark itself, what the normalizer replaces, and the opening of special tokens.
_SPECIAL = frozenset(f"{_MARK}\ufffd<")


class MappedPieces:
    """The pieces of a Unigram vocabulary (Kudo 2018, "Subword Regularization"), sorted."""

    def __init__(self, directory: Path) -> None:
        """Map the files that `make` wrote. Raises OSError and ValueError."""
        load = {"mmap_mode": "r", "allow_pickle": False}
        # Views give one item ten times sooner than arrays.
        self._bytes, self._ends, self._ids, self._scores = (
            memoryview(np.load(directory / f"{name}.npy", **load))  # type: ignore[arg-type]
            for name in ("bytes", "ends", "ids", "scores")
        )
        self._places = range(len(self._ends))
        limits = np.load(directory / "limits.npy", allow_pickle=False)
        self._longest, self.begin, self.end = (int(limit) for limit in limits)

    @classmethod
    def of(cls, model: Path) -> MappedPieces | None:
        """Those made for the model in this directory, if they were."""
        directory = _beside(model)
        try:
            return cls(directory) if is_complete(directory) else None
        except (OSError, ValueError):
            return None

    @staticmethod
    def make(model: Path) -> None:
        """Write them for the model in this directory, once. Raises OSError."""
        made_once(_beside(model), lambda directory: _write(model / TOKENIZER, directory))

    def tokenise(self, text: str) -> tuple[list[int], list[tuple[int, int]]] | None:
        """Ids and code points of the text's tokens, without special tokens; None unless plain."""
        if not _is_plain(text):
            return None
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        start = 0
        for word in text.split(" "):
            if word:
                best = self._best(_MARK + word)
                if best is None:
                    return None
                for piece, first, last in best:
                    ids.append(piece)
                    # The mark has no place of its own in the text: it stands on the first letter.
                    first, last = max(first - 1, 0), max(last - 1, 1)
                    offsets.append((start + first, start + last))
            start += len(word) + 1
        return ids, offsets

    def _best(self, word: str) -> list[tuple[int, int, int]] | None:
        """The likeliest pieces of a word, (id, start, end) each; None where one is not known.

        Viterbi's algorithm, with ties decided as in the library: for the piece found first.
        """
        reached: list[tuple[float, int, int] | None] = [None] * (len(word) + 1)
        reached[0] = (0.0, -1, -1)
        for start in range(len(word)):
            here = reached[start]
            if here is None:
                return None
            whole = False
            place = 0
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                wanted = word[start:end].encode()
                place = bisect_left(self._places, wanted, lo=place, key=self._piece)
                found = self._piece(place) if place < len(self._places) else b""
                if not found.startswith(wanted):
                    break  # no longer piece begins so either
                if found != wanted:
                    continue
                whole = whole or end == start + 1
                score = here[0] + self._scores[place]
                there = reached[end]
                if there is None or score > there[0]:
                    reached[end] = (score, start, self._ids[place])
            if not whole:  # the library would weigh an unknown character here
                return None
        pieces = []
        end = len(word)
        while end:
            last = reached[end]
            if last is None:
                return None
            pieces.append((last[2], last[1], end))
            end = last[1]
        return pieces[::-1]

    def _piece(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        return bytes(self._bytes[start : self._ends[place]])


def _is_plain(text: str) -> bool:
    """Whether the normalizer leaves the text as it is and no special token can be in it."""
    return (
        text.isprintable()
        and _SPECIAL.isdisjoint(text)
        and unicodedata.is_normalized("NFKC", text)
        and not any(unicodedata.category(char) == "Zs" for char in text if char != " ")
    )


def _beside(model: Path) -> Path:
    return model.with_name(f"{model.name}-pieces-2")


def _write(tokenizer: Path, directory: Path) -> None:
    stated = json.loads(tokenizer.read_text("utf-8"))
    vocabulary = stated["model"]["vocab"]
    edges = [part["SpecialToken"]["id"] for part in stated["post_processor"]["single"]
             if "SpecialToken" in part]  # fmt: skip
    ids = [stated["post_processor"]["special_tokens"][edge]["ids"][0] for edge in edges]
    # The control pieces have the score 0 and are no text.
    found = sorted(
        (piece.encode(), number, score)
        for number, (piece, score) in enumerate(vocabulary)
        if score < 0
    )
    longest = max(len(piece.decode()) for piece, _, _ in found)
    arrays: dict[str, npt.NDArray[Any]] = {
        "bytes": np.frombuffer(b"".join(piece for piece, _, _ in found), np.uint8),
        "ends": np.cumsum([len(piece) for piece, _, _ in found], dtype=np.int64),
        "ids": np.array([number for _, number, _ in found], np.int32),
        "scores": np.array([score for _, _, score in found], np.float64),
        "limits": np.array([longest, *ids], np.int64),
    }
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array, allow_pickle=False)
