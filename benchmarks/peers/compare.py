"""Kutip beside txtai and Haystack: how fast they answer, and how well they rank.

    python benchmarks/peers/environments.py txtai haystack
    PYTHONPATH=. python benchmarks/peers/compare.py ARTICLES.jsonl EVAL_FOLDER [--quick]

All three search the same passages with the same vectors and encode questions with the same model;
each runs in a process of its own, warm, and every question is put to each of them before the next,
in turns and after a rest, so that a slow minute of the machine is everybody's. Two materials: news,
1,000 articles of ARTICLES.jsonl with their headlines as questions (see `titles.py`), and the
retrieval sets of EVAL_FOLDER that are named. Ranked are articles, by their first passage.
Collections are made on first use, some ten minutes, and kept in results/peers/. PyTorch, with which
the others encode questions, takes all cores; on a busy machine its threads wait for each other, and
OMP_NUM_THREADS=1 makes it faster.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
from ir_measures import Success, nDCG

from benchmarks.facts import facts, keep
from benchmarks.peers.environments import FOLDER, interpreter
from benchmarks.peers.material import Material
from benchmarks.peers.serving import Found, Peer
from benchmarks.titles import headline
from index.collection import Collection
from index.embedding import Encoder, load_encoder
from index.encoders.model_package import default_model_directory
from index.errors import CollectionError
from index.updating import put_articles
from qa.judged import read_retrieval_set

SETS = ("squad-id-en", "squad-id-id")
ARTICLES = 1000  # some 10,000 passages
TOP = 10
WARM = 5
SEED = 1
# Before each answer: PyTorch's threads go on for a while after their work, waiting for more.
REST_S = 0.1
MEASURES = (nDCG @ 10, Success @ 1)
PEERS = ("haystack", "txtai")


@dataclass(frozen=True, slots=True)
class Task:
    """Questions over a collection, and which articles answer each."""

    name: str
    collection: Path
    questions: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def news(articles: Path, folder: Path, encoder: Encoder) -> Task:
    """Real articles; a headline, which is in no indexed text, asks for its article."""
    source = folder / "news"
    source.mkdir(parents=True, exist_ok=True)
    lines = articles.read_text("utf-8").splitlines(keepends=True)[:ARTICLES]
    (source / "news.jsonl").write_text("".join(lines), "utf-8")
    collection = Collection(folder / "collection-news", encoder=encoder)
    collection.update(source)
    indexed = collection.snapshot().articles
    records = {f"news.jsonl/{record['id']}": record for record in map(json.loads, lines)}
    titles = {name: headline(record) for name, record in records.items() if name in indexed}
    titles = {name: title for name, title in titles.items() if title}
    return Task("news", collection.directory, titles, {name: {name: 1} for name in titles})


def holds(collection: Collection, passages: int) -> bool:
    """Whether a collection was made, and to its end."""
    try:
        return len(collection.snapshot().passages) == passages
    except CollectionError:
        return False


def retrieval_set(path: Path, folder: Path, encoder: Encoder) -> Task:
    """A set in BEIR layout, an article of one passage a line."""
    found = read_retrieval_set(path)
    collection = Collection(folder / f"collection-{path.name}", encoder=encoder)
    if not holds(collection, len(found.corpus)):
        put_articles(
            collection.directory, found.corpus, encoder=encoder, late=collection.late,
            progress=lambda *_: None,
        )  # fmt: skip
    asked = {identity: found.questions[identity] for identity in found.qrels}
    return Task(path.name, collection.directory, asked, found.qrels)


def start(task: Task, material: Path, folder: Path) -> list[Peer]:
    """Kutip and the others, each ready to answer the task's questions."""
    own = Peer("kutip", Path(sys.executable), "benchmarks.peers.ask_kutip", [str(task.collection)])
    given = [str(material), str(default_model_directory())]
    return [own, *(
        Peer(name, interpreter(name, folder), f"benchmarks.peers.ask_{name}", given)
        for name in PEERS
    )]  # fmt: skip


