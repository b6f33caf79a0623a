"""Train the late-interaction head, `index/late_interaction.safetensors`.

    python benchmarks/train_head.py TRAINING_FOLDER [--output FILE] [--cache DIR] [--hold-out]

The encoder stays frozen; learned are one projection of its token states (768 -> 128), a weight
per question token and the balance of the two similarities, about 99,000 numbers. The loss is a
softmax over a batch's passages: the right ones, hard negatives (the nearest by vectors and by
BM25 that do not hold the answer) and the other questions' passages (in-batch negatives,
Karpukhin et al. 2020, https://arxiv.org/abs/2004.04906). Where a set has one text in several
languages, each batch draws the languages of its questions and of its passages, so the head sees
any language ask any other, and collections of mixed languages.

One pass suffices and a second overfits. What is learned depends on the order of the questions, so
several heads learn from one beginning in orders of their own, and the head is the mean of their
weights (a model soup: Wortsman et al. 2022, https://arxiv.org/abs/2203.05482), better than any of
them. Encoding takes minutes on two CPU cores and is kept in --cache; so does training. --hold-out
trains on four fifths of the passages, without Korean, Thai and Greek, and prints nDCG@10 on the
rest instead of writing.

The training folder holds one folder per set, as in BEIR with languages: corpus.<lang>.jsonl,
queries.<lang>.jsonl, and qrels.tsv, or qrels.<lang>.tsv where ids are not shared. Sets used, all
of them permitting redistribution of what is learned from them:
  xquad     XQuAD (Artetxe, Ruder & Yogatama 2020), 12 languages, CC BY-SA 4.0
  squad11   SQuAD 1.1 dev (Rajpurkar et al. 2016), English, CC BY-SA 4.0
  facqa     FacQA in IndoNLU (Purwarianti et al. 2007; Wilie et al. 2020), Indonesian, Apache-2.0
  tydiqa    TyDi QA GoldP (Clark et al. 2020), Arabic, English, Korean, Russian, Apache-2.0
  tico19    TICO-19 (Anastasopoulos et al. 2020), English and Indonesian in parallel, CC0
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.embedding import load_encoder
from index.encoders.onnx_graph import STATE_LAYERS
from index.late_interaction import WEIGHTS
from index.lexical import LexicalIndex
from index.words import terms

WIDTH = 128  # the width of ColBERT (Khattab & Zaharia 2020)
SEED = 0  # of the first order; the others follow
ORDERS = 4  # heads whose mean is taken: .0027 nDCG@10 more than they have, mean of six sets
BATCH = 16  # questions
HARD_NEGATIVES = 6  # per question and batch
LEARNING_RATE = 1e-3
SCALE_RATE = 1e-2  # the two scales start at 20 and have further to go
AVERAGING = 0.98  # of the weights, over the last 50 steps or so (Polyak & Juditsky 1992)
DRAWS = 4  # language pairs drawn per question of a multilingual set
WARM_UP = 50  # steps
MAX_TOKENS = 320  # of a passage: bounds the memory of a batch
PARALLEL = ("xquad", "tico19")  # sets whose languages say the same under the same ids
UNSEEN = ("ko", "th", "el")  # languages held out by --hold-out
# Of the late score, the share that the best sentence gets instead of the whole passage: the best of
# 0 to .6 on twelve sets held out of training, where .15 to .6 are within .0013 nDCG@10.
SENTENCE_SHARE = 0.4

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts: unit `vectors` (n, d), and for each the states (tokens, 768) of its tokens."""

    vectors: Floats
    states: list[npt.NDArray[np.float16]]


@dataclass(frozen=True, slots=True)
class Family:
    """Questions and passages of one set, the same in each language; `gold` holds passage rows."""

    name: str
    questions: dict[str, Texts]
    passages: dict[str, Texts]
    gold: list[set[int]]
    hard: list[list[int]]
    ambiguous: list[set[int]]  # passages that hold the answer without being judged right


