"""Matrices by column as they are merged and put in order: in steps, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

# Entries moved in one step: some hundred megabytes at work.
AT_ONCE = 4_000_000


class Columns(NamedTuple):
    """The entries of column c stand from `starts[c]` to `starts[c + 1]`; `places` rise in each."""

    starts: Ints
    places: npt.NDArray[np.int32]
    counts: npt.NDArray[Any]


def merged(parts: list[tuple[Columns, Ints, Ints]], width: int) -> Columns:
    """One matrix of `width` columns; of each part its columns' and its places' new numbers.

    A place without one (-1) is left out. In a column the parts follow each other.
    """
    sizes = [_sizes(part, columns, places, width) for part, columns, places in parts]
    starts = np.concatenate([[0], np.cumsum(sum(sizes))]).astype(np.int64)
    kinds = [part.counts.dtype for part, _, _ in parts]
    made = Columns(
        starts,
        np.empty(starts[-1], dtype=np.int32),
        np.empty(starts[-1], dtype=np.result_type(*kinds)),
    )
    free = starts[:-1].copy()
    for (part, columns, places), size in zip(parts, sizes, strict=True):
        for first, last in _steps(part.starts):
            span = slice(part.starts[first], part.starts[last])
            moved = places[part.places[span]]
            there = moved >= 0
            column = np.repeat(np.arange(first, last), np.diff(part.starts[first : last + 1]))
            column, moved = columns[column[there]], moved[there]
            # In a step whole columns, so the nth of a column's entries is counted within it.
            change = np.flatnonzero(np.diff(column, prepend=-1))
            nth = np.arange(len(column)) - np.repeat(change, np.diff(change, append=len(column)))
            to = free[column] + nth
            made.places[to], made.counts[to] = moved, part.counts[span][there]
        free += size
    return made


def in_order(matrix: Columns) -> Columns:
    """The same with rising places in each column; they are sorted in place."""
    bound = int(matrix.places.max(initial=0)) + 1
    for first, last in _steps(matrix.starts):
        span = slice(matrix.starts[first], matrix.starts[last])
        column = np.repeat(np.arange(last - first), np.diff(matrix.starts[first : last + 1]))
        # Mostly in order already, which this kind of sorting makes use of.
        order = np.argsort(column * bound + matrix.places[span], kind="stable")
        matrix.places[span] = matrix.places[span][order]
        matrix.counts[span] = matrix.counts[span][order]
    return matrix


def _sizes(part: Columns, columns: Ints, places: Ints, width: int) -> Ints:
    """How many entries a part brings to each column."""
    sizes = np.zeros(width, dtype=np.int64)
    for first, last in _steps(part.starts):
        there = places[part.places[part.starts[first] : part.starts[last]]] >= 0
        before = np.concatenate([[0], np.cumsum(there)])
        edges = part.starts[first : last + 1] - part.starts[first]
        sizes[columns[first:last]] = np.diff(before[edges])
    return sizes


def _steps(starts: Ints) -> Iterator[tuple[int, int]]:
    """Runs of whole columns with about so many entries at once."""
    first = 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + AT_ONCE, side="right")) - 1
        last = max(last, first + 1)
        yield first, last
        first = last
