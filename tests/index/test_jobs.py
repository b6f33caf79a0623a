"""One update at a time, that can be watched and cancelled."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.collection import Collection
from index.errors import CollectionError, LockedError
from index.jobs import NICE, Step, Updates
from qa.lookup import find
from tests.fakes import FakeEncoder


def steps_of(updates: Updates) -> Iterator[Step]:
    """Start an update and watch it."""
    updates.start()
    return updates.watch()


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    folder = tmp_path / "articles"
    folder.mkdir()
    sentence = "Menteri pertahanan kedua negara sepakat memperluas pelatihan perwira muda di {}."
    for place in ("Tokyo", "Hanoi"):
        (folder / f"{place}.txt").write_text(" ".join([sentence.format(place)] * 4))
    made = Collection(tmp_path / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


def test_an_update_that_could_not_start_does_not_run(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates = Updates(collection)

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError):
            updates.start()
    assert updates.state is None
    *_, last = steps_of(updates)
    assert last.report is not None


class SlowEncoder(FakeEncoder):
    """Encodes when it is let."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()

    def encode_passages(self, texts, **options):
        self.started.set()
        assert self.go.wait(10)
        return super().encode_passages(texts, **options)

    def encode_queries(self, texts, **options):
        return FakeEncoder.encode_passages(self, texts, **options)


@pytest.fixture
def slow(collection: Collection, tmp_path: Path) -> tuple[Collection, SlowEncoder]:
    encoder = SlowEncoder()
    new = "Presiden meresmikan pelabuhan baru di pulau {} yang akan melayani kapal besar. "
    for n in range(70):
        (tmp_path / "articles" / f"new{n}.txt").write_text(new.format(n) * 3)
    return Collection(collection.directory, encoder=encoder), encoder


def test_an_update_shows_its_steps_and_its_result(slow: tuple[Collection, SlowEncoder]) -> None:
    collection, encoder = slow
    encoder.go.set()
    steps = list(steps_of(Updates(collection)))
    assert all(step.progress for step in steps[:-1])
    assert steps[-1].report is not None
    assert len(steps[-1].report.added) == 70
    assert len(steps[-1].report.unchanged) == 2


def test_one_update_at_a_time_and_questions_meanwhile(slow: tuple[Collection, SlowEncoder]) -> None:
    collection, encoder = slow
    updates = Updates(collection)
    before = collection.snapshot().generation
    running = steps_of(updates)
    next(running)
    assert encoder.started.wait(10)
    with pytest.raises(LockedError, match="already running"):
        updates.start()
    assert next(updates.watch()).running  # whoever comes later sees the same update
    assert find(collection, "pelatihan").generation == before
    encoder.go.set()
    *_, last = running
    assert last.report is not None
    assert collection.snapshot().generation == before + 1
    assert [step.error for step in steps_of(updates)][-1] is None


def test_a_cancelled_update_changes_nothing_and_can_be_repeated(
    slow: tuple[Collection, SlowEncoder],
) -> None:
    collection, encoder = slow
    updates = Updates(collection)
    before = collection.snapshot().generation
    running = steps_of(updates)
    next(running)
    assert encoder.started.wait(10)
    assert updates.cancel()
    assert next(running).cancelling
    encoder.go.set()
    *_, last = running
    assert last.cancelled
    assert collection.snapshot().generation == before
    *_, again = steps_of(updates)
    assert again.report is not None
    assert len(again.report.added) == 70
    assert not updates.cancel()


def test_nothing_to_watch_before_the_first_update(collection: Collection) -> None:
    updates = Updates(collection)
    assert updates.state is None
    assert list(updates.watch()) == []
    assert not updates.cancel()


def test_a_first_folder_is_indexed_while_there_is_no_collection(
    collection: Collection, tmp_path: Path
) -> None:
    new = Collection(tmp_path / "new", encoder=FakeEncoder())
    with pytest.raises(CollectionError, match="no collection here"):
        Updates(new).folder()
    updates = Updates(new, first=tmp_path / "articles")
    *_, last = steps_of(updates)
    assert last.report is not None
    assert len(last.report.added) == 2
    assert Updates(new, first=tmp_path).folder() == tmp_path / "articles"


def test_a_deleted_collection_is_made_again_of_its_own_folder(
    collection: Collection, tmp_path: Path
) -> None:
    (tmp_path / "default").mkdir()
    updates = Updates(collection, first=tmp_path / "default")
    assert updates.folder() == tmp_path / "articles"
    shutil.rmtree(collection.directory)
    assert updates.folder() == tmp_path / "articles"


def test_an_error_goes_when_its_cause_is_gone(collection: Collection, tmp_path: Path) -> None:
    updates = Updates(collection)
    (tmp_path / "articles").rename(tmp_path / "away")
    updates.start(quiet=True)
    *_, last = updates.watch()
    assert last.error is not None
    (tmp_path / "away").rename(tmp_path / "articles")
    updates.start(quiet=True)
    *_, last = updates.watch()
    assert last.error is None
    assert updates.state is not None
    assert updates.state.error is None


def test_an_error_that_is_not_kutip_s_own_ends_the_update_and_is_logged(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(collection, "update", fail)
    *_, last = steps_of(Updates(collection))
    assert last == Step()
    assert "broken" in caplog.text


def test_an_update_lets_questions_go_first(slow: tuple[Collection, SlowEncoder]) -> None:
    collection, encoder = slow
    encoder.go.set()
    seen: list[int] = []
    encode = encoder.encode_passages

    def note(texts, **options):
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return encode(texts, **options)

    encoder.encode_passages = note
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    *_, last = steps_of(Updates(collection))
    assert last.report is not None
    # Elsewhere threads have no priority of their own.
    assert min(seen) >= NICE or sys.platform != "linux"
    assert os.getpriority(os.PRIO_PROCESS, 0) == mine
