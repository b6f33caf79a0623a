from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.errors import InputError
from index.watching import changes


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
