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
        "PT Telkom Indonesia (Persero) Tbk. (TLKM) membukukan laba.",
        "Shares of Acme Corp. (NYSE: ACME) rose.",
        "Nilainya 3.5 persen, atau 25 miliar dolar AS.",
        "Ia bertanya apa? lalu pergi.",
        "Pertukaran pelatihan, pembinaan, dll. di semua tingkatan.",
        "The U.S. Congress met at 10 a.m. Tuesday, said Jane Roe, Ph.D. and judge.",
        "Prof. Dr. K.H. Said Aqil dan PGS.TS. Nguyen hadir, z. B. auch Nr. 5 mit 3 Mio. Euro.",
        "В г. Москве на ул. Ленина нашли 5 млн. рублей.",
        "قال د. محمد إسماعيل ذلك.",
        "大臣は「会議は続ける。」と述べた。",
        "-5 derajat Celsius tercatat di Dieng.",
        "–12°C tercatat di Moskow.",
        "Am 4. Februar 2025 begann der 2. Weltkongress am 12. Platz.",
        "Montag, 14. März 2025: Die Bahn fährt wieder.",
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
        ["Umurnya 45.", "Kemudian ia pulang."],
        ["Sie kam 19.", "Platz war genug."],
        ["Мост стоил 9,4 млрд руб.", "Его строили до 2025 г.", "Министр доволен."],
        ["« Nous sommes prêts. »", "M. Macron est parti."],
        ["„Wir sind bereit.“", "Dann ging er."],
        ["大臣は「はい。」", "次の文です。"],
        ["هل وافق الوزير؟", "نعم، وافق."],
        ["मंत्री आए।", "वे चले गए।"],
    ],
)
def test_boundaries_are_found(parts: list[str]) -> None:
    joiner = "\n" if parts[0].startswith("Baris") else " "
    assert split(joiner.join(parts)) == parts


@pytest.mark.parametrize("mark", ["*", "• ", "- ", "– ", "-- ", "* - "])
def test_list_marks_are_not_quoted(mark: str) -> None:
    text = "Pada pertemuan itu, hal ini disepakati."
    assert split(f"{mark}{text}") == [text]


def test_a_row_of_dashes_is_no_sentence() -> None:
    assert split("-----\nLalu pulang.\n - -\n") == ["Lalu pulang."]


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


def test_a_row_of_marks_is_read_once() -> None:
    # With the square of its length this would take minutes.
    assert len(split("Kata ia " + "…" * 100_000 + "x lalu pulang.")) == 1
