from __future__ import annotations

import time

import numpy as np

from index.collection import Collection
from index.recent import Recent
from index.records import StoredEncoding
from index.stages import Stages, timed
from tests.faults.world import QuickEncoder, old_folder


def made(value: int) -> StoredEncoding:
    return StoredEncoding(np.full(25, value, dtype=np.float32))  # a hundred bytes


def test_what_was_not_used_for_longest_goes_first() -> None:
    recent = Recent(StoredEncoding.size, 200)
    recent.keep({"a": made(1), "b": made(2)})
    assert recent.of(["a"])["a"].vector[0] == 1
    recent.keep({"c": made(3)})
    assert recent.of(["a", "b", "c"]).keys() == {"a", "c"}


def test_one_larger_than_all_there_is_room_for_is_not_kept() -> None:
    recent = Recent(StoredEncoding.size, 50)
    recent.keep({"a": made(1)})
    assert recent.of(["a"]) == {}


def test_encodings_read_at_once_are_those_read_one_by_one(tmp_path) -> None:
    old_folder(tmp_path / "articles")
    collection = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    collection.update(tmp_path / "articles")
    with collection.view() as view:
        rows = range(len(view.snapshot.passages))
        view.prefetch(rows)
        for row in rows:
            key, context_key = view.snapshot.passages.keys(row)
            own = view._store.encodings.one(key, 0)
            found = view.encoding(row)
            assert own is not None
            assert found is not None
            assert (found.vector == own.vector).all()
            assert (view.context(row) is None) == (context_key is None)


@timed("inner")
def inner() -> None:
    time.sleep(0.02)


@timed("outer")
def outer() -> None:
    inner()


def test_a_stage_counts_its_own_time() -> None:
    outer()  # nobody records
    with Stages().recording() as stages:
        outer()
        inner()
    outer()
    assert list(stages.seconds) == ["outer", "inner"]
    assert stages.seconds["outer"] < 0.02 < 0.04 <= stages.seconds["inner"] < 0.5
