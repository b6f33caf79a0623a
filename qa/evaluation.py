"""How good the answers are, measured on questions whose answers are known.

Two formats: a file of questions over the collection, and a retrieval set in the layout of BEIR
(Thakur et al. 2021). Measures come from ir-measures; runs are written in TREC format.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from scipy.stats import mannwhitneyu, ttest_rel

from index.backends.backend import Address
from index.backends.sweeping import forget
from index.collection import Collection
from index.embedding import Encoder
from index.errors import InputError
from index.plan import Progress
from index.updating import put_articles
from qa.answer import Answer
from qa.answering import respond
from qa.fusion import reciprocal_rank_fusion
from qa.judged import Question, read_questions, read_retrieval_set
from qa.operators import plain
from qa.retrieval import understand

Run = dict[str, dict[str, float]]

MEASURES = (nDCG @ 10, R @ 100, RR @ 10, Success @ 1, Success @ 5)
DEPTH = 100


def evaluate_questions(
    path: Path, collection: Collection, *, run: Path | None, progress: Progress
) -> dict[str, Any]:
    """Ask every question of the file and compare with its answers.

    Returns the documented JSON object, with the baselines' passage success beside it, and under
    `unknown` the questions whose article is not in the collection, which count as wrong. Raises
    InputError naming the line that is not a question, or an id that a `run` cannot hold.
    """
    questions = read_questions(path)
    if run:
        _refuse_blanks((question.id for question in questions), path)
    asked: list[tuple[Question, Answer, dict[str, list[str]]]] = []
    for done, question in enumerate(questions, start=1):
        answer = _ask(collection, question.text)
        asked.append((question, answer, _baselines(collection, question.text)))
        progress("asking", done, len(questions))
    texts = _Texts(collection)
    if run:
        ranked: Run = {q.id: {_in_run(h.passage.id): -h.rank for h in a.hits} for q, a, _ in asked}
        _write_run(run, ranked)
    answerable = [row for row in asked if row[0].kind != "none"]
    groups: dict[str, dict[str, list[tuple[Question, Answer, Any]]]] = {
        "by_language": defaultdict(list),
        "by_kind": defaultdict(list),
    }
    for row in answerable:
        groups["by_language"][row[0].lang].append(row)
        groups["by_kind"][row[0].kind].append(row)
    return {
        "questions": len(questions),
        "unknown": {q.id: q.article for q, *_ in answerable if q.article not in texts.articles},
        **_success(answerable, texts),
        **{
            name: {key: _success(rows, texts) for key, rows in sorted(group.items())}
            for name, group in groups.items()
        },
        **{
            name: {
                f"passage_success@{k}": _mean(
                    any(texts.answers(q, passage) for passage in rankings[name][:k])
                    for q, _, rankings in answerable
                )
                for k in (1, 3, 5)
            }
            for name in ("baseline", "dense", "bm25")
        },
        "abstention": _abstention(
            [answer for _, answer, _ in answerable],
            [answer for question, answer, _ in asked if question.kind == "none"],
        ),
    }


def _ask(collection: Collection, question: str) -> Answer:
    """The answer with every passage ranked for itself: judgements name passages, not texts.

    Folding would only join entries of this ranking. A question in quotation marks is a question.
    """
    return respond(collection, plain(question), k=DEPTH, folded=False)


class _Texts:
    """The collection's texts, for comparing passages and quotes with gold answers."""

    def __init__(self, collection: Collection) -> None:
        snapshot = collection.snapshot()
        self.articles = snapshot.articles
        self.passages = {passage.id: passage for passage in snapshot.passages}

    def answers(self, question: Question, passage_id: str) -> bool:
        passage = self.passages[passage_id]
        return passage.article == question.article and any(
            gold in passage.text for gold in question.answers
        )

    def quoted(self, question: Question, answer: Answer) -> bool:
        """Whether the first quote covers at least half of a gold answer."""
        if not answer.citations or answer.citations[0].article != question.article:
            return False
        first = answer.citations[0]
        text = self.articles[first.article].text
        for gold in question.answers:
            start = text.find(gold)
            overlap = min(first.end, start + len(gold)) - max(first.start, start)
            if start >= 0 and overlap * 2 >= len(gold):
                return True
        return False


def _success(rows: Sequence[tuple[Question, Answer, Any]], texts: _Texts) -> dict[str, float]:
    measured = {
        f"passage_success@{k}": _mean(
            any(texts.answers(question, hit.passage.id) for hit in answer.hits[:k])
            for question, answer, _ in rows
        )
        for k in (1, 3, 5)
    }
    return measured | {
        "quote_success@1": _mean(texts.quoted(question, answer) for question, answer, _ in rows)
    }


def _baselines(collection: Collection, question: str) -> dict[str, list[str]]:
    """Passage ids as ranked by the textbook hybrid, by vectors alone and by BM25 alone."""
    query = understand(collection, question)
    with collection.view() as view:
        snapshot = view.snapshot
        rows = np.arange(len(snapshot.passages), dtype=np.int64)
        dense = view.searchers.similarities(query.vector, rows)
        bm25 = view.searchers.scores(query.terms, rows)
    rankings = {
        "baseline": reciprocal_rank_fusion([dense, bm25]),
        "dense": dense,
        "bm25": bm25,
    }
    return {
        name: [snapshot.passages[i].id for i in np.argsort(-scores, kind="stable")[:DEPTH]]
        for name, scores in rankings.items()
    }


