"""Each error in one clear line, with its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Run
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("ask", "apa?"), 4, "kutip index"),
        (("find", "apa"), 4, "kutip index"),
        (("check",), 4, "kutip index"),
        (("index", "nowhere"), 1, "no such folder"),
        (("ask",), 2, "QUESTION"),
        (("ask", "apa?", "--after", "kemarin"), 2, "no date"),
        (("ask", "apa after:kemarin"), 1, "after:2025-10-26"),
        (("find", "source:tempo"), 1, "add a word"),
        (("find", '"?"'), 1, "no word in it"),
        (("ask", "apa?", "-k", "0"), 2, "-k"),
        (("nonsense",), 2, "nonsense"),
        (("evaluate", "none.jsonl"), 1, "cannot be read"),
        (("evaluate", "/dev/null"), 1, "no question in it"),
        (("index", "seeds", "--workers", "²"), 1, "--workers ²"),
        (("index", ""), 2, "empty"),
        (("find", "apa", "--collection", ""), 2, "empty"),
        (("find", "apa", "--source", ""), 2, "empty"),
        (("find", "apa", "--after", ""), 2, "no date"),
        (("index", "--uri", "lite.db"), 2, "--backend milvus"),
        (("evaluate", "q.jsonl", "--backend", "embedded"), 2, "kutip index --backend"),
        (("evaluate", "q.jsonl", "--uri", "lite.db"), 2, "kutip index --backend"),
        (("evaluate", "seeds", "--collection", "here"), 2, "a BEIR folder needs none"),
        (("index", "--backend", "embedded", "--ca", "ca.pem"), 2, "--backend milvus"),
        (("index", "a" * 300), 1, "too long"),
        (("evaluate", "a" * 300), 1, "too long"),
        (("check", "--collection", "a" * 300), 1, "too long"),
        (("index", "seeds", "--collection", "seeds/japan.txt"), 1, "--collection DIR"),
    ],
)
def test_errors_are_one_clear_line(
    run: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_link_to_itself_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for command in ("index", "watch"):
        ran = run(command, "loop")
        assert (ran.code, "no such folder" in ran.err) == (1, True)


def test_an_interrupt_while_it_starts_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")  # what is imported first
    ran = subprocess.run(
        [sys.executable, "-c", "import kutip; kutip.main()"], capture_output=True, text=True,
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (130, "")


@pytest.mark.parametrize("command", ["index", "watch"])
def test_a_current_folder_that_is_gone_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ran = run(command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "the current folder is gone" in ran.err


def test_names_that_are_no_text_are_said_so(indexed: Run, tmp_path: Path) -> None:
    saved = {"citations": [{"article": "\ud800", "start": 0, "end": 1, "quote": "x"}]}
    (tmp_path / "answer.json").write_text(json.dumps(saved))
    assert indexed("check", str(tmp_path / "answer.json")).code == 1
