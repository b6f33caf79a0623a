from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import cache_file, readers
from index import collection as collections
from index.collection import Collection
from index.errors import NoCollectionError
from index.store import Store
from tests.faults.world import QuickEncoder, old_folder


def made(folder: Path, directory: Path) -> Collection:
    collection = Collection(directory, encoder=QuickEncoder())
    collection.update(folder)
    return collection


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The directories of which a connection was opened."""
    real, found = Store.open.__func__, []

    def count(cls: type[Store], directory: Path) -> Store:
        found.append(directory)
        return real(cls, directory)

    monkeypatch.setattr(Store, "open", classmethod(count))
    return found


def test_questions_share_a_connection_and_see_what_is_new(
    tmp_path: Path, opened: list[Path]
) -> None:
    folder = tmp_path / "articles"
    old_folder(folder)
    collection = made(folder, tmp_path / "kutip")
    opened.clear()
    before = collection.snapshot()
    assert collection.snapshot() is before
    assert len(opened) == 1
    (folder / "new.txt").write_text("Sebuah paragraf baru tentang kerja sama energi. " * 3)
    Collection(tmp_path / "kutip", encoder=QuickEncoder()).update(folder)
    opened.clear()
    assert "new.txt" in collection.snapshot().articles
    assert opened == []


def test_a_collection_made_anew_in_its_place_is_seen(tmp_path: Path) -> None:
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    old_folder(folder)
    collection = made(folder, directory)
    before = collection.snapshot()
    shutil.rmtree(directory)
    with pytest.raises(NoCollectionError):
        collection.snapshot()
    made(folder, directory)
    assert collection.snapshot().collection != before.collection


def test_no_more_are_left_open_than_are_used(tmp_path: Path) -> None:
    old_folder(tmp_path / "articles")
    collection = made(tmp_path / "articles", tmp_path / "kutip")
    some = readers.Readers(collection.directory)
    with some.one() as a, some.one() as b, some.one() as c:
        assert len({id(a), id(b), id(c)}) == 3
    assert len(some._idle) == readers.KEPT
    with pytest.raises(ZeroDivisionError), some.one():
        raise ZeroDivisionError
    assert len(some._idle) == readers.KEPT - 1


def test_pages_that_were_let_go_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_file, "_LARGE", 0)
    monkeypatch.setattr(collections, "LET_GO", 2)
    times: list[int] = []
    real = cache_file.Mapped.let_go
    monkeypatch.setattr(cache_file.Mapped, "let_go", lambda self: (times.append(1), real(self)))
    old_folder(tmp_path / "articles")
    made(tmp_path / "articles", tmp_path / "kutip")
    collection = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    texts = [[passage.text for passage in collection.snapshot().passages] for _ in range(5)]
    assert len(times) == 2
    assert texts[0]
    assert texts.count(texts[0]) == 5
