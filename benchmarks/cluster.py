"""What grows with a collection that Milvus searches: upload, questions, an update, memory, disk.

    milvus-lite server --data-dir DATA --host 127.0.0.1 --port 19777
    python benchmarks/cluster.py ARTICLES.jsonl --uri http://127.0.0.1:19777 \
        [--sizes 100 1000 10000] [--data DATA --pid PID] [--real]

One article is about ten passages. Every question is also asked of the same collection without
Milvus, and the answers are compared. With --real the collections are those that `spreading` made,
of real text with the model's own vectors.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import recombined
from benchmarks.material import add_options, made, questions, read_articles
from index.backends.backend import MILVUS, Address
from index.backends.proving import wrong_in_engine
from index.backends.sweeping import forget
from index.collection import Collection
from index.store import Store
from qa.answering import ask


def asked(collection: Collection, texts: list[str]) -> tuple[list[Any], list[float], float]:
    """What is answered, the milliseconds each took, and of processor time here on average."""
    ask(collection, texts[0])
    answers, times = [], []
    before = time.process_time()
    for text in texts:
        began = time.perf_counter()
        found = ask(collection, text).to_dict()
        times.append((time.perf_counter() - began) * 1000)
        answers.append((found["hits"], found["citations"], found["confidence"]))
    return answers, times, (time.process_time() - before) / len(texts) * 1000


def resident(pid: int | None) -> float | None:
    """Megabytes that a process has in memory, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    if pid is None or not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def worked(pid: int | None) -> float:
    """Seconds of processor time that a process has had, 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if pid is None or not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(options: argparse.Namespace, size: int) -> dict[str, Any]:
    """One size: move the collection there, ask, change one article."""
    plain, folder = recombined.kept(options, size) if options.real else made(options, size)
    texts = [text.replace('"', "") for text in
             questions(read_articles(options.articles), options.questions)]  # fmt: skip
    here, quick, own = asked(plain, texts)
    with tempfile.TemporaryDirectory(dir=options.cache) as scratch:
        directory = Path(scratch) / "kutip"
        shutil.copytree(plain.directory, directory)
        remote = Collection(directory, encoder=plain.encoder, late=plain.late)
        before = resident(options.pid) or 0.0
        try:
            used = time.process_time(), worked(options.pid)
            moved = remote.update(folder, backend=Address(MILVUS, options.uri))
            used = time.process_time() - used[0], worked(options.pid) - used[1]
            began = worked(options.pid)
            there, slow, beside = asked(remote, texts)
            engine = (worked(options.pid) - began) / len(texts) * 1000
            memory = resident(options.pid)
            with Store.open(directory) as store, store.reading():
                wrong = wrong_in_engine(store)
            news = Path(scratch) / "articles"
            shutil.copytree(folder, news)
            change(sorted(path for path in news.rglob("*") if path.is_file())[7])
            changed = remote.update(news)
            data = sum(f.stat().st_size for f in options.data.rglob("*") if f.is_file()) \
                if options.data else None  # fmt: skip
        finally:
            forget(directory)
    same = sum(one == other for one, other in zip(here, there, strict=True))
    return {
        "passages": moved.passages,
        "upload s": round(moved.seconds, 1),
        "processor s of the upload": {"here": round(used[0], 1), "server": round(used[1], 1)},
        "ask p50 ms": round(float(np.median(slow)), 1),
        "ask p95 ms": round(float(np.quantile(slow, 0.95)), 1),
        "without Milvus p50 ms": round(float(np.median(quick)), 1),
        "processor ms a question": {
            "without Milvus": round(own, 1),
            "with": round(beside, 1),
            "server": round(engine, 1),
        },
        "same answers": f"{same} of {len(texts)}",
        "wrong in Milvus": wrong,
        "update of one article s": round(changed.seconds, 2),
        "server MB more": round(memory - before) if memory else None,
        "server bytes a passage on disk": round(data / moved.passages) if data else None,
    }


def change(article: Path) -> None:
    """Add a sentence to an article."""
    added, text = "Kalimat ini ditambahkan kemudian.", article.read_text("utf-8")
    if article.suffix == ".json":
        record = json.loads(text)
        article.write_text(json.dumps(record | {"text": f"{record['text']}\n\n{added}"}), "utf-8")
    else:
        article.write_text(f"{text}\n{added}\n", "utf-8")


def main() -> None:
    """Measure and print one JSON object a size."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_options(parser)
    recombined.add_options(parser)
    parser.add_argument("--uri", required=True, help="Milvus, or Milvus Lite's server")
    parser.add_argument("--real", action="store_true", help="collections that spreading.py made")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--data", type=Path, help="the server's folder, to see its size")
    parser.add_argument("--pid", type=int, help="the server's process, to see its memory")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    for size in options.sizes:
        print(json.dumps({"articles": size, **measure(options, size)}), flush=True)


if __name__ == "__main__":
    main()