def put(peers: Sequence[Peer], questions: Mapping[str, str]) -> dict[str, dict[str, Found]]:
    """What each finds for every question; who is asked first takes turns."""
    found: dict[str, dict[str, Found]] = {peer.name: {} for peer in peers}
    for turn, (identity, question) in enumerate(questions.items()):
        first = turn % len(peers)
        for peer in (*peers[first:], *peers[:first]):
            time.sleep(REST_S)
            found[peer.name][identity] = peer.ask(question, k=TOP)
    return found


def ranked(ids: Iterable[str]) -> dict[str, float]:
    """Articles by their first passage, as a run of ir-measures."""
    articles = dict.fromkeys(identity.partition("#")[0] for identity in ids)
    return {article: -float(rank) for rank, article in enumerate(articles)}


def figures(found: Mapping[str, Found], task: Task) -> dict[str, float]:
    """Speed and quality of one system."""
    times = [one.ms for one in found.values()]
    run = {identity: ranked(one.ids) for identity, one in found.items()}
    quality = ir_measures.calc_aggregate(
        list(MEASURES), {identity: task.qrels[identity] for identity in run}, run
    )
    p50, p95 = np.quantile(times, [0.5, 0.95])
    return {
        "p50 ms": round(float(p50), 1),
        "p95 ms": round(float(p95), 1),
        **{str(measure): round(quality[measure], 4) for measure in MEASURES},
    }


def measure(task: Task, *, count: int, encoder: Encoder, folder: Path) -> dict[str, Any]:
    """Put the same questions to all."""
    material = folder / f"material-{task.name}"
    given = Material.of(Collection(task.collection, encoder=encoder).snapshot())
    given.write(material)
    chosen = random.Random(SEED).sample(sorted(task.questions), min(count, len(task.questions)))
    asked = {identity: task.questions[identity] for identity in chosen}
    peers = start(task, material, folder)
    try:
        for peer in peers:
            for question in list(asked.values())[:WARM]:
                peer.ask(question[::-1], k=TOP)  # warms all but what remembers a question
        found = put(peers, asked)
        versions = {peer.name: peer.versions for peer in peers}
    finally:
        for peer in peers:
            peer.close()
    systems = {name: figures(one, task) for name, one in found.items()}
    for name in PEERS:
        systems[name]["times slower"] = round(
            systems[name]["p50 ms"] / systems["kutip"]["p50 ms"], 2
        )
    return {"passages": len(given.ids), "questions": len(asked), "systems": systems,
            "versions": versions}  # fmt: skip


def table(task: Task, measured: Mapping[str, Any]) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"\n{task.name}: {measured['passages']:,} passages, {measured['questions']} questions\n",
        "| | p50 ms | p95 ms | times slower | nDCG@10 | Success@1 |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, one in measured["systems"].items():
        lines.append(
            f"| {name} | {one['p50 ms']} | {one['p95 ms']} | {one.get('times slower', '')} "
            f"| {one['nDCG@10']:.3f} | {one['Success@1']:.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure, print a table a task, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--questions", type=int, default=300, help="of each task")
    parser.add_argument("--quick", action="store_true", help="40 questions, of the news alone")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, help="keep the figures here, as JSON")
    options = parser.parse_args()
    if options.quick:
        options.sets, options.questions = (), 40
    encoder = load_encoder()
    kept: dict[str, Any] = facts() | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS")}
    for name in ("news", *options.sets):
        if name == "news":
            task = news(options.articles, options.folder, encoder)
        else:
            task = retrieval_set(options.evaluation / name, options.folder, encoder)
        kept[name] = measure(task, count=options.questions, encoder=encoder, folder=options.folder)
        print(table(task, kept[name]), flush=True)
    keep(options.out, kept)


if __name__ == "__main__":
    main()
