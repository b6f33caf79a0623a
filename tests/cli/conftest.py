"""`kutip ...` in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import kutip
from tests.cli.running import JAPAN, RUSSIA, Ran, Run
from tests.fakes import FakeEncoder


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sure: None,
) -> Run:
    """Run `kutip ...` in a folder with seeds/, with an encoder that needs no model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUTIP_COLLECTION", raising=False)
    monkeypatch.delenv("KUTIP_MODEL", raising=False)
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
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
