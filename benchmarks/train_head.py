"""Train the late-interaction head, `index/late_interaction.safetensors`.

    python benchmarks/train_head.py TRAINING_FOLDER [--output FILE] [--cache DIR]

The encoder stays frozen; learned are one projection of its token states (768 -> 128), a weight
per question token and the balance of the three similarities, about 99,000 numbers. The loss is a
softmax over a batch's passages: the right ones, hard negatives (the nearest by vectors and by
BM25 that do not hold the answer) and the other questions' passages (in-batch negatives,
Karpukhin et al. 2020, https://arxiv.org/abs/2004.04906). A second softmax, over the sentences of
the right passage, teaches which sentence answers. Where a set has one text in several languages,
each batch draws the languages of its questions and of its passages, so the head sees any language
ask any other, and collections of mixed languages.

One pass suffices and a second overfits. Encoding takes about half an hour on two CPU cores and is
kept in --cache; training takes ten minutes. The last fifth of each set's passages, and Korean,
Thai and Greek, are never trained on: nDCG@10 on them is printed at the end, of vectors alone and
with the head.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch.nn import functional
from training_sets import UNSEEN, Family, States, read_families

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.embedding import load_encoder
from index.encoders.onnx_graph import STATE_LAYERS
from index.late_interaction import WEIGHTS

WIDTH = 128  # the width of ColBERT (Khattab & Zaharia 2020)
SEED = 0
BATCH = 16  # questions
HARD_NEGATIVES = 6  # per question and batch
LEARNING_RATE = 1e-3
SCALE_RATE = 1e-2  # the scales start at 20 and have further to go
AVERAGING = 0.98  # of the weights, over the last 50 steps or so (Polyak & Juditsky 1992)
DRAWS = 4  # language pairs drawn per question of a multilingual set
WARM_UP = 50  # steps
TOKEN_DROPOUT = 0.1  # of the tokens of questions and passages
SENTENCE_LOSS = 0.3  # beside 1 for the passages
MAX_TOKENS = 320  # of a passage: bounds the memory of a batch

Floats = npt.NDArray[np.float32]
Lengths = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Packed:
    """Token states of several texts, laid end to end, and the number of tokens in each."""

    states: torch.Tensor
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions against passages; `right` and `ignored` are (questions, passages) masks.

    Passages are packed sentence by sentence: `sentences` says how many each has. `answering` has
    for each question the row of its passage and which of that one's sentences answer; it is None
    where that tells nothing apart.
    """

    questions: Packed
    passages: Packed
    sentences: Lengths
    cosines: Floats
    right: npt.NDArray[np.bool_]
    ignored: npt.NDArray[np.bool_]
    answering: list[tuple[int, list[bool]] | None]


class Head(torch.nn.Module):
    """The head in training; `index.late_interaction` is the same in numpy."""

    def __init__(self, mean: Floats, projection: Floats) -> None:
        """Start from a mean (768,) and a projection (768, WIDTH)."""
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.projection = torch.nn.Parameter(torch.from_numpy(projection))
        self.weigh = torch.nn.Parameter(torch.zeros(len(mean)))
        # Of cosine, passage and best sentence: of 20 for matches, a sentence starts with 6.
        self.log_scales = torch.nn.Parameter(torch.tensor([20.0, 14.0, 6.0]).log())

    def late(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Late scores of passages, (questions, passages), and of all sentences."""
        centred = batch.questions.states - self.mean
        weights = functional.softplus(centred @ self.weigh + float(np.log(np.e - 1)))
        total = _sum(weights[:, None], batch.questions.lengths)
        weights = weights[:, None] / torch.repeat_interleave(
            total, torch.from_numpy(batch.questions.lengths), dim=0
        )
        left = functional.normalize(centred @ self.projection, dim=-1)
        right = functional.normalize((batch.passages.states - self.mean) @ self.projection, dim=-1)
        in_sentences = _max(left @ right.T, batch.passages.lengths)
        in_passages = _max(in_sentences, batch.sentences)
        return (
            _sum(in_passages * weights, batch.questions.lengths),
            _sum(in_sentences * weights, batch.questions.lengths),
        )

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds of passages, (questions, passages), and of all sentences by matches alone."""
        dense_scale, late_scale, sentence_scale = self.log_scales.exp()
        whole, sentences = self.late(batch)
        best = _max(sentences, batch.sentences)
        odds = dense_scale * torch.from_numpy(batch.cosines)
        return (
            odds + late_scale * whole + sentence_scale * best,
            (late_scale + sentence_scale) * sentences,
        )


def _sum(values: torch.Tensor, lengths: Lengths) -> torch.Tensor:
    """Sum runs of rows: (rows, columns) to (runs, columns)."""
    runs = torch.from_numpy(np.repeat(np.arange(len(lengths)), lengths))
    return values.new_zeros((len(lengths), values.shape[1])).index_add(0, runs, values)


def _max(values: torch.Tensor, lengths: Lengths) -> torch.Tensor:
    """Maximum over runs of columns: (rows, columns) to (rows, runs)."""
    starts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.max())[None]
    present = places < lengths[:, None]
    columns = torch.from_numpy(np.where(present, starts[:, None] + places, 0))
    by_run = values[:, columns.flatten()].view(len(values), *columns.shape)
    return by_run.masked_fill(~torch.from_numpy(present)[None], -1e4).amax(-1)


