"""56 kinds of bad input: each comes to what is written beside it, and everything else is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.article import Page, Skipped
from index.cleaning import clean
from index.collection import Collection
from index.embedding import Encoding, TokenStates
from index.errors import InputError
from index.reading import read_folder
from index.report import Report
from index.store import Store
from tests.bad_input.case import IGNORED, OK, PART, Case, body
from tests.bad_input.make import CASES, make
from tests.bad_input.tree_cases import remove
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parents[2]
SOUND = "99/sound.txt"
LIGHT = [case for case in CASES if not case.heavy]
HEAVY = [case for case in CASES if case.heavy]


class QuickEncoder(FakeEncoder):
    """One random direction a text: as much as reading and storing need."""

    def __init__(self) -> None:
        self.encoded = 0

    def encode_passages(self, texts, *, with_tokens=False):
        self.encoded += len(texts)
        vectors = np.stack([self._direction(text) for text in texts]).astype(np.float32)
        none = TokenStates(np.zeros((0, 64), np.float16), np.zeros((0, 2), np.int32))
        return Encoding(vectors, (none,) * len(texts) if with_tokens else None)


class Outcome:
    """What was said of a folder, by the name of what it was said of."""

    def __init__(self) -> None:
        self.articles: set[str] = set()
        self.notes: dict[str, list[str]] = {}
        self.ignored: set[str] = set()

    def note(self, where: str, what: str) -> None:
        self.notes.setdefault(where, []).append(what)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bad") / "articles"
    make(folder, heavy=False)
    (folder / SOUND).parent.mkdir()
    (folder / SOUND).write_text(body("nuklir"))
    yield folder
    remove(folder)


@pytest.fixture(scope="module")
def collection(folder: Path) -> Collection:
    return Collection(folder.with_name("kutip"), encoder=QuickEncoder())


@pytest.fixture(scope="module")
def update(collection: Collection, folder: Path) -> Report:
    return collection.update(folder)


@pytest.fixture(scope="module")
def outcome(update: Report) -> Outcome:
    found = Outcome()
    found.articles = set(update.added)
    found.ignored = set(update.ignored)
    for where, what in (*update.skipped, *update.warnings):
        found.note(where, what)
    return found


def judge(case: Case, found: Outcome) -> None:
    """Hold what was said of a case against what should be."""
    inside = f"{case.folder}/"
    said = {
        where.removeprefix(inside): notes
        for where, notes in found.notes.items()
        if where.startswith(inside)
    }
    for name, expected in case.expect.items():
        if name.endswith("*"):
            name = next((where for where in said if where.startswith(name[:-1])), name)
        notes = said.pop(name, [])
        is_article = inside + name in found.articles
        if expected == OK:
            assert is_article, f"{name}: {notes}"
            assert not notes, name
        elif expected == IGNORED:
            assert inside + name in found.ignored, name
            assert not is_article
        else:
            kind, _, pattern = expected.partition(": ")
            places = [*notes]
            for where in [w for w in said if w.startswith(f"{name}, ")]:
                places += said.pop(where)
            assert is_article is (kind == PART[:4]), f"{name}: {notes}"
            assert any(re.search(pattern, note) for note in places), f"{name}: {places}"
    assert not said, "said of nothing expected"
    expected_articles = {n for n, e in case.expect.items() if e == OK or e.startswith(PART)}
    assert {a for a in found.articles if a.startswith(inside)} == {
        inside + name for name in expected_articles
    }


@pytest.mark.parametrize("case", LIGHT, ids=lambda case: case.folder)
def test_each_comes_to_what_is_expected(case: Case, outcome: Outcome) -> None:
    judge(case, outcome)


def test_all_numbers_are_there() -> None:
    elsewhere = {39, 40, 41, 50, 56}
    assert {case.number for case in CASES} | elsewhere == set(range(1, 57))


@pytest.mark.parametrize("case", HEAVY, ids=lambda case: case.folder)
def test_the_heavy_ones_are_read_and_cleaned(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Seconds of the processor count here, however much else the machine has to do.
    monkeypatch.setattr("index.formats.isolation.MAX_WAIT", 900)
    (tmp_path / case.folder).mkdir()
    case.make(tmp_path / case.folder)
    found = Outcome()
    started = time.process_time()
    for item in read_folder(tmp_path):
        if isinstance(item, Skipped):
            found.note(item.where, item.reason)
            continue
        if clean(item).text:
            found.articles.add(item.id)
        for warning in item.warnings:
            found.note(item.id, warning)
    assert time.process_time() - started < 10 * len(case.expect)
    judge(case, found)


def test_everything_else_is_indexed(outcome: Outcome) -> None:
    assert SOUND in outcome.articles


# A child's peak memory begins with its parent's: a small parent shows what parsing takes.
READ = """
import resource, sys
from pathlib import Path
from index.reading import read_folder

