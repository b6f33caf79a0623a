"""What several test folders share, as the seeds, indexed once with the real model."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from index.collection import Collection

ROOT = Path(__file__).parent.parent
# Tests fork children that never use gRPC; its own handlers of forks would only delay them.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
# The same examples in every CI run: a new counterexample is found at a desk, not while landing.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The collection of `seeds/`, made with the default encoder."""
    collection = Collection(tmp_path_factory.mktemp("seeds") / "kutip")
    collection.update(ROOT / "seeds")
    return collection


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake's cosines say nothing of likelihood: a shared word is an answer here."""
    monkeypatch.setattr(
        "qa.answering.confidence",
        lambda hits, silent: float(hits[0].bm25 > 0) if hits else 0.0,
    )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return _chromium() or pytest.fail("no Chromium: install Debian's package `chromium`")


def _chromium() -> str | None:
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser, leave the browser tests out and say so; in CI they must run."""
    if _chromium() or os.environ.get("CI"):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        config.stash[LEFT_OUT] = len(left_out)


LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name what did not run."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} browser tests did not run: no Chromium here (Debian: apt install chromium)",
            yellow=True,
        )
