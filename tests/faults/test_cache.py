"""The cache file is never believed without proof: harmed or stale, answers are the same."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index import cache_file, opening
from index.checking import check
from index.collection import Collection
from index.snapshot import Snapshot
from index.store import FILE, Store
from tests.faults.test_damage import (
    become_a_folder,
    become_a_link,
    flip,
    halve,
    lengthen,
    zero,
)
from tests.faults.world import ALL, World, answers, collection, digest, update, write

FLIPS = 300 if ALL else 20


def cache(world: World) -> Path:
    return world.now / cache_file.FILE


def fresh(directory: Path) -> Snapshot:
    with Store.open(directory) as store, store.reading():
        return Snapshot.load(store)


def same(one: Snapshot, other: Snapshot) -> bool:
    """Equal in all that an answer can depend on, to the last digit."""
    words = ["kerja", "energi", "~_nuk", "lama", "nowhere", "kerja"]
    query = one.vectors.vectors[0] if len(one.vectors) else np.zeros(1)
    rows = np.arange(len(one.passages))
    return (
        (one.generation, one.seal) == (other.generation, other.seal)
        and one.articles == other.articles
        and one.passages == other.passages
        and [one.passages.keys(row) for row in rows] == [other.passages.keys(row) for row in rows]
        and one.lexical.get_scores(words).tolist() == other.lexical.get_scores(words).tolist()
        and one.lexical.ceiling(words) == other.lexical.ceiling(words)
        and one.lexical.known(words) == other.lexical.known(words)
        and all(
            a.tolist() == b.tolist()
            for a, b in zip(one.vectors.search(query, 9), other.vectors.search(query, 9),
                            strict=True)
        )
    )  # fmt: skip


def test_a_cache_of_other_terms_is_not_used(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.begin()
    assert Snapshot.cached(world.now) is not None
    monkeypatch.setattr("index.snapshot.TERMS", 0)
    assert Snapshot.cached(world.now) is None


def test_what_is_mapped_is_what_is_stored(world: World) -> None:
    world.begin()
    held = Snapshot.cached(world.now)
    assert held is not None
    assert same(held, fresh(world.now))
    # An older file, with what came since read from the store.
    shutil.copy(cache(world), world.root / "old.cache")
    world.update()
    shutil.copy(world.root / "old.cache", cache(world))
    assert same(collection(world.now).snapshot(), fresh(world.now))
    assert check(world.now) == []


HARMS = [Path.unlink, zero, halve, lengthen, become_a_folder, become_a_link]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_harmed_cache_changes_no_answer(world: World, harm: Callable[[Path], object]) -> None:
    world.begin()
    harm(cache(world))
    found = check(world.now)
    assert bool(found) == (harm not in (Path.unlink, lengthen))
    assert {finding.mend for finding in found} <= {"kutip index --checksum"}
    assert answers(world.now) == world.old_answers
    assert digest(world.now) == world.old_digest
    harm(cache(world)) if cache(world).is_file() else None
    update(world.now, world.folder, checksum=True)
    assert check(world.now) == []
    assert answers(world.now) == world.new_answers


@pytest.mark.timeout(300)
def test_a_flipped_bit_in_the_cache_changes_no_answer(world: World) -> None:
    dice, noticed = random.Random(8), 0
    for _ in range(FLIPS):
        world.begin()
        flip(cache(world), dice)
        noticed += bool(check(world.now))
        held = collection(world.now).snapshot()
        assert same(held, fresh(world.now))
        # The next reader finds a whole file.
        assert Snapshot.cached(world.now) is not None
    # The rest fell between the arrays.
    assert noticed > FLIPS * 0.8


def test_without_checksums_flips_would_reach_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice, wrong = random.Random(8), 0
    real = cache_file._checksum_of
    for _ in range(20):
        world.begin()
        flip(cache(world), dice)
        monkeypatch.setattr(cache_file, "_checksum_of", lambda *stretch: _Any())
        try:
            held = Snapshot.cached(world.now)
            wrong += held is not None and not same(held, fresh(world.now))
        except Exception:
            wrong += 1
        monkeypatch.setattr(cache_file, "_checksum_of", real)
    assert wrong


class _Any:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None


def test_a_store_put_back_from_before_is_not_mixed_with_a_newer_cache(world: World) -> None:
    world.begin()
    world.update()
    opening.refresh(world.now)
    newer = cache(world).read_bytes()
    shutil.copy(world.before / FILE, world.now / FILE)
    cache(world).write_bytes(newer)
    assert answers(world.now) == world.old_answers
    # The same number of generation, reached by another way.
    write(world.now.parent / "other" / "00.txt", "karet")
    try:
        shutil.copytree(world.folder, world.now.parent / "other", dirs_exist_ok=True)
        write(world.now.parent / "other" / "00.txt", "karet")
        update(world.now, world.now.parent / "other")
        for leftover in (newer, None):
            if leftover:
                cache(world).write_bytes(leftover)
            assert same(collection(world.now).snapshot(), fresh(world.now))
    finally:
        shutil.rmtree(world.now.parent / "other")


def test_a_collection_that_cannot_be_written_to_is_read_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.begin()
    cache(world).unlink()

    def refuse(*arguments: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(cache_file, "write", refuse)
    assert answers(world.now) == world.old_answers
    assert not cache(world).exists()


def test_a_small_change_leaves_the_file_and_a_large_one_makes_it_anew(tmp_path: Path) -> None:
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    for number in range(120):
        write(folder / f"{number:03}.txt", f"topik {number}")
    update(directory, folder)
    before = (directory / cache_file.FILE).stat().st_ino
    write(folder / "007.txt", "pelatihan")
    (folder / "008.txt").unlink()
    update(directory, folder)
    assert (directory / cache_file.FILE).stat().st_ino == before
    opened = collection(directory).snapshot()
    assert same(opened, fresh(directory))
    assert len(opened.articles.base) == 120
    assert len(opened.articles.fresh) == 1
    for number in range(10, 13):
        (folder / f"{number:03}.txt").unlink()
    update(directory, folder)
    assert (directory / cache_file.FILE).stat().st_ino != before
    assert same(collection(directory).snapshot(), fresh(directory))


def test_what_a_killed_writer_left_is_tidied(world: World) -> None:
    world.begin()
    left = world.now / f"{cache_file.FILE}-1234-ab"
    left.write_bytes(b"half")
    world.update()
    assert not left.exists()


def test_a_long_lived_reader_equals_a_fresh_one(world: World) -> None:
    world.begin()
    reader = collection(world.now)
    reader.snapshot()
    dice = random.Random(3)
    folder = world.root / "edited"
    shutil.copytree(world.folder, folder)
    try:
        for step in range(12):
            write(folder / f"{dice.randrange(14):02}.txt", f"kopi {step}")
            update(world.now, folder)
            held = reader.snapshot()
            assert same(held, fresh(world.now))
            mapped = Snapshot.cached(world.now)
            assert mapped is not None
    finally:
        shutil.rmtree(folder)


def test_filters_admit_what_they_admit_article_by_article(seeds: Collection) -> None:
    from datetime import date

    from index.filters import Filter

    snapshot = seeds.snapshot()
    for where in (Filter(source="tempo"), Filter(after=date(2025, 10, 28)), Filter(source="x"),
                  Filter(), Filter(source="vn", before=date(2025, 10, 27))):  # fmt: skip
        expected = [
            row for row, passage in enumerate(snapshot.passages)
            if where.admits(snapshot.articles[passage.article])
        ]  # fmt: skip
        assert snapshot.rows(where).tolist() == expected
        admitted = sum(map(where.admits, snapshot.articles.values()))
        assert snapshot.count(where.admits) == admitted


@pytest.mark.parametrize("place", range(8, 16))
def test_a_damaged_length_asks_for_no_memory(world: World, place: int) -> None:
    world.begin()
    data = bytearray(cache(world).read_bytes())
    data[place] ^= 0x80
    cache(world).write_bytes(data)
    assert Snapshot.cached(world.now) is None
    assert answers(world.now) == world.old_answers
