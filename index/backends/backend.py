"""What a distributed engine does for a collection, and where it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

EMBEDDED = "embedded"
MILVUS = "milvus"
# What an engine holds of a passage; raised when `Row` changes, and the passages are uploaded anew.
LAYOUT = 2


@dataclass(frozen=True, slots=True)
class Address:
    """Which backend: `kind` is "embedded" or "milvus".

    `uri` is a server's (http://host:19530, https://...) or a Milvus Lite file's. `token_file` holds
    the token, `ca` a certificate authority's certificates (PEM); both are paths, so that the
    collection remembers where a secret is and never the secret.
    """

    kind: str = EMBEDDED
    uri: str = ""
    token_file: str | None = None
    ca: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a collection's passages are: the engine's address, and the collection's name there.

    `average` is the mean number of terms that the stored BM25 weights were made with, `layout`
    what its rows hold.
    """

    address: Address
    name: str
    average: float
    layout: int = LAYOUT

    @classmethod
    def of(cls, said: str) -> Place | None:
        """What the collection recorded; None for one that searches for itself."""
        if not said:
            return None
        facts = json.loads(said)
        return cls(Address(**facts["address"]), facts["name"], float(facts["average"]),
                   int(facts.get("layout", 1)))  # fmt: skip

    def recorded(self) -> str:
        """As the collection records it."""
        address = {name: getattr(self.address, name) for name in Address.__slots__}
        return json.dumps({
            "address": address, "name": self.name, "average": self.average, "layout": self.layout,
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as an engine holds it, all that it needs to find it.

    `born` is the generation that wrote it, `site` and `day` are of its article (see `covering`),
    `vector` (dimension,) of length 1 or less, `words` the BM25 weights by term id, idf aside.
    """

    id: str
    born: int
    site: int
    day: int
    vector: npt.NDArray[np.float32]
    words: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Cover:
    """Rows of one of `sites` (None: of any), from day `first` to day `last`."""

    sites: tuple[int, ...] | None
    first: int
    last: int


# The rows to search: those with these ids, those under a cover, or all.
Among = Sequence[str] | Cover | None


class Backend(Protocol):
    """One connection to an engine. Safe to use from several threads.

    `name` is a collection there. What a call has written when it returns is acknowledged: seen by
    every later search, and there after the engine's process has died. Every call raises
    BackendError when the engine cannot be reached or refuses.
    """

    most: int  # hits that one search can give

    def create(self, name: str, *, dimension: int, size: int) -> None:
        """Make an empty collection that will hold some `size` rows; an older one is dropped."""

    def drop(self, name: str) -> None:
        """Remove a collection, if it is there."""

    def names(self, prefix: str) -> list[str]:
        """The collections whose names begin so."""

    def upsert(self, name: str, rows: Sequence[Row]) -> None:
        """Write rows; one with the same id is replaced."""

    def loaded(self, name: str) -> None:
        """Say that a bulk load is at its end."""

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """Remove rows; those that are not there do not matter."""

    def delete_since(self, name: str, generation: int) -> None:
        """Remove the rows born in this generation or later."""

    def nearest(
        self, name: str, vector: npt.NDArray[np.float32], k: int, among: Among = None
    ) -> list[tuple[str, float]]:
        """The ids with the k highest inner products, best first."""

    def best(
        self, name: str, weights: Mapping[int, float], k: int, among: Among = None
    ) -> list[tuple[str, float]]:
        """The same by the sum of a question's weights times the rows'; no row that has none."""

    def ids(self, name: str) -> Iterator[str]:
        """The ids of all rows, in any order."""

    def count(self, name: str) -> int:
        """How many rows there are."""

    def close(self) -> None:
        """End the connection."""
