"""Carrying a plan out: encode what is missing, then publish the new generation at once.

Encodings are kept batch by batch, outside any transaction, so an interrupted run continues where
it stopped; one transaction then publishes the generation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from index.backends.backend import Address
from index.backends.proving import wrong_in_engine
from index.backends.publishing import Changes, moves, prepare
from index.backends.sweeping import sweep
from index.embedding import Encoder
from index.encode import (
    Elsewhere,
    count_cut,
    count_passages,
    encode,
    fault,
    needing,
    wanted,
)
from index.errors import ModelError
from index.late_interaction import LateInteraction
from index.outlines import outline_of
from index.plan import Before, Plan, Progress
from index.report import Report
from index.sites import restore
from index.stages import timed
from index.store import Store, seal

# Raised when reading, cleaning, splitting or terms change: every file is then cleaned anew, and
# only passages that came out different are encoded.
RECIPE = "6"


@dataclass(frozen=True, slots=True)
class Maker:
    """What a generation is made with.

    `backend` is where its passages are to be searched from now on, None where they are; `workers`
    encode, None this process; `tell(stage, done, total)` is called between steps.
    """

    encoder: Encoder
    late: LateInteraction | None
    tell: Progress
    backend: Address | None = None
    workers: Elsewhere | None = None

    @property
    def identity(self) -> str:
        """See `encoder_identity`."""
        return encoder_identity(self.encoder, self.late)


def encoder_identity(encoder: Encoder, late: LateInteraction | None) -> str:
    """What vectors and token states depend on; collections of another identity do not mix."""
    return f"{encoder.fingerprint}+{late.fingerprint if late else 'none'}"


def foresee(
    directory: Path, plan: Plan, report: Report, before: Before, identity: str, *, anew: bool
) -> None:
    """What carrying out the plan would encode."""
    keys = set(wanted(plan.made, identity).texts)
    if before.meta and not anew:
        with Store.open(directory) as store, store.reading():
            keys = store.encodings.missing(keys)
    report.encoded = count_passages(plan.made, identity, keys)
    report.generation = before.generation


@timed("look up")
def carry_out(
    directory: Path,
    plan: Plan,
    report: Report,
    before: Before,
    maker: Maker,
    *,
    anew: bool = False,
    verify: bool = False,
) -> None:
    """Encode what is missing, then publish the new generation; needs the writer's lock.

    `anew` keeps nothing of what was encoded, `verify` asks the engine whether it has everything.
    Raises ModelError when the encoder makes nothing of any article and none is there from before.
    """
    facts = {
        "encoder": maker.encoder.name,
        "identity": maker.identity,
        "dimension": str(maker.encoder.dimension),
        "token_width": str(maker.late.width if maker.late else 0),
        "recipe": RECIPE,
        "folder": report.folder,
    }
    with Store.create(directory, {"id": uuid4().hex, **facts}) as store:
        if anew:
            store.encodings.renew()
        complete = _encode_missing(store, plan, report, before, maker, anew=anew)
        # Where an article was left out, its outlet's others are not yet what they would be with it.
        facts |= {"settled": "1" if complete else "0", "unpublished": "0"}
        said = store.meta().get("backend", "")
        moving = moves(said, maker.backend)
        lost = verify and bool(said) and not moving and bool(wrong_in_engine(store))
        differs = plan.made or report or plan.files != before.files
        if moving or lost or differs or facts.items() - before.meta.items():
            _publish(
                store, plan, report, before, facts, maker, whole=anew, moving=moving, lost=lost
            )
        sweep(store)
        meta = store.meta()
        report.generation = int(meta["generation"])
        report.passages = int(meta.get("passages") or store.passage_count())


def _encode_missing(
    store: Store, plan: Plan, report: Report, before: Before, maker: Maker, *, anew: bool
) -> bool:
    """Encode what the plan's articles need; whether the encoder made something usable of all.

    Articles of which it did not are left out of the plan. Raises ModelError when none is left and
    none is there from before.
    """
    identity = maker.identity
    needed = wanted(plan.made, identity)
    todo = set(needed.texts) if anew else store.encodings.missing(needed.texts)
    failed = encode(
        store, todo, needed, maker.encoder, maker.late, tell=maker.tell, workers=maker.workers
    )
    report.encoded = count_passages(plan.made, identity, todo)
    report.cut = count_cut(plan.made, identity, todo, maker.encoder)
    if not failed:
        return True
    texts = needing(plan.made, identity, failed)
    unusable = {a: fault(text, maker.encoder, maker.late) for a, text in texts.items()}
    stays = before.articles and before.meta.get("identity") == identity
    if unusable.keys() == plan.made.keys() and not stays:
        # Left out, nothing would be there: another encoder's articles are not kept.
        raise ModelError(
            f"the model {maker.encoder.name} made usable numbers of no article "
            f"({next(iter(unusable.values()))}), so nothing was changed; use another model"
        )
    _leave_out(plan, report, before, unusable)
    return False


def _leave_out(plan: Plan, report: Report, before: Before, articles: Mapping[str, str]) -> None:
    """Articles that the encoder makes nothing of stay as they were, or out, until the next run.

    Each is named with the reason.
    """
    for article, reason in sorted(articles.items()):
        del plan.made[article]
        plan.files.pop(plan.sources.pop(article, ""), None)
        report.skipped.append(
            (article, f"the encoder made no usable numbers of it ({reason}); tried again")
        )
    arrivals = {new: old for old, new in report.moved}
    report.kept += [arrivals.get(a, a) for a in articles if arrivals.get(a, a) in before.articles]
    report.moved = [(old, new) for old, new in report.moved if new not in articles]
    for group in (report.added, report.changed, report.unchanged):
        group[:] = [article for article in group if article not in articles]


@timed("publish")
def _publish(
    store: Store,
    plan: Plan,
    report: Report,
    before: Before,
    facts: dict[str, str],
    maker: Maker,
    *,
    whole: bool,
    moving: bool,
    lost: bool,
) -> None:
    """One transaction: the new generation is seen whole, or the old one is.

    `whole` looks at all that is stored, not only at what the plan touches; `moving` says that the
    passages are to be searched elsewhere than before, `lost` that the engine has not all of them.
    """
    meta = store.meta()  # the lock is held: nobody else changes it
    anew = meta.get("identity") != facts["identity"]
    # A rebuild by another encoder replaces every article, also those it could not read again.
    if anew:
        report.removed += report.kept
        report.kept = []
    gone = [*report.removed, *(old for old, _ in report.moved)]
    touched = [*gone, *plan.made]
    generation = int(meta["generation"])
    if plan.made or gone or anew or moving or lost:
        generation += 1
    changes = Changes(
        plan.made, gone, generation, facts["identity"], int(facts["dimension"]),
        anew=whole or anew or lost,
    )  # fmt: skip
    prepared = None
    if generation > int(meta["generation"]):
        prepared = prepare(store, changes, to=maker.backend, tell=maker.tell)
    with store.writing():
        # An interrupted run has left encodings that nobody knows of but the whole table.
        whole = whole or anew or before.meta.get("unpublished") == "1"
        orphans = None if whole else store.encoding_keys(touched)
        total = 0 if whole else int(meta["seal"], 16) - store.fingerprint(touched)
        count = int(meta.get("passages") or store.passage_count()) - store.passage_count(touched)
        store.remove_articles(gone)
        for article, passages in plan.made.values():
            store.put_article(
                article, passages, file=plan.sources.get(article.id, article.id),
                generation=generation, outline=outline_of(restore(article)),
                identity=facts["identity"],
            )  # fmt: skip
        store.encodings.drop_unused(orphans)
        store.files.drop(before.files.keys() - plan.files.keys())
        store.files.put({p: f for p, f in plan.files.items() if before.files.get(p) is not f})
        total += store.fingerprint(store.article_ids() if whole else touched)
        count = store.passage_count() if whole else count + store.passage_count(touched)
        stated = {"generation": generation, "seal": seal(total), "passages": count}
        store.set_meta(facts | {name: str(value) for name, value in stated.items()})
        if prepared is not None:
            prepared.record(store)
