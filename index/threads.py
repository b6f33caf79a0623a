"""One thread for small matrices.

Of one question no matrix is large enough to share: the threads of NumPy's OpenBLAS then spend
more time waiting for each other than working, five times over on a busy machine. The model has
threads of its own.
"""

from __future__ import annotations

import os
from functools import cache


@cache
def keep_blas_single() -> None:
    """Once a process: NumPy's OpenBLAS uses one thread, unless its variable says how many."""
    if "OPENBLAS_NUM_THREADS" in os.environ:
        return
    from threadpoolctl import ThreadpoolController

    ThreadpoolController().select(internal_api="openblas").limit(limits=1)
