from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.errors import InputError, LockedError
from index.watching import Watcher, changes


@pytest.mark.timeout(30)
def test_a_change_is_noticed_at_once_and_after_it_happened(tmp_path: Path) -> None:
    seen = changes(tmp_path)
    next(seen)  # the first look needs no change
    article = tmp_path / "a.txt"
    timer = threading.Timer(1.0, article.write_text, ["Kedua pihak sepakat."])
    timer.start()
    next(seen)
    assert article.exists()
    timer.join()


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        next(changes(tmp_path / "none"))


@pytest.mark.timeout(60)
def test_a_watcher_looks_at_every_change_until_it_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.watching.RETRY", 0.05)
    folder, looks = tmp_path / "articles", threading.Semaphore(0)
    failing = iter([True])

    def look() -> None:
        looks.release()
        if next(failing, False):
            raise LockedError("another process is indexing")

    with Watcher(lambda: folder, look) as watcher:
        # The folder comes later; a look that fails does not end the watching.
        assert not looks.acquire(timeout=0.2)
        folder.mkdir()
        assert looks.acquire(timeout=10)
        # Watching starts a moment after the first look.
        for number in range(20):
            (folder / f"{number}.txt").write_text("Kedua pihak sepakat.")
            if looks.acquire(timeout=1):
                break
        else:
            pytest.fail("no change was noticed")
    watcher._thread.join(timeout=30)
    assert not watcher._thread.is_alive()
