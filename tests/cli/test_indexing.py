"""Making, watching and proving a collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.collection import Collection
from index.errors import BackendError, CollectionError, DiskError, ModelError
from tests.cli.running import JAPAN, Run
from tests.fakes import FakeEncoder


def test_index_reports_what_it_did(run: Run) -> None:
    first = run("index", "--json")
    assert first.code == 0
    assert first.json["added"] == ["japan.txt", "russia.txt"]
    second = run("index")
    assert "0 changed, 0 added, 0 removed, 2 unchanged; 0 passages encoded" in second.out
    assert ".kutip" in second.err


def looks(monkeypatch: pytest.MonkeyPatch, *before: Callable[[], object]) -> None:
    """Let `kutip watch` look once after each of these, and then end."""

    def changes(folder: Path) -> Iterator[None]:
        for change in before:
            change()
            yield

    monkeypatch.setattr("index.watching.changes", changes)


def test_watching_says_once_what_it_could_not_read(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "seeds" / "a.txt"
    nothing = bool
    looks(
        monkeypatch, nothing, lambda: picture.write_bytes(b"\x89PNG\r\n\x1a\n"), nothing,
        picture.unlink, nothing,
    )  # fmt: skip
    out = indexed("watch").out
    assert out.count("not read: a.txt") == 1
    assert out.count("0 changed, 0 added") == 2


def test_watching_goes_on_after_an_error(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Collection.update
    errors = iter([DiskError("the disk is full"), DiskError("the disk is full"),
                   BackendError("no engine"), CollectionError("damaged"), None])  # fmt: skip

    def failing(*args: Any, **kwargs: Any) -> object:
        if error := next(errors):
            raise error
        return update(*args, **kwargs)

    monkeypatch.setattr(Collection, "update", failing)
    looks(monkeypatch, *[bool] * 5)
    ran = indexed("watch")
    assert ran.code == 0
    assert [ran.err.count(said) for said in ("disk is full", "no engine", "damaged")] == [1, 1, 1]
    assert "2 unchanged" in ran.out


def test_watching_ends_when_the_model_is_at_fault(
    indexed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: Any, **kwargs: Any) -> object:
        raise ModelError("not a model")

    monkeypatch.setattr(Collection, "update", failing)
    looks(monkeypatch, *[bool] * 2)
    ran = indexed("watch")
    assert ran.code == 1
    assert ran.err.count("not a model") == 1


def test_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    plan = run("index", "--dry-run", "--json")
    assert plan.json["dry_run"] is True
    assert plan.json["added"] == ["japan.txt", "russia.txt"]
    assert not (tmp_path / ".kutip").exists()


def test_check_passes_and_then_finds_what_is_wrong(indexed: Run, tmp_path: Path) -> None:
    assert indexed("check", "--json").json["sound"] is True
    file = tmp_path / ".kutip" / "collection.sqlite"
    from index.store import Store

    with Store.open(file.parent) as store, store.writing():
        store.set_meta({"dimension": "65"})
    ran = indexed("check")
    assert ran.code == 4
    assert "kutip index --rebuild" in ran.out


def test_check_says_whether_a_saved_answer_still_stands(indexed: Run, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(indexed("ask", "pelatihan keamanan siber Jepang", "--json").out)
    assert indexed("check", str(saved)).code == 0
    assert indexed("check", str(saved), "--json").json["stands"] is True
    article = tmp_path / "seeds" / "japan.txt"
    article.write_text(JAPAN.replace("sepakat", "menolak"))
    indexed("index")
    changed = indexed("check", str(saved))
    assert (changed.code, "the source has changed since: japan.txt" in changed.out) == (1, True)
    # The old quote is shown.
    assert "sepakat memperluas pelatihan keamanan siber" in changed.out
    article.unlink()
    indexed("index")
    ran = indexed("check", str(saved), "--json")
    assert {citation["status"] for citation in ran.json["citations"]} == {"removed"}
    assert "the source was removed" in indexed("check", str(saved)).out
    saved.write_text("{")
    assert indexed("check", str(saved)).code == 1


def test_moves_are_told_in_one_line(indexed: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").rename(tmp_path / "seeds" / "jepang.txt")
    line = "0 changed, 0 added, 1 moved, 0 removed, 1 unchanged; 0 passages"
    assert f"{line} to encode" in indexed("index", "--dry-run").out
    moved = indexed("index")
    assert f"{line} encoded" in moved.out
    assert "moved: japan.txt -> jepang.txt" in moved.out


def test_an_engine_named_by_the_environment_is_no_mistake(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUTIP_MILVUS_URI", "http://127.0.0.1:1")
    monkeypatch.setenv("KUTIP_MILVUS_TOKEN_FILE", "token")
    assert run("index").code == 0


def test_before_the_first_index_is_done_nothing_is_said_of_the_articles(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object, **kwargs: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("index.making.encode", killed)
        assert run("index").code == 130
    for command in ("ask", "find", "show"):
        ran = run(command, "nuklir")
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
        assert "nothing is indexed yet" in ran.err
        assert "go on with: kutip index" in ran.err
    assert run("index").code == 0
    assert run("find", "nuklir").code == 0


def test_index_says_that_the_model_reads_less_than_a_passage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEncoder, "max_tokens", 10)
    assert "cut: 4 passages, with headline" in run("index").out


def test_milvus_is_asked_for_once_and_remembered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUTIP_MILVUS_URI", raising=False)
    assert run("index").code == 0
    here = run("ask", "nuklir Vietnam", "--json").json
    assert run("index", "--backend", "milvus").code == 2
    assert run("index", "--backend", "solr").code == 2
    lost = run("index", "--backend", "milvus", "--uri", "http://127.0.0.1:1")
    assert (lost.code, lost.err.count("\n")) == (1, 1)
    assert "Milvus does not answer there" in lost.err
    assert run("ask", "nuklir Vietnam", "--json").json["hits"] == here["hits"]
    moved = run("index", "--backend", "milvus", "--uri", "lite.db", "--json").json
    assert (moved["encoded"], moved["generation"]) == (0, 2)
    Path("seeds/new.txt").write_text("Kopi\nEkspor kopi Vietnam ke Jepang naik pada tahun ini.\n")
    monkeypatch.setenv("KUTIP_MILVUS_URI", "http://127.0.0.1:1")  # of another collection
    assert run("index").code == 0
    Path("seeds/new.txt").unlink()
    assert run("index").code == 0
    there = run("ask", "nuklir Vietnam", "--json").json
    assert there["hits"] == here["hits"]
    assert there["citations"] == here["citations"]
    assert run("find", "nuklir").code == 0
    assert run("check").code == 0
    assert run("index", "--backend", "embedded").code == 0
    assert run("ask", "nuklir Vietnam", "--json").json["hits"] == here["hits"]