def _abstention(answerable: Sequence[Answer], unanswerable: Sequence[Answer]) -> dict[str, Any]:
    """How well confidence tells answerable from unanswerable, and the two kinds of error."""
    if not answerable or not unanswerable:
        return {}
    yes = [answer.confidence for answer in answerable]
    no = [answer.confidence for answer in unanswerable]
    # The area under the ROC curve is the Mann-Whitney statistic over its maximum.
    area = mannwhitneyu(yes, no).statistic / (len(yes) * len(no))
    return {
        "auroc": float(area),
        "false_answer_rate": _mean(answer.answered for answer in unanswerable),
        "false_refusal_rate": _mean(not answer.answered for answer in answerable),
    }


def evaluate_beir(
    folder: Path,
    *,
    encoder: Encoder,
    run: Path | None,
    backend: Address | None = None,
    progress: Progress,
) -> dict[str, Any]:
    """Index a retrieval set, one article of one passage a line, and measure the ranking.

    Returns the documented JSON object. `backend` searches it, by default this process.
    Raises InputError when a file is missing or malformed.
    """
    found = read_retrieval_set(folder)
    if run:
        _refuse_blanks([*found.questions, *(article.id for article, _ in found.corpus)], folder)
    with tempfile.TemporaryDirectory(prefix="kutip-") as directory:
        collection = Collection(Path(directory), encoder=encoder)
        # Both start-ups (weights, token head) belong to neither figure.
        understand(collection, "warm").encode()
        encoder.encode_passages(["warm"])
        started = time.perf_counter()
        put_articles(
            collection.directory,
            found.corpus,
            encoder=encoder,
            late=collection.late,
            backend=backend,
            progress=progress,
        )
        index_seconds = time.perf_counter() - started
        collection.snapshot()
        runs: dict[str, Run] = defaultdict(dict)
        answers: dict[str, Answer] = {}
        for done, (identity, question) in enumerate(found.questions.items(), start=1):
            answer = _ask(collection, question)
            answers[identity] = answer
            runs["kutip"][identity] = {h.passage.article: -float(h.rank) for h in answer.hits}
            for name, ranked in _baselines(collection, question).items():
                runs[name][identity] = {
                    _article_of(passage): -float(rank) for rank, passage in enumerate(ranked)
                }
            progress("asking", done, len(found.questions))
        forget(collection.directory)
    if run:
        _write_run(run, runs["kutip"])
    judged = found.qrels
    took = np.array([answer.took_ms for answer in answers.values()])
    result: dict[str, Any] = {
        "queries": len(judged),
        "passages": len(found.corpus),
        **_measure(judged, runs["kutip"]),
        **{name: _measure(judged, runs[name]) for name in ("baseline", "dense", "bm25")},
        "p_value": _significance(judged, runs["kutip"], runs["baseline"]),
        "index_seconds": round(index_seconds, 2),
        "query_ms": {
            "p50": round(float(np.percentile(took, 50)), 1),
            "p95": round(float(np.percentile(took, 95)), 1),
        },
    }
    abstention = _abstention(
        [answers[q] for q in judged], [answers[q] for q in sorted(found.unanswerable)]
    )
    return result | ({"abstention": abstention} if abstention else {})


def _article_of(passage_id: str) -> str:
    return passage_id.rpartition("#")[0]


def _measure(qrels: Mapping[str, Any], run: Run) -> dict[str, float]:
    judged = {query: run[query] for query in qrels}
    found = ir_measures.calc_aggregate(MEASURES, qrels, judged)
    return {str(measure): round(float(found[measure]), 4) for measure in MEASURES}


def _significance(qrels: Mapping[str, Any], run: Run, baseline: Run) -> float:
    """Two-sided paired t-test of nDCG@10 per query against the baseline."""
    per_query = []
    for ranked in (run, baseline):
        judged = {query: ranked[query] for query in qrels}
        found = {m.query_id: m.value for m in ir_measures.iter_calc([nDCG @ 10], qrels, judged)}
        per_query.append([found[query] for query in qrels])
    return float(np.nan_to_num(ttest_rel(*per_query).pvalue, nan=1.0))


def _refuse_blanks(names: Iterable[str], where: Path) -> None:
    """A line of a TREC run is cut at blanks, so no name may have one. Raises InputError."""
    for name in names:
        if len(name.split()) != 1:
            raise InputError(
                f"{where}: the id {name!a} has a blank, which a run cannot hold; rename it, or "
                "leave out --run"
            )


def _in_run(passage: str) -> str:
    """A passage's id as one word, for files may be called anything; `unquote` gives it back.

    Ids have no other blanks: see `naming.printable`.
    """
    return passage.replace("%", "%25").replace(" ", "%20")


def _write_run(path: Path, run: Run) -> None:
    lines = [
        f"{query} Q0 {document} {rank} {score} kutip"
        for query, ranked in run.items()
        for rank, (document, score) in enumerate(
            sorted(ranked.items(), key=lambda item: -item[1]), start=1
        )
    ]
    try:
        path.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _mean(values: Iterable[bool]) -> float:
    found = [float(value) for value in values]
    return round(sum(found) / len(found), 4) if found else 0.0
