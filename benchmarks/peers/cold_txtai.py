"""What `kutip ask` does, in txtai: a process that loads an index and the model, and answers once.

    python -m benchmarks.peers.cold_txtai index INDEX MATERIAL MODEL
    python -m benchmarks.peers.cold_txtai ask INDEX QUESTION

Runs in txtai's own environment, started by `cold_start.py`. Its answer is the best passages'
texts, which are stored with the index.
"""

from __future__ import annotations

import sys
from pathlib import Path

from txtai import Embeddings

from benchmarks.peers.material import PASSAGE, QUERY, Material


def main() -> None:
    """Make the index, or load it and ask."""
    command, index, *rest = sys.argv[1:]
    if command == "index":
        material = Material.read(Path(rest[0]))
        embeddings = Embeddings(
            path=rest[1],
            hybrid=True,
            content=True,
            instructions={"query": QUERY, "data": PASSAGE},
        )
        embeddings.index(zip(material.ids, material.texts, strict=True))
        embeddings.save(index)
    else:
        embeddings = Embeddings()
        embeddings.load(index)
        for found in embeddings.search(rest[0], 5):
            print(found["score"], found["text"])


if __name__ == "__main__":
    main()
