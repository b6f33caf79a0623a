"""Collections that cannot be opened, written or used as they are, and what is said of them."""

from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path

import pytest

from index import encodings
from index.checking import check
from index.collection import Collection
from index.errors import CollectionError, DiskError, LockedError
from index.locking import writer_lock
from index.store import FILE, Store
from tests.fakes import FakeEncoder
from tests.updating.folders import CountingEncoder, contents, write


def test_an_emptied_file_is_no_collection_and_the_next_update_makes_one(
    collection: Collection, folder: Path
) -> None:
    """As a first run leaves it that ended before its first transaction."""
    collection.update(folder)
    for path in collection.directory.glob(f"{FILE}-*"):
        path.unlink()
    (collection.directory / FILE).write_bytes(b"")
    with pytest.raises(CollectionError, match="no collection here; make one with: kutip index"):
        collection.snapshot()
    assert len(collection.update(folder).added) == 3
    assert not check(collection.directory)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500])
def test_a_damaged_collection_is_named_and_rebuilt(
    collection: Collection, folder: Path, damage: bytes
) -> None:
    collection.update(folder)
    for path in collection.directory.glob(f"{FILE}-*"):
        path.unlink()
    (collection.directory / FILE).write_bytes(damage)
    with pytest.raises(CollectionError, match="kutip index --rebuild"):
        collection.snapshot()
    collection.update(folder, rebuild=True)
    assert len(collection.snapshot().articles) == 3
    assert not check(collection.directory)
    assert list(collection.directory.glob("*.damaged-*"))


def test_a_missing_collection_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="make one with: kutip index"):
        Collection(tmp_path / "none", encoder=FakeEncoder()).snapshot()


def _hold(directory: Path, ready, done) -> None:
    with writer_lock(directory):
        ready.set()
        done.wait(30)


def test_a_file_system_without_locks_is_refused(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", absent)
    with pytest.raises(DiskError, match=r"cannot be locked .*another with --collection DIR"):
        collection.update(folder)


def test_the_second_writer_is_told_who_is_first(collection: Collection, folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(collection.directory, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(LockedError, match=f"process {holder.pid} on .* is indexing"):
            collection.update(folder)
    finally:
        holder.kill()
        holder.join()
    # The lock died with its process: nothing to clean up by hand.
    assert collection.update(folder).added


def test_a_collection_of_another_format_is_made_anew_by_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, directory = tmp_path / "articles", tmp_path / ".kutip"
    write(folder, "a.txt", "pelatihan polisi")
    made = Collection(directory, encoder=FakeEncoder())
    with monkeypatch.context() as earlier:
        earlier.setattr("index.store.FORMAT", "1")
        made.update(folder)
    with pytest.raises(CollectionError, match="--rebuild"):
        made.snapshot()
    Collection.open(directory)  # says nothing yet, so that a rebuild can begin
    anew = Collection(directory, encoder=FakeEncoder())
    assert anew.update(folder, rebuild=True).added == ["a.txt"]
    assert len(anew.snapshot().articles) == 1


def test_encodings_of_an_earlier_table_are_used_and_a_rebuild_moves_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def table() -> str:
        with Store.open(tmp_path / ".kutip") as store:
            rows = store.database.rows("SELECT sql FROM sqlite_schema WHERE name = 'encoding'")
        return str(rows[0][0])

    folder, encoder = tmp_path / "articles", CountingEncoder()
    write(folder, "a.txt", "pelatihan polisi")
    made = Collection(tmp_path / ".kutip", encoder=encoder)
    with monkeypatch.context() as earlier:
        without = encodings.TABLE.replace("STRICT", "STRICT, WITHOUT ROWID")
        earlier.setattr(encodings, "TABLE", without)
        made.update(folder)
    before, encoded = contents(tmp_path / ".kutip"), encoder.encoded
    write(folder, "b.txt", "kapal patroli")
    made.update(folder)
    assert encoded < encoder.encoded < 3 * encoded
    assert "WITHOUT ROWID" in table()
    (folder / "b.txt").unlink()
    made.update(folder, rebuild=True)
    assert "WITHOUT ROWID" not in table()
    assert contents(tmp_path / ".kutip") == before
    assert not check(tmp_path / ".kutip")
