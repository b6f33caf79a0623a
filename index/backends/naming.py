"""The names of passages and collections in an engine.

A passage's id is made of its article as one generation wrote it and of its place there, so it
never means another text: a reader of any generation tells its own rows from all others.
"""

from __future__ import annotations

import hashlib

from index.part import stamp_of

KEY = 32  # characters of an article's key


def collection_prefix(collection: str) -> str:
    """What the engine's collections for one of ours are called, up to the generation."""
    return f"kutip_{collection}_"


def article_key(identity: str, generation: int, digest: str, source_digest: str) -> str:
    """The key of an article as a generation wrote it."""
    return key_of_stamp(identity, stamp_of(generation, digest, source_digest))


def passage_id(key: str, place: int) -> str:
    """The id of an article's passage, counted from 0."""
    return f"{key}-{place}"


def key_of_stamp(identity: str, stamp: bytes) -> str:
    """The same, of an article with this stamp (see `part.stamp_of`)."""
    said = identity.encode("utf-8", "surrogatepass") + b"\0" + stamp
    return hashlib.blake2b(said, digest_size=KEY // 2).hexdigest()
