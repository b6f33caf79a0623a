"""Make the bad input to look at: `python -m tests.bad_input.make FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bad_input import container_cases, markup_cases, text_cases, tree_cases
from tests.bad_input.case import Case

CASES: tuple[Case, ...] = (
    *text_cases.CASES,
    *markup_cases.CASES,
    *container_cases.CASES,
    *tree_cases.CASES,
)


def make(folder: Path, *, heavy: bool) -> None:
    """Write the heavy cases, or all others, each into a folder named by its number."""
    for case in CASES:
        if case.heavy is heavy:
            (folder / case.folder).mkdir(parents=True)
            case.make(folder / case.folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]), heavy=False)
    make(Path(sys.argv[1]) / "heavy", heavy=True)