class Head(torch.nn.Module):
    """The head in training; `index.late_interaction` is the same in numpy."""

    def __init__(self, mean: Floats, projection: Floats) -> None:
        """Start from a mean (768,) and a projection (768, WIDTH)."""
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.projection = torch.nn.Parameter(torch.from_numpy(projection))
        self.weigh = torch.nn.Parameter(torch.zeros(len(mean)))
        self.log_scales = torch.nn.Parameter(torch.full((2,), float(np.log(20.0))))

    def late(
        self,
        query: torch.Tensor,
        query_mask: torch.Tensor,
        passage: torch.Tensor,
        passage_mask: torch.Tensor,
    ) -> torch.Tensor:
        """Score padded passages (p, t, 768) for padded questions (q, u, 768): shape (q, p)."""
        centred = query - self.mean
        weights = functional.softplus(centred @ self.weigh + float(np.log(np.e - 1)))
        weights = weights * query_mask
        weights = weights / weights.sum(1, keepdim=True)
        left = functional.normalize(centred @ self.projection, dim=-1)
        right = functional.normalize((passage - self.mean) @ self.projection, dim=-1)
        with torch.no_grad():
            cosines = left.flatten(0, 1) @ right.flatten(0, 1).T
            cosines = cosines.view(*query_mask.shape, *passage_mask.shape)
            matched = cosines.masked_fill_(~passage_mask[None, None], -1e4).argmax(-1)
        # Only the best matches have a gradient: they alone are compared once more, with one.
        found = right[torch.arange(len(right)), matched]
        best = torch.einsum("quw,qupw->qup", left, found)
        return (best * weights[..., None]).sum(1)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Score every passage of a batch for every question: log-odds, shape (q, p)."""
        dense_scale, late_scale = self.log_scales.exp()
        late = self.late(*_padded(batch.query_states), *_padded(batch.passage_states))
        return dense_scale * torch.from_numpy(batch.cosines) + late_scale * late


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions against passages; `right` and `ignored` are (questions, passages) masks."""

    query_states: list[npt.NDArray[np.float16]]
    passage_states: list[npt.NDArray[np.float16]]
    cosines: Floats
    right: npt.NDArray[np.bool_]
    ignored: npt.NDArray[np.bool_]