def draw_batch(family: Family, questions: list[int], rng: np.random.Generator) -> Batch:
    """Questions with their right passages and hard negatives, languages drawn at random."""
    pool: set[int] = set()
    for row in questions:
        hard = [passage for passage in family.hard[row] if passage < family.passages_trained]
        pool.add(min(family.gold[row]))
        pool.update(int(i) for i in rng.permutation(hard)[:HARD_NEGATIVES])
    passages = sorted(pool)
    asked = _draw_languages(family.languages, len(questions), rng)
    held = _draw_languages(family.languages, len(passages), rng)
    return make_batch(
        family,
        list(zip(asked, questions, strict=True)),
        list(zip(held, passages, strict=True)),
        rng,
    )


def _draw_languages(languages: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """One language for all, or, as often, one for each: a collection may be mixed."""
    one_for_all = rng.random() < 0.5
    drawn = rng.choice(languages, 1 if one_for_all else count)
    return [str(lang) for lang in np.resize(drawn, count)]


def make_batch(
    family: Family,
    questions: list[tuple[str, int]],
    passages: list[tuple[str, int]],
    rng: np.random.Generator | None = None,
) -> Batch:
    """Pack questions and passages, each a language and a row; with `rng`, tokens are dropped."""
    left = [_thinned(family.questions[lang].encoded, row, rng)[0] for lang, row in questions]
    held: list[npt.NDArray[np.float16]] = []
    lengths: list[int] = []
    numbers: list[npt.NDArray[np.intp]] = []  # of the sentences that have tokens, by passage
    for lang, row in passages:
        texts = family.passages[lang]
        states, begins = _thinned(texts.encoded, row, rng)
        later = [start for start, _ in texts.sentences[row][1:]]
        found, counts = np.unique(np.searchsorted(later, begins, side="right"), return_counts=True)
        held.append(states)
        lengths += counts.tolist()
        numbers.append(found)
    rows = [row for _, row in passages]
    vectors = (
        np.stack([family.questions[lang].encoded.vectors[row] for lang, row in questions]),
        np.stack([family.passages[lang].encoded.vectors[row] for lang, row in passages]),
    )
    return Batch(
        _packed(left),
        Packed(torch.from_numpy(np.concatenate(held)).float(), np.array(lengths)),
        np.array([len(found) for found in numbers]),
        vectors[0] @ vectors[1].T,
        np.array([[row in family.gold[q] for row in rows] for _, q in questions]),
        np.array([[row in family.ambiguous[q] for row in rows] for _, q in questions]),
        [_answering(family, q, passages, numbers) for _, q in questions],
    )


def _thinned(
    encoded: States, row: int, rng: np.random.Generator | None
) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int32]]:
    """A text's token states and where each begins, some dropped; the first one always stays."""
    states, begins = encoded.states[row][:MAX_TOKENS], encoded.begins[row][:MAX_TOKENS]
    if rng is None:
        return states, begins
    kept = rng.random(len(states)) >= TOKEN_DROPOUT
    kept[0] = True
    return states[kept], begins[kept]


