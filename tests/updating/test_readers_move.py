"""How readers move from one generation to the next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.collection import Collection
from index.store import Store
from tests.fakes import FakeEncoder
from tests.updating.folders import CountingEncoder, write


def test_readers_move_to_the_new_generation_between_questions(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    with collection.view() as old:
        write(folder, "e.txt", "kelautan")
        Collection(collection.directory, encoder=FakeEncoder()).update(folder)
        assert "e.txt" not in old.snapshot.articles
        assert old.encoding(0) is not None
    assert "e.txt" in collection.snapshot().articles


def test_an_incremental_snapshot_is_a_fresh_one(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    collection.snapshot()
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "aa.txt", "nuklir")
    (folder / "sub/c.txt").unlink()
    collection.update(folder)
    held = collection.snapshot()
    fresh = Collection(collection.directory, encoder=CountingEncoder()).snapshot()
    for name in ("generation", "articles", "passages"):
        assert getattr(held, name) == getattr(fresh, name), name
    for row, passage in enumerate(held.passages):
        assert held.row(passage) == row
        assert held.passages.keys(row) == fresh.passages.keys(row)
    words = ["energi", "~_nuk", "kerja", "tidak"]
    assert (held.lexical.get_scores(words) == fresh.lexical.get_scores(words)).all()
    everything = list(range(len(held.passages)))
    query = collection.encoder.encode_queries(["energi nuklir"]).vectors[0]
    assert (
        held.vectors.similarities(query, everything)
        == fresh.vectors.similarities(query, everything)
    ).all()


def test_a_question_overtaken_by_a_newer_snapshot_looks_again(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.update(folder)
    collection.snapshot()
    real, overtaken = Collection._current, []

    def late(self: Collection, store: Store, behind: int | None) -> object:
        if not overtaken:
            overtaken.append(store.meta()["generation"])  # from here on it sees this generation
            (folder / "a.txt").unlink()
            write(folder, "b.txt", "kelautan")
            collection.update(folder)
            collection.snapshot()
        return real(self, store, behind)

    monkeypatch.setattr(Collection, "_current", late)
    with collection.view() as view:
        assert view.snapshot.generation > int(overtaken[0])
        assert set(view.snapshot.articles) == {"b.txt", "sub/c.txt"}
        assert all(view.encoding(row) for row in range(len(view.snapshot.passages)))


def test_a_copy_put_back_under_an_open_collection_is_seen(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    shutil.copytree(collection.directory, tmp_path / "backup")
    collection.snapshot()
    write(folder, "a.txt", "kelautan")
    collection.update(folder)
    assert collection.snapshot().generation == 2
    shutil.rmtree(collection.directory)
    shutil.copytree(tmp_path / "backup", collection.directory)
    assert collection.snapshot().generation == 1


def test_another_generation_of_the_same_number_is_not_the_one_that_was_there(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    shutil.copytree(collection.directory, tmp_path / "backup")
    write(folder, "a.txt", "kelautan")
    collection.update(folder)
    assert collection.snapshot().generation == 2
    shutil.rmtree(collection.directory)
    shutil.copytree(tmp_path / "backup", collection.directory)
    write(folder, "a.txt", "perikanan")
    Collection(collection.directory, encoder=FakeEncoder()).update(folder)
    assert collection.snapshot().generation == 2
    assert "perikanan" in collection.snapshot().articles["a.txt"].text


def test_an_older_store_is_read_after_looking_twice(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the copy was put into the very file that is open."""
    collection.update(folder)
    held = collection.snapshot()
    object.__setattr__(held, "generation", 7)
    seen = collection.snapshot()
    assert seen.generation == 1
    assert set(seen.articles) == set(held.articles)