read = sum(1 for _ in read_folder(Path(sys.argv[1])))
print(read, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_memory_is_bounded(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    read, kibibytes = map(int, done.stdout.split())
    assert read > len(LIGHT)
    assert 0 < kibibytes < 1 << 20


def test_the_next_run_finds_nothing_to_do(
    collection: Collection, folder: Path, update: Report
) -> None:
    again = collection.update(folder)
    assert not (again.added)
    assert not (again.changed)
    assert not (again.removed)
    assert not (again.encoded)
    assert sorted(again.unchanged) == sorted(update.added)
    assert again.skipped == update.skipped
    assert again.ignored == update.ignored
    assert set(again.warnings) == set(update.warnings)


def test_text_is_the_text(collection: Collection, update: Report) -> None:
    """Numbers 3, 9, 51: no mark, no mojibake, offsets that fit."""
    with Store.open(collection.directory) as store, store.reading():
        articles = {article.id: article for article in store.articles()}
        rows = store.passages()
    assert articles["03/bom.txt"].text.startswith("Menteri")
    for name, quote in (
        ("cp1252", "“Café” résumé"),
        ("gb", "外交部长会见了各国代表团"),
        ("sjis", "外務大臣は各国の代表団"),
    ):
        article = articles[f"09/{name}.html"]
        assert quote in article.text + " ".join(line.text for line in article.dropped)
    assert articles.keys() == set(update.added) == {row.article for row in rows}
    assert all(row.passage(articles[row.article]).text.strip() for row in rows)
    assert all(0 <= row.start < row.end <= len(articles[row.article].text) for row in rows)


def test_copies_share_their_vectors(collection: Collection, update: Report) -> None:
    """Number 49: every path can be cited, and nothing was encoded twice."""
    with Store.open(collection.directory) as store, store.reading():
        rows = store.passages()
        keys = store.encoding_keys(store.article_ids())
    assert update.encoded == len(rows)
    assert collection.encoder.encoded == len(keys)
    assert len({row.encoding for row in rows if row.article.startswith("49/")}) == 2


def test_the_tail_of_a_long_text_is_found(collection: Collection, update: Report) -> None:
    """Number 54."""
    _, passages = collection.passages("54/long.txt")
    assert passages[-1].text.endswith("Gajah terakhir berlari ke rumah sakit.")


def test_undated_articles_are_found(collection: Collection, update: Report) -> None:
    """Number 52: what is no date makes no date."""
    assert all(collection.article(f"52/dates.jsonl/{n}").published is None for n in range(1, 7))


def test_what_may_not_be_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Number 39: a file and a folder without rights; what was indexed of them stays."""
    articles = tmp_path / "articles"
    for name in ("file.txt", "locked/in.txt", "sound.txt"):
        (articles / name).parent.mkdir(parents=True, exist_ok=True)
        (articles / name).write_text(body(name))
    collection = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    collection.update(articles)

    # Rights do not bind root, as whom tests may run.
    def deny(function, *paths):
        def denied(path, *args, **kwargs):
            if os.fspath(path) in map(str, paths):
                raise PermissionError(13, "Permission denied")
            return function(path, *args, **kwargs)

        return denied

    monkeypatch.setattr(os, "open", deny(os.open, articles / "file.txt"))
    monkeypatch.setattr(os, "scandir", deny(os.scandir, articles / "locked"))
    report = collection.update(articles)
    assert sorted(report.kept) == ["file.txt", "locked/in.txt"]
    assert report.skipped == [
        ("file.txt", "cannot be read (Permission denied)"),
        ("locked", "cannot be listed (Permission denied)"),
    ]
    assert collection.article("locked/in.txt") is not None


def test_a_missing_or_empty_folder_deletes_nothing(tmp_path: Path) -> None:
    """Number 40."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "news.jsonl").write_text('{"id": 1, "text": "Menteri hadir di rapat itu."}')
    collection = Collection(tmp_path / "kutip", encoder=QuickEncoder())
    assert collection.update(articles).added == ["news.jsonl/1"]
    (articles / "news.jsonl").unlink()
    with pytest.raises(InputError, match="--allow-empty"):
        collection.update(articles)
    articles.rmdir()
    with pytest.raises(InputError, match="no such folder"):
        collection.update(articles)
    assert collection.article("news.jsonl/1") is not None


@pytest.mark.parametrize("by_rename", [True, False])
def test_no_half_written_state_is_read(tmp_path: Path, by_rename: bool) -> None:
    """Number 41: a file that flips all the time is read as one of its states, or reported."""
    states = [letter * 2_000_000 for letter in "AB"]
    path, spare = tmp_path / "flip.txt", tmp_path.with_name("spare.txt")
    path.write_text(states[0])
    stop = threading.Event()

    def flip() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (spare if by_rename else path).write_text(states[number % 2])
            if by_rename:
                spare.replace(path)

    writer = threading.Thread(target=flip)
    writer.start()
    try:
        for _ in range(10):
            for item in read_folder(tmp_path):
                if isinstance(item, Page):
                    assert item.text in states
                else:
                    assert re.search("written|empty", item.reason)
    finally:
        stop.set()
        writer.join()


def test_many_tiny_files_take_linear_time_and_few_descriptors(tmp_path: Path) -> None:
    """Number 50, with a twentieth of the files."""

    def read(count: int) -> float:
        folder = tmp_path / str(count)
        for number in range(count):
            path = folder / str(number % 50) / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("Isi berita.")
        # Old enough not to be read twice.
        for path in folder.rglob("*.txt"):
            os.utime(path, (1, 1))
        time.sleep(0.05)
        started = time.process_time()
        most = 0
        for number, item in enumerate(read_folder(folder)):
            assert isinstance(item, Page)
            if number % 1000 == 0:
                most = max(most, len(os.listdir("/proc/self/fd")))
        assert most < 256
        return (time.process_time() - started) / count

    few, many = read(2_000), read(10_000)
    assert many < 3 * few
