"""Kutip, everything on, started by `compare.py` as the others are.

python -m benchmarks.peers.ask_kutip COLLECTION
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.peers.serving import serve
from index.collection import Collection
from qa.answering import respond
from qa.operators import plain


def main() -> None:
    """Open and answer."""
    collection = Collection.open(Path(sys.argv[1]))

    def search(question: str, k: int) -> list[str]:
        # Texts that were folded into a hit were found with it.
        hits = respond(collection, plain(question), k=k).hits
        return [
            name for hit in hits for name in (hit.passage.id, *(one.article for one in hit.also))
        ]

    serve(search, ["onnxruntime", "faiss-cpu", "numpy"])


if __name__ == "__main__":
    main()
