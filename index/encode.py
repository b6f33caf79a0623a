"""Texts of new and changed passages to stored encodings, batch by batch.

A passage has three: its text and its context with token vectors, and the two together, whose
vector says whom the text is about.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from index.embedding import Encoder
from index.encodings import keys_of
from index.errors import ModelError
from index.late_interaction import LateInteraction
from index.plan import Made, Progress
from index.records import StoredEncoding
from index.stages import timed
from index.store import Store

# Texts encoded between two commits: some seconds of work, the most a kill can lose.
BATCH = 64
# Unit vectors in float32 have length 1 to about six digits.
UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Wanted:
    """The encodings that the articles of a plan need, by key.

    `texts` are all; those in `with_tokens` are kept with their token vectors.
    """

    texts: Mapping[str, str]
    with_tokens: frozenset[str]


def wanted(made: Made, identity: str) -> Wanted:
    """What has to be encoded for these articles, if nothing is there yet."""
    with_tokens: dict[str, str] = {}
    wholes: dict[str, str] = {}
    for _, passages in made.values():
        for passage in passages:
            keys = keys_of(identity, passage)
            with_tokens[keys.own] = passage.text
            # A section's passages share their context, so it is encoded once.
            if keys.context:
                with_tokens[keys.context] = passage.context
            wholes[keys.whole] = passage.with_context
    return Wanted(wholes | with_tokens, frozenset(with_tokens))


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts by key that are encoded together: with their token vectors, and without."""

    with_tokens: Mapping[str, str]
    bare: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.with_tokens) + len(self.bare)


Encoded = dict[str, StoredEncoding]


class Elsewhere(Protocol):
    """Other processes that encode (see `workers`)."""

    def encode(
        self, batches: Iterable[Batch], encoder: Encoder, late: LateInteraction | None
    ) -> Generator[tuple[Batch, Encoded]]:
        """Each batch with what was made of it, in any order."""


@timed("keep encodings")
def encode(
    store: Store,
    todo: set[str],
    wanted: Wanted,
    encoder: Encoder,
    late: LateInteraction | None,
    *,
    tell: Progress,
    workers: Elsewhere | None = None,
) -> set[str]:
    """Encode the texts of the keys in `todo` and keep them batch by batch, here or by `workers`.

    Returns the keys of texts that the encoder made nothing usable of.
    `tell("encoding", done, total)` is called after each batch and may raise to stop.
    """
    texts, with_tokens = wanted.texts, wanted.with_tokens
    failed: set[str] = set()
    # Neighbours in length share a batch, so little of it is padding.
    order = sorted(todo, key=lambda key: (key in with_tokens, len(texts[key]), key))
    cuts = (order[start : start + BATCH] for start in range(0, len(order), BATCH))
    batches = (
        Batch(
            {key: texts[key] for key in cut if key in with_tokens},
            {key: texts[key] for key in cut if key not in with_tokens},
        )
        for cut in cuts
    )
    done = 0
    coming = (
        workers.encode(batches, encoder, late)
        if workers
        else ((batch, encode_batch(batch, encoder, late)) for batch in batches)
    )
    with closing(coming):
        for batch, made in coming:
            with store.writing():
                # Until they are published, nobody refers to them: `Encodings.drop_unused`.
                store.set_meta({"unpublished": "1"})
                store.encodings.put(made)
            failed.update(key for key in (*batch.with_tokens, *batch.bare) if key not in made)
            done += len(batch)
            tell("encoding", done, len(order))
    return failed


def encode_batch(batch: Batch, encoder: Encoder, late: LateInteraction | None) -> Encoded:
    """The usable encodings of a batch, by key."""
    return {
        **_encode_texts(batch.with_tokens, encoder, late),
        **_encode_texts(batch.bare, encoder, None),
    }


def count_passages(made: Made, identity: str, keys: set[str]) -> int:
    """How many passages have an encoding of theirs among these keys, that of the context aside."""
    needed = (keys_of(identity, p) for _, passages in made.values() for p in passages)
    return sum(one.own in keys or one.whole in keys for one in needed)


def count_cut(made: Made, identity: str, keys: set[str], encoder: Encoder) -> int:
    """How many passages among these keys the encoder does not take whole, with their context."""
    cut = 0
    for _, passages in made.values():
        coming = [p.with_context for p in passages if keys_of(identity, p).whole in keys]
        cut += sum(length > encoder.max_tokens for length in encoder.count_tokens(coming))
    return cut


def needing(made: Made, identity: str, keys: set[str]) -> dict[str, str]:
    """The ids of the articles that need one of these encodings, each with the text of one."""
    found = {}
    for article, (one, passages) in made.items():
        texts = wanted({article: (one, passages)}, identity).texts
        text = next((text for key, text in texts.items() if key in keys), None)
        if text is not None:
            found[article] = text
    return found


def fault(text: str, encoder: Encoder, late: LateInteraction | None) -> str:
    """Why the encoder makes nothing usable of a text, in a few words; it is asked once more."""
    try:
        _encoded([text], encoder, late)
    except ModelError as error:
        return str(error).removeprefix(f"the model {encoder.name} ").partition(";")[0]
    return "at another try it did"


def _encode_texts(
    texts: Mapping[str, str], encoder: Encoder, late: LateInteraction | None
) -> Encoded:
    """The usable encodings of some texts by key. One bad text does not spoil its neighbours'."""
    if not texts:
        return {}
    made = _attempt(list(texts.values()), encoder, late)
    if made is not None:
        return dict(zip(texts, made, strict=True))
    # A model that makes nothing of any text raises here; one bad text is left out.
    encoder.encode_passages(["."])
    one_by_one = {key: _attempt([text], encoder, late) for key, text in texts.items()}
    return {key: made[0] for key, made in one_by_one.items() if made}


@timed("encode")
def _attempt(
    texts: Sequence[str], encoder: Encoder, late: LateInteraction | None
) -> list[StoredEncoding] | None:
    """The encodings of the texts, or None when one of them is not what was asked for."""
    try:
        return _encoded(texts, encoder, late)
    except ModelError:
        return None


def _encoded(
    texts: Sequence[str], encoder: Encoder, late: LateInteraction | None
) -> list[StoredEncoding]:
    """The encodings of the texts. Raises ModelError when one of them is not usable."""
    made = encoder.encode_passages(texts, with_tokens=late is not None)
    vectors = np.asarray(made.vectors)
    if vectors.shape != (len(texts), encoder.dimension) or vectors.dtype.kind != "f":
        raise ModelError(f"gave {vectors.dtype} numbers of shape {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ModelError("gave numbers that are not finite")
    if not (np.abs(np.linalg.norm(vectors, axis=1) - 1) <= UNIT_TOLERANCE).all():
        raise ModelError("gave a vector that does not have length 1")
    if late is None or made.tokens is None:
        return [StoredEncoding(vector) for vector in vectors]
    if not all(np.isfinite(token.states).all() for token in made.tokens):
        raise ModelError("gave numbers of words that are not finite")
    return [
        StoredEncoding(vector, late.project_passage(token.states), token.offsets.astype(np.uint32))
        for vector, token in zip(vectors, made.tokens, strict=True)
    ]
