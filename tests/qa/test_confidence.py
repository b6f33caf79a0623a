"""How sure an answer is: what counts as a rival, and that being ahead of rivals counts."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from index.article import Passage
from qa.answer import Hit, Version
from qa.confidence import CLEAR, SILENT, THRESHOLD, confidence, evidence


def hit(rank: int, article: str, score: float, *, also: tuple[str, ...] = ()) -> Hit:
    return Hit(
        rank=rank,
        passage=Passage(article, 1, 0, 4, "teks", ""),
        score=score,
        dense=0.85,
        bm25=0.0,
        known=0.5,
        late=0.65,
        sentence=0.6,
        also=tuple(Version(a, "", None, date(2025, 1, 1), None, 0, 4, "teks") for a in also),
    )


def lead(found: list[Hit], best: int = 0) -> float:
    return evidence(found[best], found)[-1]


def test_the_lead_is_over_the_next_five_of_other_articles() -> None:
    found = [hit(1, "a", 40.0), *(hit(n, f"{n}", 40.0 - n / 2) for n in range(2, 9))]
    assert lead(found) == (2 + 3 + 4 + 5 + 6) / 5 / 2


def test_passages_of_the_same_article_and_reprints_are_no_rivals() -> None:
    found = [hit(1, "a", 40.0, also=("copy",)), hit(2, "a", 39.5), hit(3, "copy", 39.0),
             hit(4, "b", 37.5)]  # fmt: skip
    assert lead(found) == 2.5


def test_what_stands_above_a_hit_was_put_aside_and_is_no_rival() -> None:
    found = [hit(1, "canada", 45.0), hit(2, "japan", 40.0), hit(3, "turkey", 38.0)]
    assert lead(found, best=1) == 2.0


def test_a_single_article_is_held_against_its_own_passages() -> None:
    assert lead([hit(1, "a", 40.0), hit(2, "a", 39.0)]) == 1.0
    assert lead([hit(1, "a", 40.0)]) == 0.0


def test_a_clear_lead_is_as_good_as_any() -> None:
    assert lead([hit(1, "a", 60.0), hit(2, "b", 20.0)]) == CLEAR


@given(st.floats(0, 30), st.floats(0, 30))
def test_a_larger_lead_makes_surer(one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    sure = [confidence([first := hit(1, "a", 40.0)], [first, hit(2, "b", 40.0 - by)], silent=False)
            for by in (smaller, larger)]  # fmt: skip
    assert 0 <= sure[0] <= sure[1] <= 1


def test_no_hits_and_unnamed_countries_are_refused() -> None:
    assert confidence([], [], silent=False) == 0.0
    found = [hit(1, "a", 60.0), hit(2, "b", 20.0)]
    assert confidence(found[:1], found, silent=False) > THRESHOLD
    assert confidence(found[:1], found, silent=True) <= SILENT
