from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = """
from pathlib import Path
from threadpoolctl import threadpool_info
from index.collection import Collection
Collection(Path("nowhere"))
print({pool["num_threads"] for pool in threadpool_info() if pool["internal_api"] == "openblas"})
"""


@pytest.mark.parametrize(("wanted", "threads"), [(None, "{1}"), ("2", "{2}")])
def test_small_matrices_take_one_thread_unless_somebody_says_how_many(
    wanted: str | None, threads: str
) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environment |= {"OPENBLAS_NUM_THREADS": wanted} if wanted else {}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert done.stdout.strip() == threads
