"""Exact phrases: whole words, any case and spacing; offsets into the text as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.words import terms
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
        ("Finanzminister", "der Finanz\u00admi\u00adnister.", ["Finanz\u00admi\u00adnister"]),
        ("Finanz\u00administer", "der Finanzminister", ["Finanzminister"]),
        ("minister", "Finanz\u00administer", []),
        ("Finanz", "Finanz\u00administer", []),
        ("a bc", "\ufeffa\u200b \u2060 b\u200bc\u200b.", ["a\u200b \u2060 b\u200bc"]),
        ("کتابها", "کتاب\u200cها", []),
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


LETTERS = "aAdDđĐeéẾiıİoøØlłsſkK\u212buư nN-'’ʼ´15_.™㎏\u0301\u0323\u0307\u20dd\ufe0f\u0345ßж世"
LETTERS += "\u00ad\u200b"


@given(
    st.text(LETTERS, max_size=25),
    st.text(LETTERS, max_size=10),
    st.integers(0, 20),
    st.integers(1, 12),
    st.data(),
)
@settings(max_examples=1500, deadline=None)
def test_no_text_with_a_phrase_is_without_its_grams(
    text: str, between: str, start: int, size: int, data: st.DataObject
) -> None:
    # A phrase out of the text, as readers type it: with or without accents, in any case.
    typed = text[start : start + size]
    if data.draw(st.booleans()):
        typed = "".join(
            c for c in unicodedata.normalize("NFD", typed) if not unicodedata.combining(c)
        )
    phrase = Phrase(data.draw(st.sampled_from([typed, typed.lower(), typed.upper()])))
    if not phrase.text.strip():
        return
    texts = [text, f"{between}{text}", f"{text}{between}", between]
    index = LexicalIndex([terms(one) for one in texts])
    if data.draw(st.booleans()):
        index = LexicalIndex.mapped(index.arrays())
    having = index.having(phrase.grams()).tolist()
    for one, may in zip(texts, having, strict=True):
        assert may or not phrase.within(one), (phrase, one, phrase.grams())


def test_the_grams_of_a_phrase_narrow_the_search() -> None:
    texts = ["Hà Nội hari ini", "hanya kota", "Hanoi", "tujuan damai", "tujuan damainya"]
    index = LexicalIndex([terms(text) for text in texts])
    assert index.having(Phrase("Ha Noi").grams()).tolist() == [True, False, False, False, False]
    assert index.having(Phrase("tujuan damai").grams()).tolist() == [False] * 3 + [True, True]
