"""A directory of derived files that is either there and whole, or not there at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

MANIFEST = "manifest.json"


def made_once(directory: Path, build: Callable[[Path], None]) -> Path:
    """Return `directory`, first having `build` fill it when it is missing or damaged.

    `build` gets an empty directory beside it, which takes its name only when every file is
    written, noted in the manifest and flushed to disk. Processes that race build once. Raises
    OSError when the disk does not take it, and whatever `build` raises; nothing is then left.
    """
    if is_complete(directory):
        return directory
    directory.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(directory.with_name(f".{directory.name}.lock")):
        if not is_complete(directory):
            _replace(directory, build)
    return directory


def is_complete(directory: Path) -> bool:
    """Whether every file of the manifest is there in its noted size: cheap, a few `stat`s."""
    try:
        files = _read_manifest(directory)
        return all(
            (directory / name).stat().st_size == noted["bytes"] for name, noted in files.items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _read_manifest(directory: Path) -> dict[str, dict[str, Any]]:
    manifest: dict[str, dict[str, Any]] = json.loads((directory / MANIFEST).read_text("utf-8"))
    if not manifest:
        raise ValueError("an empty manifest")
    return manifest


def _replace(directory: Path, build: Callable[[Path], None]) -> None:
    """Call with the lock held: whatever an interrupted run left behind is removed first."""
    partial = directory.with_name(f".{directory.name}.partial")
    retired = directory.with_name(f".{directory.name}.retired")
    for leftover in (partial, retired):
        if leftover.exists():
            shutil.rmtree(leftover)
    partial.mkdir()
    try:
        build(partial)
        _write_manifest(partial)
        for path in (*partial.rglob("*"), partial):
            _sync(path)
        if directory.exists():
            directory.rename(retired)
        partial.rename(directory)
        _sync(directory.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(retired, ignore_errors=True)


def _write_manifest(directory: Path) -> None:
    manifest = {
        path.relative_to(directory).as_posix(): {"bytes": path.stat().st_size}
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
