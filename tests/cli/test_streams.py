"""The standard streams, whatever is wrong with them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.running import Run


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "for number in range(3): os.close(number)\n"
        "from cli.streams import ready_streams\n"
        "ready_streams()\n"
        "with open(sys.argv[1], 'w') as file: file.write(str(file.fileno()))\n"
    )
    told = tmp_path / "told"
    subprocess.run(
        [sys.executable, "-c", code, str(told)], cwd=Path(__file__).parents[1], check=False
    )
    assert int(told.read_text()) > 2


def test_help_on_a_full_disk_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with suppress(OSError), Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        ran = run("--help")
        monkeypatch.undo()
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "cannot write the output" in ran.err


def test_output_that_cannot_be_written_is_one_line(
    indexed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        ran = indexed("ask", "siapa membangun pusat nuklir?", "--json")
        monkeypatch.undo()
        with suppress(OSError):
            full.close()
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "cannot write the output" in ran.err


def test_what_an_encoding_lacks_is_escaped_and_json_is_utf_8(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seeds" / "vietnam.txt").write_text("Hà Nội\nKota Hà Nội membangun jembatan 🌉.\n")
    indexed("index")
    shown: list[bytes] = []
    for options in ([], ["--json"]):
        latin = io.TextIOWrapper(io.BytesIO(), "latin-1")
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdout", latin)
            assert indexed("find", '"jembatan"', *options).code == 0
        shown.append(latin.buffer.getvalue())  # type: ignore[attr-defined]
    assert b"H\xe0 N\\u1ed9i membangun jembatan \\U0001f309" in shown[0]
    assert "Hà Nội" in json.loads(shown[1].decode("utf-8"))["hits"][0]["passage"]["text"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_failure(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with suppress(OSError), os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        ran = indexed("ask", "siapa membangun pusat nuklir?", *options)
        monkeypatch.undo()
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_closed_streams_are_said_where_they_matter(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    ran = indexed("find", "nuklir", *options)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "cannot write the output (it is closed)" in ran.err
    monkeypatch.setattr("sys.stdin", None)
    ran = indexed("ask", "--batch", "-", *options)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "standard input is closed" in ran.err


@pytest.mark.parametrize("lost", ["closed", "full"])
def test_messages_that_nobody_hears_change_no_exit_code(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    with suppress(OSError), Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", None if lost == "closed" else full)
        assert indexed("index").code == 0
        monkeypatch.setattr("sys.stderr", None if lost == "closed" else full)
        assert indexed("show", "nowhere").code == 3
        monkeypatch.undo()
