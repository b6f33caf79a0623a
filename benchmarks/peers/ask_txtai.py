"""txtai, hybrid: runs in its own environment, started by `compare.py`.

    python -m benchmarks.peers.ask_txtai MATERIAL MODEL

Its defaults: BM25 with normalised scores, FAISS, and the mean of both scores. Texts are not
stored, so that a search gives ids and no row is read for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from txtai import Embeddings
from txtai.vectors import HFVectors

from benchmarks.peers.material import PASSAGE, QUERY, Material
from benchmarks.peers.serving import serve


def give_vectors(material: Material) -> None:
    """Let txtai's default encoder take the vectors of passages from here; questions it encodes."""
    given = {
        PASSAGE + text: vector
        for text, vector in zip(material.texts, material.vectors, strict=True)
    }
    own = HFVectors.encode

    def encode(
        self: HFVectors, data: list[str], category: str | None = None
    ) -> npt.NDArray[np.float32]:
        if category == "data":
            return np.stack([given[text] for text in data])
        return own(self, data, category)

    HFVectors.encode = encode


def main() -> None:
    """Index and answer."""
    material = Material.read(Path(sys.argv[1]))
    give_vectors(material)
    embeddings = Embeddings(
        path=sys.argv[2], hybrid=True, instructions={"query": QUERY, "data": PASSAGE}
    )
    embeddings.index(zip(material.ids, material.texts, strict=True))

    def search(question: str, k: int) -> list[str]:
        return [identity for identity, _ in embeddings.search(question, k)]

    serve(search, ["txtai", "torch", "transformers", "faiss-cpu", "numpy"])


if __name__ == "__main__":
    main()
