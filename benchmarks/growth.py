"""What grows with a collection: opening, asking, recall, memory, disk, and one changed article.

    python benchmarks/growth.py ARTICLES.jsonl [--sizes 100 1000 10000] [--cache DIR]

Each size is measured in a process of its own. One article is about ten passages and a file of its
own. Collections that are not there yet are made first; that takes some 2 ms a passage.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from multiprocessing.connection import Connection

import numpy as np

from benchmarks.material import add_options, made, questions, read_articles
from index import stamps
from index.collection import Collection
from index.store import Store
from qa.answering import ask
from qa.lookup import find

NEAREST = 10
STEP = 65_536


def resident() -> float:
    """The most memory this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def recall(collection: Collection, asked: list[str]) -> float:
    """The share of each question's ten nearest vectors that the search finds."""
    index = collection.snapshot().vectors
    vectors = index.vectors
    found = 0
    for query in collection.encoder.encode_queries(asked).vectors:
        scores = np.concatenate([vectors[at : at + STEP] @ query
                                 for at in range(0, len(vectors), STEP)])  # fmt: skip
        nearest = np.argpartition(-scores, min(NEAREST, len(scores) - 1))[:NEAREST]
        found += len(np.intersect1d(nearest, index.search(query, NEAREST)[0]))
    return found / (len(asked) * min(NEAREST, len(vectors)))


def measure(options: argparse.Namespace, size: int, result: Connection) -> None:
    """Open, ask, change one article, open again."""
    collection, folder = made(options, size)
    asked = questions(read_articles(options.articles), options.questions)
    asked = [question.replace('"', "") for question in asked]
    with Store.open(collection.directory) as store, store.reading():
        passages = store.passage_count()
    ask_first = time.perf_counter()
    collection.snapshot()
    opened = time.perf_counter() - ask_first
    times, busy = [], []
    for question in [*asked[:5], *asked]:
        began, worked = time.perf_counter(), time.process_time()
        ask(collection, question)
        times.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    p50, p95 = np.quantile(times[5:], [0.5, 0.95]) * 1000
    asking = resident()
    phrases = []
    for question in asked[: options.questions // 3]:
        words = question.split()[3:5]
        began = time.perf_counter()
        find(collection, f'"{" ".join(words)}"')
        phrases.append(time.perf_counter() - began)
    found = recall(collection, asked)
    disk = {path.name: path.stat().st_size / passages for path in collection.directory.iterdir()}
    # A sentence is added to one file; the others are only looked at.
    path = sorted(folder.glob("*/*.txt"))[7]
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n\nKalimat ini ditambahkan pada pukul {time.time_ns()}.\n")
    time.sleep(2 * stamps.REST_NS / 1e9)
    worked = time.process_time()
    report = collection.update(folder)
    worked = time.process_time() - worked
    began = time.perf_counter()
    collection.snapshot()
    result.send({
        "passages": passages,
        "open s": round(opened, 3),
        "ask p50 ms": round(p50, 1),
        "ask p95 ms": round(p95, 1),
        "ask p50 ms of processor time": round(float(np.median(busy[5:])) * 1000, 1),
        "ask best ms": round(min(times) * 1000, 1),
        "exact phrase p50 ms": round(float(np.median(phrases)) * 1000, 1),
        "recall@10": round(found, 4),
        "memory MB": round(asking),
        "bytes a passage": {name: round(size) for name, size in disk.items() if size > 1},
        "update of one article s": round(report.seconds, 2),
        "the same s of processor time": round(worked, 2),
        "then ready s": round(time.perf_counter() - began, 3),
    })  # fmt: skip


def main() -> None:
    """Measure and print one JSON object a size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--questions", type=int, default=60)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    for size in options.sizes:
        receive, send = spawn.Pipe(duplex=False)
        process = spawn.Process(target=measure, args=(options, size, send))
        process.start()
        send.close()
        try:
            print(json.dumps(receive.recv()), flush=True)
        except EOFError:
            print(f"{size}: failed")
        process.join()


if __name__ == "__main__":
    main()
