"""R6, R7: many ask while one indexes; one indexes at a time."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.making
from index.collection import Collection
from index.errors import LockedError
from qa.answering import ask
from tests.faults.children import end, kill, start
from tests.faults.world import ALL, QUESTIONS, QuickEncoder, collection, scratch, update

UPDATES, THREADS, PROCESSES = (300, 8, 2) if ALL else (12, 4, 1)


@pytest.fixture
def root() -> Iterator[Path]:
    made = scratch()
    yield made
    shutil.rmtree(made)


def flip(folder: Path, generation: int) -> None:
    """Every passage carries the generation; all change together, and one article comes and goes."""
    folder.mkdir(exist_ok=True)
    (folder / f"x{generation - 1}.txt").unlink(missing_ok=True)
    for number in [*range(10), f"x{generation}"]:
        (folder / f"{number}.txt").write_text(
            f"Kerja sama topik {number} diperluas\n"
            f"Menteri mengatakan kerja sama topik {number} dari generasi g{generation} diperluas.\n"
            f"Naskah ini berasal dari generasi g{generation}, demikian keterangan menteri itu.\n"
        )


def generations(opened: Collection, question: str) -> set[str]:
    """The generations that an answer is made of."""
    found = ask(opened, question, k=10)
    return {name for hit in found.hits for name in re.findall(r"generasi (g\d+)", hit.passage.text)}


def ask_until(opened: Collection, done: threading.Event | Path, wrong: list[object]) -> int:
    count = 0
    while not (done.is_set() if isinstance(done, threading.Event) else done.exists()):
        try:
            seen = generations(opened, QUESTIONS[count % len(QUESTIONS)])
            if len(seen) != 1:
                wrong.append(seen)
        except Exception as error:
            wrong.append(error)
        count += 1
    return count


def contest(root: Path) -> list[object]:
    """Re-index again and again while threads and processes ask; what went wrong."""
    folder, directory, over = root / "articles", root / "kutip", root / "over"
    flip(folder, 0)
    update(directory, folder)

    def other_process() -> None:
        wrong: list[object] = []
        asked = ask_until(collection(directory), over, wrong)
        assert asked
        assert not wrong, wrong[:3]

    children = [start(other_process) for _ in range(PROCESSES)]
    done, wrong, opened = threading.Event(), [], collection(directory)
    threads = [threading.Thread(target=ask_until, args=(opened, done, wrong))
               for _ in range(THREADS)]  # fmt: skip
    for thread in threads:
        thread.start()
    try:
        for generation in range(1, UPDATES + 1):
            flip(folder, generation)
            update(directory, folder)
    finally:
        done.set()
        over.touch()
        for thread in threads:
            thread.join()
        ended = [end(child) for child in children]
    assert generations(opened, "topik") == {f"g{UPDATES}"}
    return [*wrong, *(f"a process ended with {code}" for code in ended if code)]


@pytest.mark.timeout(3600 if ALL else 120)
def test_r6_every_answer_is_of_one_generation(root: Path) -> None:
    assert contest(root) == []


def test_r6_would_notice_an_article_at_a_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = index.making._publish

    def publish(store, plan, *rest, **options):
        everything, plan.made = plan.made, {}
        for identity, one in everything.items():
            plan.made = {identity: one}
            real(store, plan, *rest, **options)

    monkeypatch.setattr(index.making, "_publish", publish)
    assert any(isinstance(seen, set) and len(seen) > 1 for seen in contest(root))


class PatientEncoder(QuickEncoder):
    def encode_passages(self, texts, **options):
        time.sleep(60)
        return super().encode_passages(texts, **options)


@pytest.mark.timeout(1800 if ALL else 120)
def test_r7_one_of_ten_writers_runs_and_the_next_needs_no_unlocking(root: Path) -> None:
    folder, directory = root / "articles", root / "kutip"
    flip(folder, 0)
    refused = root / "refused"
    refused.mkdir()

    def try_to_index(number: int) -> None:
        began = time.perf_counter()
        try:
            Collection(directory, encoder=PatientEncoder()).update(folder)
        except LockedError as error:
            seconds = time.perf_counter() - began
            said = root / f"said-{number}"
            said.write_text(f"{seconds}\n{error}")
            said.replace(refused / str(number))  # never seen half written

    for turn in range(50 if ALL else 2):
        children = {number: start(lambda n=number: try_to_index(n)) for number in range(10)}
        until = time.monotonic() + 30
        while len(list(refused.iterdir())) < 9 and time.monotonic() < until:
            time.sleep(0.02)
        losers = {int(path.name): path.read_text() for path in refused.iterdir()}
        assert len(losers) == 9, f"turn {turn}"
        (winner,) = children.keys() - losers.keys()
        for said in losers.values():
            seconds, message = said.split("\n")
            assert float(seconds) < 2
            assert re.search(r"process \d+ on .* since .* is indexing|another process", message)
        assert any(f"process {children[winner]} on" in said for said in losers.values())
        kill(children.pop(winner))
        for child in children.values():
            assert end(child) == 0
        for path in refused.iterdir():
            path.unlink()
    began = time.perf_counter()
    assert update(directory, folder).added
    assert time.perf_counter() - began < 5
