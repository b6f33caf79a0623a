"""A parser that crashes, hangs, lies or eats all memory costs one file, and no more."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Dropped, Metadata, Page, Skipped
from index.formats.archives import Begun
from index.formats.feed import PIECE
from index.formats.isolation import IsolatedParser
from index.formats.wire import from_message, length, to_message
from index.reading import read_folder

# A worker whose parser, on these words in a file, does what hostile files make parsers do.
WORKER = """
import os, signal, sys, time
from index.formats import parsing, worker

def read(identity, data):
    if b"crash" in data: os.kill(os.getpid(), signal.SIGSEGV)
    if b"abort" in data: os._exit(7)
    if b"hang" in data: time.sleep(600)
    if b"spin" in data:
        while True: pass
    if b"eat" in data: bytearray(3 << 30)
    if b"lie" in data: worker_out.write(b"\\xff" * 99); worker_out.flush()
    if b"chat" in data: print("halo")
    if b"write" in data: open(os.environ["CANARY"], "w").write("x" * 9)
    return parsing.Page(identity, data.decode(), "d")

parsing.read_text = read
worker_out = os.fdopen(os.dup(1), "wb")
sys.exit(worker.main())
"""


def pieces(data: bytes):
    def reopen():
        stream = io.BytesIO(data)
        return lambda: stream.read(PIECE)

    return reopen


@pytest.fixture
def parser() -> Iterator[IsolatedParser]:
    with IsolatedParser(command=(sys.executable, "-P", "-c", WORKER), seconds=5) as parser:
        yield parser


def read(parser: IsolatedParser, data: bytes, name: str = "a.txt") -> list[Page | Skipped]:
    return list(parser.parse(name, name, pieces(data)))


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (b"crash", r"crashed the parser (SIGSEGV)"),
        (b"abort", r"crashed the parser"),
        (b"hang", r"takes longer than 5 s to read"),
        (b"eat", r"needs more than 1 GiB of memory to read"),
        (b"lie", r"the parser gave nonsense"),
    ],
)
def test_a_file_that_kills_the_parser_is_reported(
    parser: IsolatedParser, word: bytes, reason: str
) -> None:
    assert read(parser, word) == [Skipped("a.txt", reason, passing=True)]
    assert read(parser, b"isi") == [Page("a.txt", "isi", "d")]


def test_endless_work_is_ended_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = WORKER.replace("worker_out =", "worker.MAX_SECONDS = 1\nworker_out =")
    with IsolatedParser(command=(sys.executable, "-P", "-c", quick), seconds=60) as parser:
        assert "takes longer than" in read(parser, b"spin")[0].reason


def test_what_a_library_prints_is_not_heard(parser: IsolatedParser) -> None:
    assert read(parser, b"chat")[0].text == "chat"


def test_no_file_is_written(
    parser: IsolatedParser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    monkeypatch.setenv("CANARY", str(canary))
    read(parser, b"write")
    assert canary.stat().st_size == 0


def test_an_archive_goes_on_after_the_entry_that_killed_the_parser(
    parser: IsolatedParser,
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in (("a.txt", "satu"), ("b.txt", "crash"), ("c.txt", "tiga")):
            archive.writestr(name, text)
    found = read(parser, made.getvalue(), "x.zip")
    assert [item.id if isinstance(item, Page) else item.path for item in found] == [
        "x.zip/a.txt", "x.zip/b.txt", "x.zip/c.txt"
    ]  # fmt: skip
    assert isinstance(found[1], Skipped)


def test_an_archive_of_killers_is_given_up(parser: IsolatedParser) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", "abort")
    found = read(parser, made.getvalue(), "x.zip")
    assert len(found) == 6
    assert found[-1].reason.startswith("too many of its entries")


def test_one_process_serves_many_files_and_is_ended(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.md").write_text(f"Isi berita ke-{number}.")
    pages = read_folder(tmp_path)
    assert isinstance(next(pages), Page)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = children.read_text().split()
    for _ in range(20):
        next(pages)
    assert children.read_text().split() == before
    pages.close()  # nobody wants the rest
    assert len(children.read_text().split()) == len(before) - 1


def test_no_heavy_library_is_loaded() -> None:
    import subprocess

    code = (
        "import sys, index.formats.worker; "
        "print(sorted({'torch', 'numpy', 'faiss', 'apsw', 'gradio', 'regex'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "item",
    [
        Begun(7, "a.zip/b.txt"),
        Skipped("a\udcff", "r", "line 3", by_rule=True),
        Page("a", "isi \ud800 \U0001f600", "d", ("w",), Metadata(title="t", url=None), bare=True,
             dropped=(Dropped(1, "menu", "x"),), lines=(1, 3),
             headings=(1,), items=(3,), file="f", stamp="1:2"),
    ],
)  # fmt: skip
def test_what_is_sent_arrives(item: object) -> None:
    import json

    assert from_message(json.loads(json.dumps(to_message(item)))) == item


def test_no_frame_is_beyond_measure() -> None:
    with pytest.raises(ValueError, match="beyond all measure"):
        length(b"\xff\xff\xff\xff")


@pytest.mark.parametrize("limit", ["-v 900000", "-t 8"])
def test_a_tighter_limit_of_the_system_holds_and_harms_nothing(limit: str) -> None:
    command = ("sh", "-c", f"ulimit {limit}; exec {sys.executable} -P -m index.formats.worker")
    with IsolatedParser(command=command) as parser:
        (page,) = read(parser, b"# Judul\n\nMenteri bertemu wartawan di Hanoi.\n", "a.md")
    assert isinstance(page, Page)
