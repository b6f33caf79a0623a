"""What every system is given: the same passages with the same vectors, in a folder.

The standard library and NumPy alone, since every system imports it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from index.snapshot import Snapshot

# How E5 models are told what a text is (Wang et al. 2024, arXiv 2402.05672).
QUERY, PASSAGE = "query: ", "passage: "


@dataclass(frozen=True, slots=True)
class Material:
    """Passages, and the vector of each as the shared model gives it, (n, dimension)."""

    ids: Sequence[str]
    texts: Sequence[str]
    vectors: npt.NDArray[np.float32]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Material:
        """The passages of a snapshot of Kutip's, as it indexes them."""
        passages = snapshot.passages[:]
        return cls(
            [passage.id for passage in passages],
            [passage.with_context for passage in passages],
            snapshot.vectors.vectors,
        )

    @classmethod
    def read(cls, folder: Path) -> Material:
        """What `write` left in a folder."""
        lines = (folder / "passages.jsonl").read_text("utf-8").splitlines()
        records: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return cls(
            [record["id"] for record in records],
            [record["text"] for record in records],
            np.load(folder / "vectors.npy", allow_pickle=False),
        )

    def write(self, folder: Path) -> None:
        """Keep them in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
            for identity, text in zip(self.ids, self.texts, strict=True):
                file.write(json.dumps({"id": identity, "text": text}, ensure_ascii=False) + "\n")
        np.save(folder / "vectors.npy", self.vectors)
