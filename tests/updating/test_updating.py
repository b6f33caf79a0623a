"""What an update does with what changed in a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.checking import check
from index.collection import Collection
from index.errors import InputError, NoCollectionError
from tests.fakes import FakeEncoder
from tests.updating.folders import CountingEncoder, contents, write


def test_first_run_adds_and_second_does_nothing(collection: Collection, folder: Path) -> None:
    first = collection.update(folder)
    assert first.added == ["a.txt", "b.txt", "sub/c.txt"]
    assert first.encoded == first.passages == len(collection.snapshot().passages)
    before = collection.encoder.encoded
    second = collection.update(folder)
    assert second.unchanged == first.added
    assert (second.encoded, second.generation) == (0, first.generation)
    assert collection.encoder.encoded == before


def test_changes_cost_what_changed(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "d.txt", "nuklir")
    (folder / "sub/c.txt").unlink()
    report = collection.update(folder)
    assert (report.changed, report.added, report.removed, report.unchanged) == (
        ["b.txt"], ["d.txt"], ["sub/c.txt"], ["a.txt"]
    )  # fmt: skip
    # One new paragraph in b.txt, and the passages of d.txt: what stayed kept its vector.
    passages = [p for p in collection.snapshot().passages if p.article == "d.txt"]
    assert report.encoded == len(passages) + 1
    assert not check(collection.directory)


def test_furniture_that_changed_is_no_change(collection: Collection, folder: Path) -> None:
    write(folder, "a.txt", "pelatihan", extra="Komentar (0)")
    collection.update(folder)
    write(folder, "a.txt", "pelatihan", extra="Komentar (27)")
    report = collection.update(folder)
    assert "a.txt" in report.unchanged
    assert report.encoded == 0
    assert collection.article("a.txt").dropped[-1].text == "Komentar (27)"


def test_dry_run_says_the_same_and_does_nothing(collection: Collection, folder: Path) -> None:
    plan = collection.update(folder, dry_run=True)
    assert not collection.directory.exists()
    done = collection.update(folder)
    assert (plan.added, plan.changed, plan.removed) == (done.added, done.changed, done.removed)


def test_an_unreadable_folder_or_file_deletes_nothing(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    for content, reason in (
        (b"\x00\x01", "not text (it holds zero bytes)"), (b"", "empty"), (b" \n", "no text in it")
    ):  # fmt: skip
        (folder / "a.txt").write_bytes(content)
        report = collection.update(folder)
        assert report.kept == ["a.txt"]
        assert report.skipped == [("a.txt", reason)]
        assert collection.article("a.txt") is not None
    shutil.move(folder, folder.with_name("gone"))
    with pytest.raises(InputError, match="no such folder"):
        collection.update(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="--allow-empty"):
        collection.update(folder)
    assert collection.article("b.txt") is not None
    assert len(collection.update(folder, allow_empty=True).removed) == 3


def test_an_interrupted_run_publishes_nothing_and_continues(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encode.BATCH", 1)
    total = collection.update(folder, dry_run=True)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "encoding" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collection.update(folder, progress=stop)
    for look in (collection.snapshot, lambda: collection.article("a.txt")):
        with pytest.raises(NoCollectionError, match="nothing is indexed yet"):
            look()
    assert collection.encoder.encoded == 2
    report = collection.update(folder)
    assert report.added == total.added
    fresh = Collection(collection.directory.with_name("fresh"), encoder=CountingEncoder())
    fresh.update(folder)
    assert collection.encoder.encoded == fresh.encoder.encoded


def test_an_article_that_moved_is_told_and_encodes_nothing(
    collection: Collection, folder: Path
) -> None:
    collection.update(folder)
    (folder / "new").mkdir()
    (folder / "a.txt").rename(folder / "new" / "a.txt")
    plan = collection.update(folder, dry_run=True)
    report = collection.update(folder)
    assert plan.moved == report.moved == [("a.txt", "new/a.txt")]
    assert (report.added, report.removed, report.encoded) == ([], [], 0)
    assert collection.article("a.txt") is None
    assert {p.article for p in collection.snapshot().passages} == {
        "new/a.txt", "b.txt", "sub/c.txt"
    }  # fmt: skip
    # A copy is no move: both are there.
    shutil.copy(folder / "b.txt", folder / "copy.txt")
    report = collection.update(folder)
    assert (report.added, report.moved, report.encoded) == (["copy.txt"], [], 0)


def test_a_dry_run_foresees_the_very_same(collection: Collection, folder: Path) -> None:
    collection.update(folder)
    write(folder, "b.txt", "energi", extra="Kalimat baru ditambahkan pada akhir artikel ini.")
    write(folder, "d.txt", "nuklir")
    plan = collection.update(folder, dry_run=True).to_dict()
    before = contents(collection.directory)
    done = collection.update(folder).to_dict()
    assert before != contents(collection.directory)
    for own in ("seconds", "dry_run", "generation", "passages"):
        del plan[own], done[own]
    assert plan == done
    shutil.rmtree(folder)
    folder.mkdir()
    with pytest.raises(InputError, match="--allow-empty"):
        collection.update(folder, dry_run=True)


def test_another_folder_does_not_take_the_place_of_the_first(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    collection.update(folder)
    other = tmp_path / "other"
    write(other, "x.txt", "kopi")
    with pytest.raises(InputError, match="holds the articles of"):
        collection.update(other)
    assert "x.txt" not in collection.snapshot().articles
    shutil.copytree(folder, tmp_path / "copy")
    assert not collection.update(tmp_path / "copy").removed
    assert collection.update(other, rebuild=True).added == ["x.txt"]
    write(folder, "x.txt", "kopi")
    folder.rename(tmp_path / "gone")
    write(tmp_path / "third", "y.txt", "teh")
    shutil.rmtree(other)
    assert collection.update(tmp_path / "third").added == ["y.txt"]


def test_a_folder_whose_name_is_no_text_is_said_so_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "\udcff"
    write(folder, "a.txt", "kopi")
    made = Collection(tmp_path / ".kutip", encoder=FakeEncoder())
    with pytest.raises(InputError, match="not a name in Unicode"):
        made.update(folder)
    assert not made.directory.exists()


def test_a_folder_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    made = Collection(tmp_path / "missing" / ".kutip", encoder=FakeEncoder())
    with pytest.raises(InputError, match="no such folder"):
        made.update(tmp_path / "missing")
    assert list(tmp_path.iterdir()) == []
