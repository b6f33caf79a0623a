from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Menurut Dr. Ir. H. Budi, harganya Rp. 1.000.000 per unit.",
        "Menteri Mmamiloko T. Kubayi tiba pukul 10.47 WIB.",
        "Kantornya di Jl. Sudirman No. 5 Jakarta.",
        "TEMPO.CO, Moskow – Pemerintah Rusia menginginkan hubungan.",
        "Perusahaan itu, PT. Telkom Tbk. dan mitranya, untung.",
        "Nilainya 3.5 persen, atau 25 miliar dolar AS.",
        "Ia bertanya apa? lalu pergi.",
        "Pertukaran pelatihan, pembinaan, dll. di semua tingkatan.",
    ],
)
def test_one_sentence_stays_whole(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    "parts",
    [
        ["Ia pergi ke Hanoi.", "Kemudian pulang."],
        ["“Kami setuju.”", "Begitu katanya."],
        ["Pelatihan, pembinaan, dll.", "Pertama, kedua pihak setuju."],
        ["これは文です。", "次の文です。"],
        ["Berapa?", "Dua puluh!", "Baik…", "Selesai."],
        ["Baris satu", "Baris dua"],
        ["Pada tahun 2019.", "2020 lebih baik."],
    ],
)
def test_boundaries_are_found(parts: list[str]) -> None:
    joiner = "\n" if parts[0].startswith("Baris") else " "
    assert split(joiner.join(parts)) == parts


def test_list_marks_are_not_quoted() -> None:
    assert split("*Pada pertemuan itu, hal ini disepakati.") == [
        "Pada pertemuan itu, hal ini disepakati."
    ]


@given(st.text(alphabet=st.sampled_from('aB. !?…\n"”(*-。1́é'), max_size=80) | st.text(max_size=80))
def test_spans_are_ordered_trimmed_and_lose_only_edges(text: str) -> None:
    spans = sentences(text)
    previous = 0
    for start, end in spans:
        assert previous <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert not text[previous:start].strip(" \t\n*•·–-" + "".join(filter(str.isspace, text)))
        previous = end
