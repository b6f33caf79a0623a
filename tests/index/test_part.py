from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.part import Entry, Facts, Part

OUTLETS = st.sampled_from(["tempo", "kompas", None])
PASSAGES = st.lists(
    st.tuples(st.integers(1, 9), st.just(0), st.just(1), st.sampled_from(["", "ctx", "ctx 2"])),
    max_size=3,
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    text = draw(st.text("aé世", max_size=5))
    passages = tuple(
        (*passage, bytes([passage[0]]) * 32, passage[3].encode().ljust(32, b"c") * bool(passage[3]))
        for passage in draw(PASSAGES)
    )
    facts = Facts(draw(OUTLETS), None, draw(st.sampled_from([None, date(2025, 1, 2)])))
    return Entry(draw(st.text("xyz", max_size=3)), bytes(16), '{"a": 1}', text, facts, passages)


@given(st.lists(entries(), max_size=6), st.lists(entries(), max_size=4), st.data())
def test_parts_joined_hold_the_chosen_articles(
    base: list[Entry], fresh: list[Entry], data: st.DataObject
) -> None:
    every = [*range(len(base)), *(~place for place in range(len(fresh)))]
    places = data.draw(st.lists(st.sampled_from(every), max_size=10)) if every else []
    made = Part.joined(Part.of(base), Part.of(fresh), np.array(places, dtype=np.int64))
    expected = [base[place] if place >= 0 else fresh[~place] for place in places]
    assert [made.entry(nth) for nth in range(len(made))] == expected
    again = Part.joined(made, Part.of(()), np.arange(len(made)))
    assert [again.entry(nth) for nth in range(len(again))] == expected
    assert {name: array.dtype for name, array in made.arrays().items()} == {
        name: array.dtype for name, array in Part.of(expected).arrays().items()
    }
