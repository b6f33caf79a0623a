"""What every kept figure stands beside: the machine, the versions, the commit."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

CPU_INFO = Path("/proc/cpuinfo")


def processor() -> str:
    """The CPU's name, and the extensions that decide how fast a model runs on it."""
    try:
        lines = [line.partition(":") for line in CPU_INFO.read_text("utf-8").splitlines()]
    except OSError:
        return platform.processor() or platform.machine()
    said = {key.strip(): value.strip() for key, _, value in lines}
    flags = said.get("flags", "").split()
    wide = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_bf16")
            if flag in flags]  # fmt: skip
    return f"{said.get('model name', platform.machine())} ({' '.join(wide)})"


def commit() -> str:
    """The commit that is measured, marked when files differ from it; empty outside of git."""
    said = subprocess.run(
        ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """The installed versions of packages."""
    return {name: version(name) for name in packages}


def facts(packages: Iterable[str] = ()) -> dict[str, Any]:
    """Machine, Python, commit, and the versions of these packages here."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        # Other work on the machine makes every figure an upper bound.
        "load before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "commit": commit(),
        "versions": versions(packages),
    }


def keep(path: Path | None, measured: Mapping[str, Any]) -> None:
    """Write figures as JSON, when a path is given."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
