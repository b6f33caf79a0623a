"""Texts of new and changed passages to stored encodings, batch by batch.

A passage has three: its text and its context with token vectors, and the two together, whose
vector says whom the text is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from index.article import Article, Passage
from index.embedding import Encoder
from index.late_interaction import LateInteraction
from index.store import Store, StoredEncoding

# Texts encoded between two commits: some seconds of work, the most a kill can lose.
BATCH = 64

Progress = Callable[[str, int, int], None]
Made = dict[str, tuple[Article, tuple[Passage, ...]]]


def encode_missing(
    store: Store,
    made: Made,
    encoder: Encoder,
    late: LateInteraction | None,
    identity: str,
    *,
    anew: bool,
    tell: Progress,
) -> int:
    """Encode what has no encoding yet (with `anew`, all) and keep it batch by batch.

    Returns how many passages that was; `tell("encoding", done, total)` is called after each batch
    and may raise to stop.
    """
    split_up = [passage for _, pieces in made.values() for passage in pieces]
    passages = {key_of(identity, passage.text, True): passage.text for passage in split_up}
    # A section's passages share their context, so it is encoded once.
    contexts = {key_of(identity, p.context, True): p.context for p in split_up if p.context}
    wholes = {key_of(identity, p.with_context, False): p.with_context for p in split_up}
    with_tokens = passages | contexts
    texts = wholes | with_tokens
    missing = set(texts) if anew else store.missing_encodings(texts)
    # Neighbours in length share a batch, so little of it is padding.
    todo = sorted(missing, key=lambda key: (key in with_tokens, len(texts[key]), key))
    for start in range(0, len(todo), BATCH):
        batch = todo[start : start + BATCH]
        for kept in (True, False):
            keys = [key for key in batch if (key in with_tokens) is kept]
            encodings = _encode_batch([texts[key] for key in keys], encoder, late if kept else None)
            with store.writing():
                store.put_encodings(dict(zip(keys, encodings, strict=True)))
        tell("encoding", start + len(batch), len(todo))
    return sum(key in passages for key in todo)


def _encode_batch(
    texts: Sequence[str], encoder: Encoder, late: LateInteraction | None
) -> list[StoredEncoding]:
    if not texts:
        return []
    made = encoder.encode_passages(texts, with_tokens=late is not None)
    if late is None or made.tokens is None:
        return [StoredEncoding(vector) for vector in made.vectors]
    return [
        StoredEncoding(vector, late.project_passage(token.states), token.offsets.astype(np.uint32))
        for vector, token in zip(made.vectors, made.tokens, strict=True)
    ]


def key_of(identity: str, text: str, with_tokens: bool) -> str:
    """What an encoding is kept under: the encoder, the text and what is kept decide it."""
    return hashlib.sha256(f"{identity}\x00{with_tokens}\x00{text}".encode()).hexdigest()
