"""R1 to R3: killed, without power or without disk at any operation, nothing is half done."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.making
from index.database import Database
from index.store import Store
from tests.faults.faulty_disk import DONE, FAILED, KILLED, Fault, run
from tests.faults.world import ALL, Beginning, Rebuilding, World, scratch


@pytest.fixture(scope="module", params=[Beginning, Rebuilding])
def making(request: pytest.FixtureRequest) -> Iterator[World]:
    """A collection that is made, for the first time or anew."""
    root = scratch()
    yield request.param(root)
    shutil.rmtree(root)


def operations(world: World) -> int:
    world.begin()
    code, count = run(world.update, world.now, Fault())
    assert code == DONE
    assert count > 20
    return count


def every(world: World, kind: str, **options: object) -> Counter[str]:
    """The fault at every operation of the update, and what was served after each.

    The last operations come first: that is where a wrong protocol is found soonest.
    """
    served: Counter[str] = Counter()
    for at in range(operations(world), 0, -1):
        world.begin()
        code, _ = run(world.update, world.now, Fault(at=at, kind=kind, **options))
        assert code in ((KILLED,) if kind == "kill" else (FAILED, DONE)), f"operation {at}"
        try:
            # What the disk refuses may be something that can wait, as tidying the log away.
            served[world.holds(done=code == DONE)] += 1
        except Exception as error:
            raise AssertionError(f"{kind} at operation {at}, {options}: {error}") from error
    return served


@pytest.mark.timeout(300)
def test_r1_a_kill_at_any_operation_leaves_one_generation(world: World) -> None:
    served = every(world, "kill")
    assert min(served["old"], served["new"]) > 0


@pytest.mark.timeout(300)
@pytest.mark.parametrize("power", ["some", "dropped", "garbage"] if ALL else ["some"])
def test_r2_power_loss_at_any_operation_leaves_one_generation(world: World, power: str) -> None:
    served = every(world, "kill", power=power)
    assert min(served["old"], served["new"]) > 0


def test_r2_what_was_reported_done_survives_the_power_loss(world: World) -> None:
    def update_then_lose_power() -> None:
        world.update()
        fault.kind, fault.at = "kill", fault.count + 1
        fault.step("sqlite")

    world.begin()
    fault = Fault(power="dropped")
    assert run(update_then_lose_power, world.now, fault)[0] == KILLED
    assert world.holds(done=True) == "new"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("kind", "lasting"),
    [("full", True), ("full", False), ("io", True), ("io", False)] if ALL else [("full", True)],
)
def test_r3_a_disk_that_fails_is_one_clear_error(world: World, kind: str, lasting: bool) -> None:
    every(world, kind, lasting=lasting)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("power", ["kept", "some", "dropped", "garbage"] if ALL else ["kept"])
def test_r1_r2_a_first_run_and_a_rebuild_survive_a_kill_at_any_operation(
    making: World, power: str
) -> None:
    served = every(making, "kill", power=power)
    assert min(served["old"], served["new"]) > 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("kind", "lasting"),
    [("full", True), ("full", False), ("io", True), ("io", False)] if ALL else [("full", True)],
)
def test_r3_a_first_run_and_a_rebuild_survive_a_disk_that_fails(
    making: World, kind: str, lasting: bool
) -> None:
    every(making, kind, lasting=lasting)


def _commit_twice(real):
    """An update that publishes what is gone before what came."""

    def publish(store, plan, report, *rest, **options):
        with store.writing():
            store.remove_articles(report.removed + [old for old, _ in report.moved])
        real(store, plan, report, *rest, **options)

    return publish


def _overwrite_in_place(database_init):
    """A database without a journal."""

    def init(self, path: Path, *, create: bool = False) -> None:
        database_init(self, path, create=create)
        self._db.execute("PRAGMA journal_mode=DELETE")
        self._db.execute("PRAGMA journal_mode=OFF")

    return init


def _never_sync(database_init):
    def init(self, path: Path, *, create: bool = False) -> None:
        database_init(self, path, create=create)
        self._db.execute("PRAGMA synchronous=OFF")

    return init


def test_r1_would_notice_two_transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = _commit_twice(index.making._publish)
    monkeypatch.setattr(index.making, "_publish", broken)
    with pytest.raises(AssertionError, match="kill at operation"):
        every(world, "kill")


def test_r1_would_notice_writing_in_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "__init__", _overwrite_in_place(Database.__init__))
    with pytest.raises(AssertionError, match="kill at operation"):
        every(world, "kill")


def test_r1_would_notice_forgetting_too_early(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index.making.encode

    def forget_first(store: Store, *arguments: object, **options: object) -> object:
        with store.writing():
            store._db.run("DELETE FROM encoding WHERE key IN (SELECT key FROM encoding LIMIT 3)")
        return real(store, *arguments, **options)

    monkeypatch.setattr(index.making, "encode", forget_first)
    with pytest.raises(AssertionError, match="kill at operation"):
        every(world, "kill")


def test_r2_would_notice_a_missing_sync(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "__init__", _never_sync(Database.__init__))
    with pytest.raises(AssertionError):
        test_r2_what_was_reported_done_survives_the_power_loss(world)
