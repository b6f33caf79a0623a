"""R1, R4, R16: processes killed, starved or interrupted while they index a large collection."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import DiskError
from tests.faults.children import end, start, stop
from tests.faults.world import ALL, World, scratch

ARTICLES, KILLS = (1500, 200) if ALL else (150, 8)
SEED = 20251122


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    root = scratch()
    yield World(root, ARTICLES, ask_always=False)
    shutil.rmtree(root)


@pytest.mark.timeout(7200 if ALL else 120)
def test_r1_a_kill_at_a_random_moment_leaves_one_generation(world: World) -> None:
    world.begin()
    started = time.perf_counter()
    assert end(start(world.update)) == 0
    whole = time.perf_counter() - started
    dice, served = random.Random(SEED), Counter()
    for number in range(KILLS):
        after = dice.uniform(0, whole)
        world.begin()
        code, _ = stop(start(world.update), signal.SIGKILL, after)
        try:
            served[world.holds(done=code == 0)] += 1
        except Exception as error:
            raise AssertionError(f"kill {number} (seed {SEED}), {after:.3f} s: {error}") from error
    assert served["old"] > 0


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_r16_an_interrupted_run_stops_soon_and_cleanly(
    world: World, how: signal.Signals, code: int
) -> None:
    dice = random.Random(SEED)
    for _ in range(50 if ALL else 2):
        world.begin()
        ended, seconds = stop(start(world.update), how, dice.uniform(0.05, 0.3))
        assert ended in (code, 0)
        assert seconds < 5
        world.holds(done=ended == 0)


def address_space() -> int:
    """Bytes of this process; elsewhere than on Linux, the most it ever had in memory."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[0]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_r4_too_little_memory_leaves_one_generation(world: World) -> None:
    ended: Counter[int] = Counter()
    for megabytes in range(0, 100, 4) if ALL else (0, 4, 16, 64):

        def starve(more: int = megabytes << 20) -> None:
            limit = address_space() + more
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            try:
                world.update()
            except (MemoryError, DiskError):
                os._exit(3)

        world.begin()
        code = end(start(starve))
        assert code in (0, 3) or code < 0, code
        ended[code] += 1
        world.holds(done=code == 0)
    assert ended[0] < ended.total()
