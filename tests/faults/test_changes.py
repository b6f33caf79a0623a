"""R9, R10, R13: what changed is found whatever the clock says, and nothing half-written is read."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import stamps
from index.reading import Skipped, read_folder
from index.stamps import NotReadableError, read_whole, stamp_of
from tests.faults.children import kill, start
from tests.faults.world import (
    ALL,
    answers,
    collection,
    digest,
    fresh_digest,
    scratch,
    update,
    write,
)


@pytest.fixture
def root() -> Iterator[Path]:
    made = scratch()
    (made / "articles").mkdir()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def settled(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three articles that were written long enough ago to be told from later edits."""
    for number in range(3):
        write(root / "articles" / f"{number}.txt", f"topik {number}")
    monkeypatch.setattr(stamps, "COARSEST_TICK_NS", 30_000_000)
    monkeypatch.setattr(stamps, "REST_NS", 1)
    time.sleep(0.05)
    assert len(update(root / "kutip", root / "articles").added) == 3
    return root


def edit_unseen(path: Path) -> None:
    """The same size and the same time of modification."""
    before = path.stat()
    text = path.read_text()
    path.write_text(text.replace("lama", "baru"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def reads(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that an update reads."""
    seen: list[str] = []

    def spy(path: Path, *, limit: int) -> tuple[bytes, str | None]:
        seen.append(path.name)
        return read_whole(path, limit=limit)

    with monkeypatch.context() as patch:
        patch.setattr("index.reading.read_whole", spy)
        update(root / "kutip", root / "articles")
    return sorted(seen)


def test_r9_what_looks_unchanged_is_not_read(
    settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reads(settled, monkeypatch) == []
    edit_unseen(settled / "articles" / "1.txt")
    assert reads(settled, monkeypatch) == ["1.txt"]


@pytest.mark.parametrize("times", [None, 0, -86400, 4070908800])
def test_r9_an_edit_of_the_same_size_and_time_is_found(settled: Path, times: int | None) -> None:
    path = settled / "articles" / "1.txt"
    edit_unseen(path)
    if times is not None:
        os.utime(path, (times, times))
    report = update(settled / "kutip", settled / "articles")
    assert (report.changed, len(report.unchanged)) == (["1.txt"], 2)
    assert digest(settled / "kutip") == fresh_digest(settled / "fresh", settled / "articles")


def test_r9_a_clock_set_back_hides_nothing(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time_ns
    monkeypatch.setattr(stamps.time, "time_ns", lambda: real() - 365 * 86400 * 10**9)
    write(settled / "articles" / "1.txt", "topik 1", generation="baru")
    assert update(settled / "kutip", settled / "articles").changed == ["1.txt"]
    edit = (settled / "articles" / "1.txt").read_text().replace("baru", "tadi")
    (settled / "articles" / "1.txt").write_text(edit)
    assert update(settled / "kutip", settled / "articles").changed == ["1.txt"]


def test_r9_edits_within_one_tick_of_the_clock_are_found(root: Path) -> None:
    """Fresh files get no stamp, so a second edit that the clock cannot show is read."""
    path = root / "articles" / "1.txt"
    for turn in range(40 if ALL else 8):
        write(path, "topik", generation=f"{turn:03}")
        update(root / "kutip", root / "articles")
        opened = collection(root / "kutip").article("1.txt")
        assert f"{turn:03}" in opened.text


def test_r9_would_notice_stamps_for_fresh_files(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that stands still, as a coarse one does, shows why fresh files get no stamp."""
    write(root / "articles" / "1.txt", "topik")
    path = root / "articles" / "1.txt"
    coarse = f"{path.stat().st_size}:0:0:0"
    monkeypatch.setattr("index.reading.stamp_of", lambda found: coarse)
    monkeypatch.setattr("index.stamps.stamp_of", lambda found: coarse)
    for tick, found in ((2_000_000_000, ["1.txt"]), (0, [])):
        write(path, "topik")
        shutil.rmtree(root / "kutip", ignore_errors=True)
        monkeypatch.setattr(stamps, "COARSEST_TICK_NS", tick)
        update(root / "kutip", root / "articles")
        path.write_text(path.read_text().replace("lama", "baru"))
        assert update(root / "kutip", root / "articles").changed == found
    # What even the stamp hides is found by reading.
    assert update(root / "kutip", root / "articles", checksum=True).changed == ["1.txt"]


LETTERS = 5_000_000
TURNS = 500 if ALL else 12


def flip_for_ever(path: Path, how: str) -> None:
    """Rewrite a file again and again, all A, all B, piece by piece, with rests in between.

    On a busy machine it may be stopped between two pieces for longer than Kutip waits; nobody
    could tell that from a file that is finished, so it says so.
    """
    parent, turn = os.getppid(), 0
    while os.getppid() == parent:
        turn += 1
        data = (b"A", b"B")[turn % 2] * LETTERS
        if how == "renamed":
            path.with_name("t").write_bytes(data)
            path.with_name("t").replace(path)
        else:
            last = time.monotonic_ns()  # before opening, which may empty the file
            with open(path, "wb" if how == "truncated" else "r+b", buffering=0) as file:
                for start in range(0, LETTERS, LETTERS // 20):
                    file.write(data[start : start + LETTERS // 20])
                    if time.monotonic_ns() - last > stamps.REST_NS / 2:
                        path.with_name("stopped").touch()
                    last = time.monotonic_ns()
        time.sleep(0.05 * (turn % 20))


def read_while_written(
    path: Path, how: str, read: Callable[[Path], bytes], *, turns: int = TURNS
) -> Counter[str]:
    """How often a file that is being rewritten was read pure, mixed, or not at all."""
    path.write_bytes(b"A" * LETTERS)
    writer, seen = start(lambda: flip_for_ever(path, how)), Counter()
    try:
        for _ in range(turns):
            try:
                data = read(path)
                pure = data in (b"A" * LETTERS, b"B" * LETTERS)
                seen["pure" if pure else "mixed"] += 1
            except NotReadableError:
                seen["unstable"] += 1
            time.sleep(0.003)
    finally:
        kill(writer)
    return seen


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("how", ["in place", "renamed", "truncated"])
def test_r10_a_file_is_read_as_it_was_at_one_moment(root: Path, how: str) -> None:
    seen = read_while_written(
        root / "a.txt", how, lambda path: read_whole(path, limit=LETTERS + 1)[0]
    )
    assert seen["mixed"] == 0 or (root / "stopped").exists()
    assert seen["pure"]


def test_r10_would_notice_a_plain_read(root: Path) -> None:
    def read(path: Path) -> bytes:
        """As from a slow disk: a read that is soon over seldom meets a writer."""
        pieces = []
        with path.open("rb") as file:
            while piece := file.read(LETTERS // 20):
                pieces.append(piece)
                time.sleep(0.001)
        return b"".join(pieces)

    tries = (read_while_written(root / "a.txt", "in place", read, turns=100) for _ in range(20))
    assert any(seen["mixed"] for seen in tries)


def test_r10_a_file_that_never_rests_keeps_its_last_version(
    settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settled / "articles" / "1.txt"
    write(path, "topik 1", generation="baru")
    with monkeypatch.context() as patch:
        patch.setattr(stamps, "stamp_of", lambda found: str(time.perf_counter_ns()))
        report = update(settled / "kutip", settled / "articles")
    assert report.kept == ["1.txt"]
    assert "being written" in report.skipped[0][1]
    assert "lama" in collection(settled / "kutip").article("1.txt").text
    assert update(settled / "kutip", settled / "articles").changed == ["1.txt"]


def test_a_stamp_knows_a_file_from_its_replacement(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_text("x")
    other.write_text("y")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    before = stamp_of(path.stat())
    other.replace(path)
    assert stamp_of(path.stat()) != before


def test_r13_collections_of_hardly_anything_answer(root: Path) -> None:
    update(root / "kutip", root / "articles")
    assert all("'hits': []" in answer for answer in answers(root / "kutip"))
    for count in (1, 2):
        write(root / "articles" / f"{count}.txt", f"topik {count}")
        update(root / "kutip", root / "articles")
        assert len(answers(root / "kutip")) == 20
    (root / "articles" / "2.txt").unlink()
    update(root / "kutip", root / "articles")
    assert not any("2.txt" in answer for answer in answers(root / "kutip"))
    skipped = [page for page in read_folder(root / "articles") if isinstance(page, Skipped)]
    assert skipped == []
