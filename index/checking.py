"""Proof that a collection holds what it promises, re-run on what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.store import Store

# Stored unit vectors are float32: their length is 1 to about six digits.
UNIT_TOLERANCE = 1e-3
MEND = "kutip index --rebuild"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as promised: where, what, and the command that mends it."""

    where: str
    what: str
    mend: str = MEND


def check(directory: Path) -> list[Finding]:
    """Everything wrong with the collection in `directory`; an empty list means sound.

    Raises CollectionError when it cannot be opened at all.
    """
    with Store.open(directory) as store, store.reading():
        verdict = store.integrity()
        if verdict != "ok":
            return [Finding(str(directory), f"the database is damaged: {verdict}")]
        return [*_check_articles(store), *_check_encodings(store)]


def _check_articles(store: Store) -> Iterator[Finding]:
    articles = {article.id: article for article in store.articles()}
    for identity, known in store.known().items():
        article = articles[identity]
        if article.digest != known.digest:
            yield Finding(identity, "the text is not the one that was indexed")
        for block in article.blocks:
            if not 0 <= block.start < block.end <= len(article.text):
                yield Finding(identity, f"a block points outside the text ({block.start})")
    with_passages = set()
    for row in store.passages():
        with_passages.add(row.article)
        found = articles.get(row.article)
        if found is None:
            yield Finding(f"{row.article}#{row.number}", "the passage belongs to no article")
        elif not 0 <= row.start < row.end <= len(found.text):
            yield Finding(f"{row.article}#{row.number}", "the passage points outside its article")
    for identity in sorted(articles.keys() - with_passages):
        yield Finding(identity, "the article has no passages and cannot be found")


def _check_encodings(store: Store) -> Iterator[Finding]:
    meta = store.meta()
    dimension, width = int(meta["dimension"]), int(meta["token_width"])
    rows = store.passages()
    bare = {row.encoding: row for row in rows}
    bare |= {row.context_encoding: row for row in rows if row.context_encoding}
    for key, row in ({row.whole_encoding: row for row in rows} | bare).items():
        where = f"{row.article}#{row.number}"
        made = store.encoding(key, width)
        if made is None or made.vector.shape != (dimension,):
            yield Finding(where, "the passage has no vector of the encoder's size")
        elif not np.isfinite(made.vector).all():
            yield Finding(where, "the passage's vector is not made of numbers")
        elif abs(float(np.linalg.norm(made.vector)) - 1) > UNIT_TOLERANCE:
            yield Finding(where, "the passage's vector does not have length 1")
        elif width and key in bare and not (_length(made.states) == _length(made.offsets) >= 0):
            yield Finding(where, "the passage has no token vectors, or not one for each token")


def _length(array: npt.NDArray[np.generic] | None) -> int:
    return -1 if array is None else len(array)
