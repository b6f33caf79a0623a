"""Haystack, hybrid: runs in its own environment, started by `compare.py`.

    python -m benchmarks.peers.ask_haystack MATERIAL MODEL

The pipeline of its tutorial on hybrid retrieval, without the ranking model at its end: documents
in memory, BM25 and vectors, joined by reciprocal rank fusion.
"""

from __future__ import annotations

import sys
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.material import QUERY, Material
from benchmarks.peers.serving import serve


def main() -> None:
    """Index and answer."""
    material = Material.read(Path(sys.argv[1]))
    store = InMemoryDocumentStore(return_embedding=False)
    store.write_documents(
        [
            Document(id=identity, content=text, embedding=vector.tolist())
            for identity, text, vector in zip(
                material.ids, material.texts, material.vectors, strict=True
            )
        ]
    )
    pipeline = Pipeline()
    pipeline.add_component(
        "embedder",
        SentenceTransformersTextEmbedder(model=sys.argv[2], prefix=QUERY, progress_bar=False),
    )
    pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store))
    pipeline.add_component("words", InMemoryBM25Retriever(store))
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    pipeline.connect("embedder", "vectors")
    pipeline.connect("words", "joiner")
    pipeline.connect("vectors", "joiner")
    pipeline.warm_up()

    def search(question: str, k: int) -> list[str]:
        found = pipeline.run(
            {
                "embedder": {"text": question},
                "words": {"query": question, "top_k": k},
                "vectors": {"top_k": k},
                "joiner": {"top_k": k},
            }
        )
        return [document.id for document in found["joiner"]["documents"]]

    serve(search, ["haystack-ai", "torch", "sentence-transformers", "numpy"])


if __name__ == "__main__":
    main()
