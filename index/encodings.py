"""Vectors and token vectors by key, in the collection's file.

A key is made of the encoder and of what was encoded, so a passage that did not change keeps its
vector when its article did, and an interrupted run loses at most the batch in hand. Nothing
points at a new encoding until one transaction publishes the generation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.article import Passage
from index.database import Database
from index.records import Keys, StoredEncoding

# Encodings are long, so they have row ids: with their keys in an index of its own, the way to one
# leads past keys alone and not past the encodings of others.
TABLE: Final = """
CREATE TABLE encoding (
    key TEXT PRIMARY KEY, vector BLOB NOT NULL, states BLOB, offsets BLOB
) STRICT;
"""


def keys_of(identity: str, passage: Passage) -> Keys:
    """A passage's keys, with the encoder of this identity."""
    context = _key(identity, passage.context, with_tokens=True) if passage.context else None
    return Keys(
        _key(identity, passage.text, with_tokens=True),
        context,
        _key(identity, passage.with_context, with_tokens=False),
    )


def _key(identity: str, text: str, *, with_tokens: bool) -> str:
    return hashlib.sha256(f"{identity}\x00{with_tokens}\x00{text}".encode()).hexdigest()


class Encodings:
    """The table of encodings in a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have no encoding yet."""
        sql = "SELECT 1 FROM encoding WHERE key = ?"
        return {key for key in keys if not self._db.rows(sql, (key,))}

    def put(self, encodings: Mapping[str, StoredEncoding]) -> None:
        """Keep encodings by key, inside `writing()`."""
        self._db.many(
            "INSERT OR REPLACE INTO encoding VALUES (?, ?, ?, ?)",
            [
                (
                    key,
                    np.ascontiguousarray(made.vector, dtype="<f4").tobytes(),
                    None if made.states is None else made.states.astype(np.int8).tobytes(),
                    None if made.offsets is None else made.offsets.astype("<u4").tobytes(),
                )
                for key, made in encodings.items()
            ],
        )

    def renew(self) -> None:
        """Move the encodings of an earlier Kutip, whose table has no row ids, into one that has."""
        sql = "SELECT sql FROM sqlite_schema WHERE name = 'encoding'"
        if "WITHOUT ROWID" in self._db.rows(sql)[0][0]:
            with self._db.writing():
                self._db.run("ALTER TABLE encoding RENAME TO earlier")
                self._db.run(TABLE)
                self._db.run("INSERT INTO encoding SELECT * FROM earlier")
                self._db.run("DROP TABLE earlier")

    def vectors(self, keys: Sequence[str], dimension: int) -> npt.NDArray[np.float32]:
        """The vectors of the keys, (n, dimension). Raises CollectionError when one is missing."""
        matrix = np.empty((len(keys), dimension), dtype=np.float32)
        sql = (
            "SELECT key, vector FROM encoding WHERE key IN (SELECT value FROM json_each(?)) "
            "AND length(vector) = ?"
        )
        found = dict(self._db.rows(sql, (json.dumps(list(keys)), 4 * dimension)))
        for row, key in enumerate(keys):
            if key not in found:
                raise self._db.damaged("a text has no vector of the encoder's size")
            matrix[row] = np.frombuffer(found[key], dtype="<f4")
        return matrix

    def passage_vectors(self, keys: Sequence[Keys], dimension: int) -> npt.NDArray[np.float32]:
        """The one vector by which each passage is found, (n, dimension).

        It is the mean of that of its text and that of context and text together: the context says
        whom a passage is about; alone it would drown what the passage says. Raises CollectionError
        when one is missing.
        """
        own = self.vectors([one.own for one in keys], dimension)
        whole = self.vectors([one.whole for one in keys], dimension)
        return np.asarray((own + whole) / 2, dtype=np.float32)

    def one(self, key: str, width: int) -> StoredEncoding | None:
        """One text's encoding with token states of `width`, or None when it is not stored.

        Raises CollectionError when its parts have no such shape.
        """
        return self.of((key,), width).get(key)

    def of(self, keys: Iterable[str], width: int) -> dict[str, StoredEncoding]:
        """The encodings of those keys that are stored, as `one` gives them."""
        sql = (
            "SELECT key, vector, states, offsets FROM encoding "
            "WHERE key IN (SELECT value FROM json_each(?))"
        )
        rows = self._db.rows(sql, (json.dumps(list(keys)),))
        return {key: self._encoding(made, width) for key, *made in rows}

    def _encoding(self, stored: Sequence[Any], width: int) -> StoredEncoding:
        vector, states, offsets = stored
        try:
            return StoredEncoding(
                np.frombuffer(vector, dtype="<f4"),
                None
                if states is None
                else np.frombuffer(states, dtype=np.int8).reshape(-1, width or 1),
                None if offsets is None else np.frombuffer(offsets, dtype="<u4").reshape(-1, 2),
            )
        except ValueError:
            raise self._db.damaged("a text's vectors have no such shape") from None

    def drop_unused(self, among: Iterable[str] | None = None) -> None:
        """Forget encodings that no passage refers to, inside `writing()`.

        `among` are the keys that may have lost their passage; None looks at all.
        """
        unused = (
            "DELETE FROM encoding WHERE NOT EXISTS (SELECT 1 FROM passage WHERE encoding = key) "
            "AND NOT EXISTS (SELECT 1 FROM passage WHERE whole_encoding = key) "
            "AND NOT EXISTS (SELECT 1 FROM passage WHERE context_encoding = key)"
        )
        if among is None:
            self._db.many(unused, [()])
        else:
            self._db.many(f"{unused} AND key = ?", [(key,) for key in among])
