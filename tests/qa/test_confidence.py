"""How sure an answer is."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.article import Passage
from qa.answer import Hit
from qa.confidence import SILENT, THRESHOLD, confidence, evidence

HIT = Hit(
    rank=1,
    passage=Passage("a", 1, 0, 4, "teks", ""),
    score=45.0,
    dense=0.86,
    bm25=0.0,
    known=0.3,
    late=0.75,
    sentence=0.7,
)
SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE)
def test_a_better_match_makes_surer(one: float, other: float, dense: float, known: float) -> None:
    worse, better = sorted((one, other))
    sure = [
        confidence([replace(HIT, late=late, dense=dense, known=known)], silent=False)
        for late in (worse, better)
    ]
    assert 0 <= sure[0] <= sure[1] <= 1


@given(SHARE, SHARE)
def test_without_late_interaction_the_best_cosine_decides(one: float, other: float) -> None:
    worse, better = sorted((one, other))
    sure = [
        confidence([replace(HIT, late=None, dense=worse), replace(HIT, late=None, dense=dense)],
                   silent=False)
        for dense in (worse, better)
    ]  # fmt: skip
    assert 0 <= sure[0] <= sure[1] <= 1


def test_only_the_best_hit_is_evidence() -> None:
    assert evidence([HIT, replace(HIT, late=0.9)]) == evidence([HIT])


def test_no_hits_and_unnamed_countries_are_refused() -> None:
    assert confidence([], silent=False) == 0.0
    assert confidence([HIT], silent=False) > THRESHOLD
    assert confidence([HIT], silent=True) <= SILENT