def _packed(texts: list[npt.NDArray[np.float16]]) -> Packed:
    lengths = np.array([len(text) for text in texts])
    return Packed(torch.from_numpy(np.concatenate(texts)).float(), lengths)


def _answering(
    family: Family,
    question: int,
    passages: list[tuple[str, int]],
    numbers: list[npt.NDArray[np.intp]],
) -> tuple[int, list[bool]] | None:
    gold = min(family.gold[question])
    place = next((place for place, (_, row) in enumerate(passages) if row == gold), None)
    if place is None:
        return None
    language = passages[place][0]
    texts, answers = family.passages[language], family.questions[language].answers[question]
    spans = [texts.sentences[gold][number] for number in numbers[place]]
    holds = [any(answer in texts.texts[gold][a:b] for answer in answers) for a, b in spans]
    return (place, holds) if any(holds) and not all(holds) else None


def losses(head: Head, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss over passages and the loss over the sentences of the right ones."""
    odds, of_sentences = head(batch)
    odds = torch.log_softmax(odds.masked_fill(torch.from_numpy(batch.ignored), -1e4), dim=1)
    right = odds.masked_fill(~torch.from_numpy(batch.right), -1e4)
    found = list(_sentence_losses(batch, of_sentences))
    return (
        -torch.logsumexp(right, dim=1).mean(),
        torch.stack(found).mean() if found else odds.new_zeros(()),
    )


def _sentence_losses(batch: Batch, odds: torch.Tensor) -> Iterator[torch.Tensor]:
    ends = np.cumsum(batch.sentences)
    for question, known in enumerate(batch.answering):
        if known is not None:
            place, holds = known
            mine = odds[question, ends[place] - batch.sentences[place] : ends[place]]
            yield -torch.logsumexp(torch.log_softmax(mine, dim=0)[torch.tensor(holds)], dim=0)


def initial_head(families: list[Family]) -> Head:
    """Start from the mean and the first principal components of the passages' states."""
    rng = np.random.default_rng(SEED)
    sample = []
    for family in families:
        for language in family.languages:
            texts = family.passages[language].encoded.states[: family.passages_trained]
            states = np.concatenate(texts)
            sample.append(states[rng.permutation(len(states))[:4000]].astype(np.float32))
    states = np.concatenate(sample)
    mean = states.mean(axis=0)
    centred = states - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return Head(mean, np.ascontiguousarray(vectors[:, ::-1][:, :WIDTH]))


def train(families: list[Family]) -> Head:
    """One pass over the questions; returns the running average of the weights."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    head = initial_head(families)
    plan: list[tuple[Family, list[int]]] = []
    for family in families:
        for _ in range(DRAWS if len(family.languages) > 1 else 1):
            order = rng.permutation(family.trained).tolist()
            plan += [(family, order[i : i + BATCH]) for i in range(0, len(order), BATCH)]
    rng.shuffle(plan)  # type: ignore[arg-type]
    optimiser = torch.optim.Adam(
        [
            {"params": [head.projection, head.weigh], "lr": LEARNING_RATE},
            {"params": [head.log_scales], "lr": SCALE_RATE},
        ]
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * (1 - 0.95 * step / len(plan))
    )
    averaged = torch.optim.swa_utils.AveragedModel(
        head, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGING)
    )
    shown = np.zeros(2)
    for step, (family, questions) in enumerate(plan, 1):
        ranking, sentence = losses(head, draw_batch(family, questions, rng))
        optimiser.zero_grad()
        (ranking + SENTENCE_LOSS * sentence).backward()
        optimiser.step()
        schedule.step()
        averaged.update_parameters(head)
        shown += [ranking.item(), sentence.item()]
        if step % 50 == 0:
            print(f"step {step}/{len(plan)}, losses {(shown / 50).round(3)}", flush=True)
            shown[:] = 0
    made: Head = averaged.module
    return made


@torch.no_grad()
def measure(head: Head, family: Family) -> None:
    """Print nDCG@10 of vectors alone and with the head, and how often the best sentence answers.

    On what was held out, each language asking the next one.
    """
    from sklearn.metrics import ndcg_score

    languages = sorted(family.questions)
    rows = family.held_out
    for asking, answering in zip(languages, languages[1:] + languages[:1], strict=True):
        count = len(family.first.texts)
        right = np.array([[p in family.gold[r] for p in range(count)] for r in rows])
        cosines, scores = np.empty(right.shape, np.float32), np.empty(right.shape, np.float32)
        chosen: list[bool] = []
        for start in range(0, len(rows), BATCH):
            part = slice(start, min(start + BATCH, len(rows)))
            questions = [(asking, row) for row in rows[part]]
            for first in range(0, count, 64):
                some = slice(first, min(first + 64, count))
                passages = [(answering, row) for row in range(some.start, some.stop)]
                batch = make_batch(family, questions, passages)
                odds, of_sentences = head(batch)
                cosines[part, some], scores[part, some] = batch.cosines, odds.numpy()
                chosen += _chosen(batch, of_sentences.numpy())
        before, after = (ndcg_score(right, values, k=10) for values in (cosines, scores))
        unseen = "unseen" if {asking, answering} & set(UNSEEN) else ""
        print(
            f"{family.name:12} {asking}->{answering} {len(rows):4} questions: vectors {before:.3f}"
            f" head {after:.3f}, sentence {np.mean(chosen):.3f} of {len(chosen)} {unseen}",
            flush=True,
        )


def _chosen(batch: Batch, odds: Floats) -> list[bool]:
    """For each question whose passage is here: whether its best sentence holds the answer."""
    ends = np.cumsum(batch.sentences)
    found = []
    for question, known in enumerate(batch.answering):
        if known is not None:
            place, holds = known
            mine = odds[question, ends[place] - batch.sentences[place] : ends[place]]
            found.append(holds[int(mine.argmax())])
    return found


def write(head: Head, output: Path) -> None:
    """Write the head for `index.late_interaction`: float16, under 1 MB."""
    dense_scale, late_scale, sentence_scale = head.log_scales.exp().tolist()
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
            "late_scale": f"{late_scale:.2f}",
            "sentence_scale": f"{sentence_scale:.2f}",
            "trained_on": "XQuAD (CC BY-SA 4.0), SQuAD 1.1 dev (CC BY-SA 4.0), FacQA (Apache-2.0), "
            "TyDi QA GoldP (Apache-2.0), TICO-19 (CC0)",
        },
    )


def encode(texts: list[str], side: str, file: Path) -> States:
    """Encode texts as "queries" or "passages"; what is in `file` is not made again."""
    if not file.is_file():
        print(f"encoding {len(texts)} texts for {file.name}", flush=True)
        encoder = load_encoder()
        run = encoder.encode_queries if side == "queries" else encoder.encode_passages
        made = run(texts, with_tokens=True)
        if made.tokens is None:
            raise SystemExit(f"the model {encoder.name} gives no token states")
        np.savez(
            file,
            vectors=made.vectors,
            states=np.concatenate([one.states for one in made.tokens]),
            begins=np.concatenate([one.offsets[:, 0] for one in made.tokens]),
            lengths=np.array([len(one.states) for one in made.tokens]),
        )
    stored = np.load(file)
    ends = np.cumsum(stored["lengths"])[:-1]
    return States(
        stored["vectors"], np.split(stored["states"], ends), np.split(stored["begins"], ends)
    )


def main() -> None:
    """Train, write, and measure on what was held out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("training_folder", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--cache", type=Path, default=Path(".train-head-cache"))
    options = parser.parse_args()
    if not options.training_folder.is_dir():
        parser.error(f"no folder {options.training_folder}")
    options.cache.mkdir(parents=True, exist_ok=True)
    families = read_families(options.training_folder, options.cache, encode)
    head = train([family for family in families if family.languages])
    write(head, options.output)
    for family in families:
        measure(head, family)


if __name__ == "__main__":
    main()
