"""`kutip ...` in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import kutip
from tests.cli.running import JAPAN, RUSSIA, Ran, Run
from tests.fakes import FakeEncoder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `kutip ...` in a folder with seeds/, with an encoder that needs no model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUTIP_COLLECTION", raising=False)
    monkeypatch.delenv("KUTIP_MODEL", raising=False)
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
    # The fake's cosines say nothing of likelihood: a shared word is an answer here.
    monkeypatch.setattr(
        "qa.answering.confidence",
        lambda hits, silent: float(hits[0].bm25 > 0) if hits else 0.0,
    )
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "japan.txt").write_text(JAPAN)
    (seeds / "russia.txt").write_text(RUSSIA)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["kutip", *arguments])
        with pytest.raises(SystemExit) as ended:
            kutip.main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def indexed(run: Run) -> Run:
    assert run("index").code == 0
    return run
