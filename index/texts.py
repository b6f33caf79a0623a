"""Many texts as one array, which can be mapped from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from index.rows import Rows


class Texts(Sequence[str]):
    """Many texts in one array of UTF-8 bytes, with where each ends."""

    def __init__(self, encoded: npt.NDArray[np.uint8], ends: Rows) -> None:
        self.encoded, self.ends = encoded, ends
        # The same memory, at a third of what NumPy takes to hand out a single number.
        self._encoded, self._ends = encoded.data, ends.data

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """The texts, in their order."""
        parts = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)), dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), np.uint8), ends)

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return self.bytes_of(place).decode("utf-8", "surrogatepass")

    def bytes_of(self, place: int) -> bytes:
        """One text as it is stored."""
        count = len(self._ends)
        if not -count <= place < count:
            raise IndexError(place)
        place %= count
        start = self._ends[place - 1] if place else 0
        return bytes(self._encoded[start : self._ends[place]])

    def run(self, first: int, last: int) -> npt.NDArray[np.uint8]:
        """The bytes of neighbouring texts."""
        return self.encoded[int(self.ends[first - 1]) if first else 0 : int(self.ends[last - 1])]

    @property
    def lengths(self) -> Rows:
        """How many bytes each text has."""
        lengths: Rows = np.diff(self.ends, prepend=0)
        return lengths

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """The arrays under this name."""
        return {f"{name}.bytes": self.encoded, f"{name}.ends": self.ends}

    @classmethod
    def mapped(cls, arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Texts:
        """What `arrays` gave."""
        return cls(arrays[f"{name}.bytes"], arrays[f"{name}.ends"])