def _padded(states: list[npt.NDArray[np.float16]]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = [len(one) for one in states]
    padded = np.zeros((len(states), max(lengths), states[0].shape[1]), np.float32)
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    for row, one in enumerate(states):
        padded[row, : len(one)] = one
    return torch.from_numpy(padded), torch.from_numpy(mask)


def read_families(folder: Path, cache: Path) -> list[Family]:
    """Read and encode every set of the training folder."""
    families = []
    for path in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
        languages = sorted(file.name.split(".")[1] for file in path.glob("corpus.*.jsonl"))
        groups = [languages] if path.name in PARALLEL else [[language] for language in languages]
        families += [_read_family(path, group, cache) for group in groups]
    return families


def _read_family(path: Path, languages: list[str], cache: Path) -> Family:
    first = languages[0]
    passages = {lang: _read(path / f"corpus.{lang}.jsonl") for lang in languages}
    rows = {passage["_id"]: row for row, passage in enumerate(passages[first])}
    judged = path / f"qrels.{first}.tsv"
    right: dict[str, set[int]] = {}
    for line in (judged if judged.is_file() else path / "qrels.tsv").read_text().splitlines()[1:]:
        question, passage, _ = line.split("\t")
        if passage in rows:
            right.setdefault(question, set()).add(rows[passage])
    questions = {lang: _read(path / f"queries.{lang}.jsonl") for lang in languages}
    kept = [row for row, question in enumerate(questions[first]) if question["_id"] in right]
    questions = {lang: [rows_of[row] for row in kept] for lang, rows_of in questions.items()}
    name = f"{path.name}-{'-'.join(languages)}" if len(languages) == 1 else path.name
    encoded_questions, encoded_passages = (
        {
            lang: _encode(
                [record["text"] for record in records],
                side,
                cache / f"{path.name}-{lang}-{side}.npz",
            )
            for lang, records in texts.items()
        }
        for side, texts in (("queries", questions), ("passages", passages))
    )
    gold = [right[question["_id"]] for question in questions[first]]
    hard, ambiguous = _negatives(
        questions[first],
        passages[first],
        gold,
        encoded_questions[first].vectors @ encoded_passages[first].vectors.T,
    )
    return Family(name, encoded_questions, encoded_passages, gold, hard, ambiguous)


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _encode(texts: list[str], side: str, file: Path) -> Texts:
    if not file.is_file():
        print(f"encoding {len(texts)} texts for {file.name}", flush=True)
        encoder = load_encoder()
        encode = encoder.encode_queries if side == "queries" else encoder.encode_passages
        made = encode(texts, with_tokens=True)
        if made.tokens is None:
            raise SystemExit(f"the model {encoder.name} gives no token states")
        states = [token.states[:MAX_TOKENS] for token in made.tokens]
        lengths = np.array([len(one) for one in states])
        np.savez(file, vectors=made.vectors, states=np.concatenate(states), lengths=lengths)
    stored = np.load(file)
    return Texts(stored["vectors"], np.split(stored["states"], np.cumsum(stored["lengths"])[:-1]))


def _negatives(
    questions: list[dict[str, Any]],
    passages: list[dict[str, Any]],
    gold: list[set[int]],
    cosines: Floats,
) -> tuple[list[list[int]], list[set[int]]]:
    """The nearest wrong passages by vectors and by BM25, and those that hold the answer."""
    lexical = LexicalIndex([terms(passage["text"]) for passage in passages])
    folded = [passage["text"].casefold() for passage in passages]
    hard, ambiguous = [], []
    for row, question in enumerate(questions):
        # An answer of three letters or fewer is in too many passages to say anything.
        answers = [answer.casefold() for answer in question["answers"] if len(answer) > 3]
        holding = {i for i, text in enumerate(folded) if any(a in text for a in answers)}
        by_words = np.argsort(-lexical.get_scores(terms(question["text"])), kind="stable")[:10]
        by_vector = np.argsort(-cosines[row], kind="stable")[:20]
        nearest = dict.fromkeys(int(i) for i in (*by_vector, *by_words))
        hard.append([i for i in nearest if i not in gold[row] and i not in holding])
        ambiguous.append(holding - gold[row])
    return hard, ambiguous


def draw_batch(family: Family, questions: list[int], rng: np.random.Generator) -> Batch:
    """Questions with their right passages and hard negatives, languages drawn at random."""
    pool: set[int] = set()
    for row in questions:
        hard = family.hard[row]
        pool.add(min(family.gold[row]))
        pool.update(int(i) for i in rng.permutation(hard)[:HARD_NEGATIVES])
    passages = sorted(pool)
    asked = _draw_languages(sorted(family.questions), len(questions), rng)
    held = _draw_languages(sorted(family.passages), len(passages), rng)
    left = [family.questions[lang] for lang in asked]
    right = [family.passages[lang] for lang in held]
    return Batch(
        [t.states[r] for t, r in zip(left, questions, strict=True)],
        [t.states[r] for t, r in zip(right, passages, strict=True)],
        np.stack([t.vectors[r] for t, r in zip(left, questions, strict=True)])
        @ np.stack([t.vectors[r] for t, r in zip(right, passages, strict=True)]).T,
        np.array([[p in family.gold[q] for p in passages] for q in questions]),
        np.array([[p in family.ambiguous[q] for p in passages] for q in questions]),
    )


def _draw_languages(languages: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """One language for all, or, as often, one for each: a collection may be mixed."""
    one_for_all = rng.random() < 0.5
    drawn = rng.choice(languages, 1 if one_for_all else count)
    return [str(lang) for lang in np.resize(drawn, count)]


def initial_head(families: list[Family]) -> Head:
    """Start from the mean and the first principal components of the passages' states."""
    rng = np.random.default_rng(SEED)
    sample = []
    for family in families:
        for texts in family.passages.values():
            states = np.concatenate(texts.states)
            sample.append(states[rng.permutation(len(states))[:4000]].astype(np.float32))
    states = np.concatenate(sample)
    mean = states.mean(axis=0)
    centred = states - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return Head(mean, np.ascontiguousarray(vectors[:, ::-1][:, :WIDTH]))


def train(families: list[Family]) -> Head:
    """Learn in ORDERS orders from one beginning; returns the mean of the weights."""
    beginning = initial_head(families)
    heads = [_train_once(beginning, families, SEED + order) for order in range(ORDERS)]
    mean = heads[0]
    learned = [dict(head.named_parameters()) for head in heads]
    with torch.no_grad():
        for name, parameter in mean.named_parameters():
            parameter.copy_(torch.stack([one[name] for one in learned]).mean(dim=0))
    return mean


def _train_once(beginning: Head, families: list[Family], seed: int) -> Head:
    """One pass over the questions; returns the running average of the weights."""
    rng = np.random.default_rng(seed)
    head = copy.deepcopy(beginning)
    plan = []
    for family in families:
        draws = DRAWS if len(family.passages) > 1 else 1
        for _ in range(draws):
            order = rng.permutation(len(family.gold)).tolist()
            plan += [(family, order[i : i + BATCH]) for i in range(0, len(order), BATCH)]
    rng.shuffle(plan)  # type: ignore[arg-type]
    scales = [head.log_scales]
    others = [head.projection, head.weigh]
    optimiser = torch.optim.Adam(
        [{"params": others, "lr": LEARNING_RATE}, {"params": scales, "lr": SCALE_RATE}]
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * (1 - 0.95 * step / len(plan))
    )
    averaged = torch.optim.swa_utils.AveragedModel(
        head, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGING)
    )
    for step, (family, questions) in enumerate(plan, 1):
        batch = draw_batch(family, questions, rng)
        odds = head(batch).masked_fill(torch.from_numpy(batch.ignored), -1e4)
        chosen = torch.log_softmax(odds, dim=1).masked_fill(~torch.from_numpy(batch.right), -1e4)
        loss = -torch.logsumexp(chosen, dim=1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        averaged.update_parameters(head)
        if step % 50 == 0:
            print(f"order {seed} step {step}/{len(plan)} loss {loss.item():.3f}", flush=True)
    return averaged.module


def training_part(family: Family) -> Family | None:
    """What --hold-out trains on: the first four fifths of the passages, in the seen languages."""
    seen = [language for language in family.questions if language not in UNSEEN]
    rows = [row for row in range(len(family.gold)) if not _is_held_out(family, row)]
    if not seen:
        return None
    return Family(
        family.name,
        {
            lang: Texts(t.vectors[rows], [t.states[r] for r in rows])
            for lang, t in family.questions.items()
            if lang in seen
        },
        {lang: texts for lang, texts in family.passages.items() if lang in seen},
        [family.gold[row] for row in rows],
        [family.hard[row] for row in rows],
        [family.ambiguous[row] for row in rows],
    )


def _is_held_out(family: Family, question: int) -> bool:
    passages = next(iter(family.passages.values()))
    return min(family.gold[question]) >= 0.8 * len(passages.states)


@torch.no_grad()
def measure(head: Head, family: Family) -> None:
    """Print nDCG@10 of vectors alone and with the head, for each language asking the next one."""
    from sklearn.metrics import ndcg_score

    languages = sorted(family.questions)
    unseen_set = all(language in UNSEEN for language in languages)
    rows = [r for r in range(len(family.gold)) if unseen_set or _is_held_out(family, r)][:300]
    for asking, answering in zip(languages, languages[1:] + languages[:1], strict=True):
        questions, passages = family.questions[asking], family.passages[answering]
        cosines = questions.vectors[rows] @ passages.vectors.T
        right = np.array([[p in family.gold[r] for p in range(len(passages.states))] for r in rows])
        scores = np.empty_like(cosines)
        for start in range(0, len(rows), BATCH):
            part = slice(start, start + BATCH)
            states = [questions.states[row] for row in rows[part]]
            for first in range(0, len(passages.states), 64):
                some = slice(first, first + 64)
                batch = Batch(states, passages.states[some], cosines[part, some], right, right)
                scores[part, some] = head(batch).numpy()
        before, after = (ndcg_score(right, values, k=10) for values in (cosines, scores))
        print(f"{family.name:12} {asking}->{answering} {len(rows):4} {before:.3f} {after:.3f}")


def write(head: Head, output: Path) -> None:
    """Write the head for `index.late_interaction`: float16, under 1 MB."""
    dense_scale, late_scale = head.log_scales.exp().tolist()
    projection = head.projection.detach().half().contiguous()
    save_file(
        {
            "mean": head.mean.half(),
            "query": projection,
            "passage": projection.clone(),
            "weigh": head.weigh.detach().half(),
        },
        output,
        {
            "encoder": load_encoder().fingerprint,
            "layers": ",".join(map(str, STATE_LAYERS)),
            "dense_scale": f"{dense_scale:.2f}",
            "late_scale": f"{late_scale * (1 - SENTENCE_SHARE):.2f}",
            "sentence_scale": f"{late_scale * SENTENCE_SHARE:.2f}",
            "trained_on": "XQuAD (CC BY-SA 4.0), SQuAD 1.1 dev (CC BY-SA 4.0), FacQA (Apache-2.0), "
            "TyDi QA GoldP (Apache-2.0), TICO-19 (CC0)",
        },
    )


def main() -> None:
    """Train on every set and write the weights, or hold some out and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("training_folder", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=Path(".train-head-cache"))
    parser.add_argument("--hold-out", action="store_true")
    arguments = parser.parse_args()
    if not arguments.training_folder.is_dir():
        parser.error(f"no folder {arguments.training_folder}")
    arguments.cache.mkdir(parents=True, exist_ok=True)
    families = read_families(arguments.training_folder, arguments.cache)
    if arguments.hold_out:
        head = train([part for part in map(training_part, families) if part and part.gold])
        for family in families:
            measure(head, family)
    else:
        write(train(families), arguments.output)


if __name__ == "__main__":
    main()
