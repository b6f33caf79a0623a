"""Exact phrases: whole words, any case and spacing; offsets into the text as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.phrases import Phrase

# Letters and their marks as characters of their own.
APART = unicodedata.normalize("NFD", "Hà Nội")


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("kedua pihak", "Kedua  pihak\nsepakat; KEDUA\tPIHAK.", ["Kedua  pihak", "KEDUA\tPIHAK"]),
        ("dua pihak", "Kedua pihak", []),
        ("pihak", "pihak-pihak kepihakan", ["pihak", "pihak"]),
        ("Ha Noi", "tại Hà Nội và Hanoi", ["Hà Nội"]),
        ("Hà Nội", "Ha Noi, Hà Nội", ["Hà Nội"]),
        ("Dien Bien", "Điện Biên", ["Điện Biên"]),
        ("Hà Nội", APART, [APART]),
        ("Ha Noi", APART, [APART]),
        ("ASEAN-Vietnam", "ASEAN–Vietnam", ["ASEAN–Vietnam"]),
        ("Jum'at", "Jum’at", ["Jum’at"]),
        ("C++ (2025)", "bahasa C++ (2025)", ["C++ (2025)"]),
        ("a.c", "abc a.c", ["a.c"]),
        ("大学", "北京大学生", ["大学"]),
        ("2017", "2017 12017 2017a", ["2017"]),
    ],
)  # fmt: skip
def test_where_a_phrase_stands(phrase: str, text: str, found: list[str]) -> None:
    spans = Phrase(phrase).spans(text)
    assert [text[start:end] for start, end in spans] == found
    assert Phrase(phrase).within(text) is bool(found)


@given(
    st.text(max_size=30), st.text(min_size=1, max_size=12).filter(str.strip), st.text(max_size=30)
)
@settings(deadline=None)
def test_a_phrase_stands_where_it_was_put(before: str, phrase: str, after: str) -> None:
    text = f"{before} {phrase} {after}"
    assert all(0 <= start < end <= len(text) for start, end in Phrase(phrase).spans(text))
    assert Phrase(phrase).within(f"{before} . {phrase} . {after}")
