"""A virtual environment for each system that Kutip is compared with, apart from Kutip's own.

    python benchmarks/peers/environments.py [txtai] [haystack] [bm25s]

They are made in results/peers/, from the pinned requirements beside this file. This is the only
step that needs a network; PyTorch comes along, some GB where PyPI's build brings CUDA.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDER = Path("results/peers")
NAMES = sorted(path.stem.partition("-")[2] for path in HERE.glob("requirements-*.txt"))


def made(name: str, folder: Path = FOLDER) -> bool:
    """Whether a system's environment is there."""
    return (folder / f"env-{name}" / "bin" / "python").exists()


def interpreter(name: str, folder: Path = FOLDER) -> Path:
    """The Python of a system's environment. Exits when it has not been made."""
    path = folder / f"env-{name}" / "bin" / "python"
    if not made(name, folder):
        sys.exit(f"{path}: no such file; run: python benchmarks/peers/environments.py {name}")
    return path.absolute()


def add_packages(name: str, folder: Path = FOLDER) -> bool:
    """Let this process import what an environment has and its own lacks; False without it."""
    found = sorted((folder / f"env-{name}" / "lib").glob("python3*/site-packages"))
    sys.path.extend(map(str, found))
    return bool(found)


def make(name: str, folder: Path = FOLDER) -> None:
    """Make a system's environment, or bring it up to date with its requirements."""
    place = folder / f"env-{name}"
    venv.create(place, with_pip=True)
    subprocess.run(
        [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement",
         HERE / f"requirements-{name}.txt"],
        check=True,
    )  # fmt: skip


def main() -> None:
    """Make those that were named, or all."""
    wanted = sys.argv[1:] or NAMES
    if unknown := set(wanted) - set(NAMES):
        sys.exit(f"{', '.join(sorted(unknown))}: not one of {', '.join(NAMES)}")
    for name in wanted:
        print(f"{name} ...", flush=True)
        make(name)


if __name__ == "__main__":
    main()
