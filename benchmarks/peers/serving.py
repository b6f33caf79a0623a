"""The line of text between the comparison and each system in its own process.

The standard library alone, since every system imports it in an environment of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

# What the model's libraries would otherwise ask of the network, or say of themselves to it.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The ids a system found for one question, best first, and the milliseconds it took."""

    ids: tuple[str, ...]
    ms: float


def serve(search: Callable[[str, int], Sequence[str]], packages: Iterable[str]) -> None:
    """Answer questions from standard input, one JSON object a line, until it ends.

    The time of an answer is taken here, around the search alone.
    """
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries that print spoil no answer

    def say(what: dict[str, Any]) -> None:
        print(json.dumps(what), file=answers, flush=True)

    say({name: version(name) for name in packages})
    for line in sys.stdin:
        asked = json.loads(line)
        began = time.perf_counter()
        ids = search(asked["question"], asked["k"])
        ms = (time.perf_counter() - began) * 1000
        say({"ids": list(ids), "ms": ms})


class Peer:
    """A system in its own process, ready to answer."""

    def __init__(self, name: str, python: Path, module: str, arguments: Sequence[str]) -> None:
        """Start it and wait until it is ready. Raises RuntimeError when it fails."""
        self.name = name
        self._process = subprocess.Popen(
            [python, "-m", module, *arguments], env=os.environ | QUIET, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self.versions: dict[str, str] = self._hear()

    def ask(self, question: str, *, k: int) -> Found:
        """What it finds for a question. Raises RuntimeError when it fails."""
        print(json.dumps({"question": question, "k": k}), file=_open(self._process.stdin),
              flush=True)  # fmt: skip
        said = self._hear()
        return Found(tuple(said["ids"]), said["ms"])

    def close(self) -> None:
        """End the process."""
        _open(self._process.stdin).close()
        self._process.wait()
        _open(self._process.stdout).close()

    def _hear(self) -> dict[str, Any]:
        line = _open(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with code {self._process.wait()}")
        return dict(json.loads(line))


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
