"""Names: printable, one for one thing, never taken for a passage."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.naming import content_key, inside, leads_outside, printable, record_key

# As file systems give them: any character but NUL, and bytes that are none.
NAMES = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from([chr(0xDC80 + n) for n in range(128)]),
        st.sampled_from(list("\\#x0123\x1b\x85\u202e")),
    ),
    min_size=1,
)


@given(NAMES)
def test_a_name_is_printable_and_no_passage(name: str) -> None:
    shown = printable(name)
    assert shown.isprintable()
    shown.encode()
    assert not re.search(r"#\d+$", shown)


@given(NAMES, NAMES)
def test_two_names_never_become_one(one: str, other: str) -> None:
    assert (printable(one) == printable(other)) is (one == other)


@given(st.lists(st.one_of(st.integers(), st.text(min_size=1)), min_size=2, max_size=2))
def test_two_ids_never_become_one(values: list[object]) -> None:
    keys = [record_key(value) for value in values]
    if None not in keys:
        same = str(values[0]).strip() == str(values[1]).strip()
        assert (inside("a.jsonl", keys[0]) == inside("a.jsonl", keys[1])) is same


@pytest.mark.parametrize("value", [None, "", "  ", True, 1.5, [], {}])
def test_what_names_nothing(value: object) -> None:
    assert record_key(value) is None


def test_an_ordinary_name_is_itself() -> None:
    assert printable("sub/Berita C# é 2024.txt") == "sub/Berita C# é 2024.txt"
    assert inside("news.jsonl", "https://a.id/x?y=1#komentar") == (
        "news.jsonl/https://a.id/x?y=1#komentar"
    )
    assert inside("news.jsonl", "a#3") == "news.jsonl/a\\x233"


def test_long_ids_stay_apart() -> None:
    one, other = (record_key("x" * 5000 + end) for end in "ab")
    assert one != other
    assert len(one) < 300


def test_a_record_without_an_id_goes_by_its_text() -> None:
    assert content_key(" isi ") == content_key("isi") != content_key("isi lain")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "C:\\x", "\\\\host\\x", "..\\x"])
def test_names_that_lead_outside(name: str) -> None:
    assert leads_outside(name)
    assert not leads_outside(name.strip("./\\").replace(":", "").replace("..", "b"))
