"""Files that hold many articles: read only when they changed, encoded only where they changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from index import stamps
from index.collection import Collection
from index.report import Report
from qa.showing import article_to_dict
from tests.bad_input.case import body
from tests.fakes import FakeEncoder


class Folder:
    """A folder of containers, its collection, and the files that the last update read."""

    def __init__(self, root: Path) -> None:
        self.path = root / "articles"
        self.path.mkdir()
        self.collection = Collection(root / "kutip", encoder=FakeEncoder())
        self.read: list[str] = []

    def lines(self, *records: dict[str, object] | str) -> None:
        text = [one if isinstance(one, str) else json.dumps(one) for one in records]
        (self.path / "news.jsonl").write_text("\n".join(text))

    def zip(self, **entries: str) -> None:
        with ZipFile(self.path / "arsip.zip", "w") as archive:
            for name, text in entries.items():
                archive.writestr(f"{name}.txt", text)

    def update(self) -> Report:
        time.sleep(0.05)
        self.read.clear()
        return self.collection.update(self.path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    made = Folder(tmp_path)

    def spy(path: Path, *, limit: int) -> tuple[bytes, str | None]:
        made.read.append(path.name)
        return stamps.read_whole(path, limit=limit)

    monkeypatch.setattr(stamps, "COARSEST_TICK_NS", 30_000_000)
    monkeypatch.setattr("index.reading.read_whole", spy)
    return made


def record(number: int, word: str = "lama") -> dict[str, object]:
    return {"id": number, "text": body(f"topik{number} {word}")}


def test_a_container_that_looks_unchanged_keeps_its_articles_unread(folder: Folder) -> None:
    folder.lines(record(1), record(2))
    folder.zip(a=body("pangan"), b=body("energi"))
    names = {"news.jsonl/1", "news.jsonl/2", "arsip.zip/a.txt", "arsip.zip/b.txt"}
    assert set(folder.update().added) == names
    assert sorted(folder.read) == ["arsip.zip", "news.jsonl"]
    again = folder.update()
    assert (set(again.unchanged), again.encoded, folder.read) == (names, 0, [])
    assert again.generation == 1


def test_only_changed_entries_are_encoded(folder: Folder) -> None:
    folder.lines(record(1), record(2), record(3))
    folder.zip(a=body("pangan"), b=body("energi"))
    folder.update()
    folder.lines(record(3), record(1), record(2, "baru"), record(4))
    folder.zip(a=body("pangan"), c=body("energi"))
    report = folder.update()
    assert report.changed == ["news.jsonl/2"]
    assert report.added == ["news.jsonl/4"]
    assert report.moved == [("arsip.zip/b.txt", "arsip.zip/c.txt")]
    assert set(report.unchanged) == {"news.jsonl/1", "news.jsonl/3", "arsip.zip/a.txt"}
    count = sum(len(folder.collection.passages(f"news.jsonl/{n}")[1]) for n in (2, 4))
    assert 0 < report.encoded <= count


def test_a_container_that_cannot_be_read_keeps_all_its_articles(folder: Folder) -> None:
    folder.zip(a=body("pangan"), b=body("energi"))
    folder.update()
    (folder.path / "arsip.zip").write_bytes(b"PK\x03\x04 torn")
    report = folder.update()
    assert set(report.kept) == {"arsip.zip/a.txt", "arsip.zip/b.txt"}
    assert [path for path, _ in report.skipped] == ["arsip.zip"]
    assert not report.complete
    assert folder.collection.article("arsip.zip/a.txt") is not None
    # Its bytes are the same: to read them again would tell the same.
    again = folder.update()
    assert (again.skipped, again.kept, folder.read) == (report.skipped, report.kept, [])
    assert folder.collection.update(folder.path, checksum=True).kept == report.kept
    folder.zip(a=body("pangan"))
    assert folder.update().removed == ["arsip.zip/b.txt"]


def test_a_container_with_a_bad_entry_says_so_each_time_and_is_read_once(folder: Folder) -> None:
    folder.lines(record(1), "{torn", {"id": 3, "text": "Komentar (0)"})
    first = folder.update()
    assert [where for where, _ in first.skipped] == ["news.jsonl, line 2", "news.jsonl/3"]
    again = folder.update()
    assert (again.skipped, again.unchanged) == (first.skipped, first.added)
    assert (folder.read, again.complete) == ([], False)
    folder.lines(record(1), record(2))
    report = folder.update()
    assert (report.added, report.unchanged) == (
        ["news.jsonl/2"], ["news.jsonl/1"]
    )  # fmt: skip
    assert report.complete


def test_an_entry_that_went_bad_is_kept_until_it_is_mended_or_gone(folder: Folder) -> None:
    folder.lines(record(1), record(2))
    folder.update()
    folder.lines(record(1), "{torn")
    report = folder.update()
    assert (report.unchanged, report.kept) == (["news.jsonl/1"], ["news.jsonl/2"])
    again = folder.update()
    assert (again.unchanged, again.kept, folder.read) == (["news.jsonl/1"], report.kept, [])
    assert folder.collection.article("news.jsonl/2") is not None
    folder.lines(record(1))
    assert folder.update().removed == ["news.jsonl/2"]


def test_a_page_without_prose_is_told_each_time_and_read_once(folder: Folder) -> None:
    (folder.path / "menu.txt").write_text("Beranda\nEkonomi\nOlahraga\n")
    (folder.path / "a.txt").write_text(body("pangan"))
    first = folder.update()
    assert first.skipped == [("menu.txt", "no prose on the page, only furniture")]
    assert (folder.update().skipped, folder.read) == (first.skipped, [])


def test_what_took_too_long_is_tried_again(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.lines(record(1))
    with monkeypatch.context() as busy:
        busy.setattr("index.formats.isolation.MAX_WAIT", 0.0)
        assert "takes longer than" in folder.update().skipped[0][1]
    assert folder.update().added == ["news.jsonl/1"]
    assert folder.read == ["news.jsonl"]


def test_what_was_lost_in_reading_is_told_also_of_files_not_read_again(folder: Folder) -> None:
    (folder.path / "a.txt").write_bytes(body("pangan").encode() + b"\xff")
    first = folder.update()
    assert first.warnings
    again = folder.update()
    assert (again.warnings, folder.read, again.complete) == (first.warnings, [], False)


def test_siblings_of_a_new_entry_settle_without_being_read(folder: Folder, tmp_path: Path) -> None:
    promise = "Kabar setiap hari, dari redaksi kami untuk Anda semua."

    def story(number: int) -> str:
        return f"{body(f'topik{number}')}\n{promise}\n\nSumber: https://uji.example/{number}\n"

    for number in (1, 2):
        (folder.path / f"{number}.txt").write_text(story(number))
    folder.update()
    assert promise in folder.collection.article("1.txt").text
    folder.zip(a=story(3))
    report = folder.update()
    assert folder.read == ["arsip.zip"]
    assert (report.added, sorted(report.changed)) == (["arsip.zip/a.txt"], ["1.txt", "2.txt"])
    fresh = Collection(tmp_path / "fresh", encoder=FakeEncoder())
    fresh.update(folder.path)
    for name in ("1.txt", "2.txt", "arsip.zip/a.txt"):
        assert promise not in folder.collection.article(name).text
        assert folder.collection.article(name) == fresh.article(name)
    again = folder.update()
    assert (folder.read, len(again.unchanged), again.encoded) == ([], 3, 0)
    (folder.path / "arsip.zip").unlink()
    report = folder.update()
    assert (sorted(report.changed), folder.read) == (["1.txt", "2.txt"], [])
    assert promise in folder.collection.article("1.txt").text


def test_an_author_that_a_record_states_is_kept_and_shown(folder: Folder) -> None:
    folder.lines({**record(1), "author": ["Ani", "Budi"]}, record(2))
    folder.update()
    known, unknown = (folder.collection.article(f"news.jsonl/{n}") for n in (1, 2))
    assert known is not None
    assert unknown is not None
    assert (known.author, unknown.author) == ("Ani, Budi", None)
    assert article_to_dict(known, ())["author"] == "Ani, Budi"
    folder.lines({**record(1), "author": "Citra"}, record(2))
    report = folder.update()
    # It is shown, so it counts as a change; no passage holds it, so none is encoded.
    assert (report.changed, report.encoded) == (["news.jsonl/1"], 0)
