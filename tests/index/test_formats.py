"""Each format, alone, gzipped and in an archive, comes to the same articles."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Metadata, Page, Skipped
from index.cleaning import clean
from index.collection import Collection
from index.formats.crude import depth, plain, strip_tags
from index.formats.decoding import decode
from index.formats.fields import metadata_of, to_date
from index.formats.markdown import read_markdown
from index.formats.parsing import parse
from index.reading import read_folder
from tests.fakes import FakeEncoder

BODY = "Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama pangan."
HTML = f"<!doctype html><html><body><article><p>{BODY}</p><p>{BODY}</p></article></body></html>"
MARKDOWN = f"""---
title: "Rapat: hasilnya"
date: 2024-03-12
url: https://contoh.id/rapat
source: Contoh
author: [Ani, Budi]
---
# Rapat

{BODY.replace("kedua", "**kedua**")} [Tautan](https://x.id "y"), `kode`.
Lanjutan ![gambar](a.png) baris.

- satu
- dua &amp; tiga

<div>Dalam <b>HTML</b></div>
"""
RECORD = {
    "id": "n1", "title": "Kerja sama pangan", "text": f"{BODY}\n\nPendek\n\n{BODY}",
    "date": "2017-08-11T06:44:34Z", "source": "cnn indonesia", "url": "https://cnn.id/a b",
}  # fmt: skip


def read(name: str, data: bytes) -> list[Page | Skipped]:
    return list(parse(name, name, io.BufferedReader(io.BytesIO(data))))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", BODY.encode()),
        ("a.md", MARKDOWN.encode()),
        ("a.html", HTML.encode()),
        ("a.txt", HTML.encode()),
        ("a.aspx", HTML.encode()),
        ("a.jsonl", json.dumps(RECORD).encode()),
        ("a.json", json.dumps([RECORD]).encode()),
        ("a.json", json.dumps(RECORD, indent=1).encode()),
        ("a.json", (json.dumps(RECORD) + "\n" + json.dumps(RECORD | {"id": 2})).encode()),
    ],
)
def test_packed_is_as_unpacked(name: str, data: bytes, tmp_path: Path) -> None:
    plain = read(name, data)
    assert plain
    assert all(isinstance(page, Page) and BODY[:20] in page.text for page in plain)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"sub/{name}", data)
        archive.writestr(f"sub/{name}.gz", gzip.compress(data))
    (tmp_path / name).write_bytes(data)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
    (tmp_path / "arsip.zip").write_bytes(made.getvalue())
    found = list(read_folder(tmp_path))
    for prefix in (name, f"{name}.gz", f"arsip.zip/sub/{name}", f"arsip.zip/sub/{name}.gz"):
        if name == "a.aspx" and prefix.endswith(".gz"):
            continue  # what is packed must say what it is
        these = [p for p in found if isinstance(p, Page)
                 and (p.id == prefix or p.id.startswith(f"{prefix}/"))]  # fmt: skip
        assert [p.id.removeprefix(prefix) for p in these] == [
            p.id.removeprefix(name) for p in plain
        ]
        assert [(p.text, p.metadata, p.digest) for p in these] == [
            (p.text, p.metadata, p.digest) for p in plain
        ]


def test_markdown_loses_its_markup_and_keeps_its_words() -> None:
    page = read_markdown("a.md", MARKDOWN.encode())
    assert page.metadata == Metadata(
        "Rapat: hasilnya", "Contoh", date(2024, 3, 12), "https://contoh.id/rapat", "Ani, Budi"
    )
    assert page.text.split("\n\n") == [
        "Rapat", f"{BODY} Tautan, kode. Lanjutan  baris.", "satu", "dua & tiga", "Dalam HTML",
    ]  # fmt: skip
    article = clean(page)
    assert (article.title, article.url) == ("Rapat: hasilnya", "https://contoh.id/rapat")


CLIP = f"""---
url: https://contoh.id/jalan
---
[Beranda](/) | [Nasional](/n)

# Jalan Rusak Diperbaiki

{BODY}

| Kabupaten | Anggaran |
|---|---|
| Garut | Rp 320 miliar |

{BODY}

Prioritas:

- Jalan Cikajang

## Jadwal

{BODY}

```dataview
table file
```

- [Harga cabai turun](https://contoh.id/cabai)

#klip #ekonomi
"""


def test_lists_and_tables_of_markdown_are_body_and_its_links_are_not() -> None:
    page = read_markdown("a.md", CLIP.encode())
    assert isinstance(page, Page)
    article = clean(page)
    assert (article.title, article.title_on_page) == ("Jalan Rusak Diperbaiki", True)
    assert [(article.text[b.start : b.end], b.role.value) for b in article.blocks] == [
        (BODY, "body"), ("Kabupaten Anggaran", "body"), ("Garut Rp 320 miliar", "body"),
        (BODY, "body"), ("Prioritas:", "body"), ("Jalan Cikajang", "body"),
        ("Jadwal", "heading"), (BODY, "body"),
    ]  # fmt: skip
    rows = CLIP.split("\n")
    shown = {b.line: article.text[b.start : b.end] for b in article.blocks}
    shown |= {d.line: d.text for d in article.dropped}
    for number, text in shown.items():
        assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", rows[number - 1])) | {
            "table", "file",
        }  # fmt: skip
    assert [d.reason for d in article.dropped] == [
        "above the article", "headline", "program code", "below the article", "tags",
    ]  # fmt: skip


def test_a_whole_page_saved_as_markdown_loses_its_furniture() -> None:
    menu = "- [Beranda](/)\n- [Nasional](/n)\n"
    teasers = "## Berita Terkait\n\n- [Harga cabai turun](/c)\n\nPetani senang dengan harga itu.\n"
    page = read_markdown("a.md", f"{menu}\n# Rapat\n\n{BODY * 3}\n\n- beras\n\n{teasers}".encode())
    assert isinstance(page, Page)
    assert clean(page).text.split("\n\n") == [BODY * 3, "beras"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"# Rapat\n\n{BODY}", "Rapat"),
        (f"Judul tanpa pagar\n\n{BODY}", None),
        (f"# Beranda\n\n# Rapat\n\n{BODY}", None),
        (f"{BODY}\n\n# Rapat\n\n{BODY}", None),
        ("# Rapat menteri di Hanoi telah usai.\n\nHari ini", "Rapat menteri di Hanoi telah usai."),
    ],
)
def test_the_headline_of_markdown(text: str, title: str | None) -> None:
    page = read_markdown("a.md", text.encode())
    assert isinstance(page, Page)
    assert page.metadata.title == title


@given(st.text(max_size=200))
def test_any_text_is_markdown(text: str) -> None:
    page = read_markdown("a.md", text.encode("utf-8", "replace"))
    assert isinstance(page, Page | Skipped)
    if isinstance(page, Page):
        article = clean(page)
        assert len(article.blocks) + len(article.dropped) == len(page.lines) + len(page.dropped)


def test_named_fields_count_and_a_bare_text_stays_whole() -> None:
    (page,) = read("a.jsonl", json.dumps(RECORD).encode())
    article = clean(page)
    assert article.id == "a.jsonl/n1"
    assert (article.title, article.outlet, article.published, article.url) == (
        "Kerja sama pangan", "cnn indonesia", date(2017, 8, 11), "https://cnn.id/a%20b"
    )  # fmt: skip
    assert article.text == RECORD["text"]
    short = read("a.jsonl", b'{"id": 1, "text": "Gempa 5,2 SR"}')[0]
    assert clean(short).text == "Gempa 5,2 SR"


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1))
def test_a_record_keeps_every_word_of_its_text(words: list[str]) -> None:
    text = " ".join(["Menteri", *words, "hadir."])
    (page,) = read("a.jsonl", json.dumps({"text": text}).encode())
    if not text.lstrip().startswith("<"):
        assert page.text == text


def test_markup_in_a_field_is_no_text() -> None:
    (page,) = read("a.jsonl", json.dumps({"text": f"<p>{BODY}</p><p>A &lt; B</p>"}).encode())
    assert page.text == f"{BODY}\n\nA < B"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("<!-- wp:paragraph -->\n<p>Menteri <b>Luhut</b> &amp; Bahlil.</p>\n<!-- /wp:paragraph -->",
         "Menteri Luhut & Bahlil."),
        ("<figure><img src='x.jpg'><figcaption>Foto</figcaption></figure><p>Presiden hadir.</p>",
         "Foto\n\nPresiden hadir."),
        ("<img src='https://x.id/a.jpg' />Presiden hadir.", "Presiden hadir."),
        ("<strong>Jakarta</strong> - Bendungan &quot;Cipanas&quot;.<br>Biayanya Rp 2 triliun.",
         'Jakarta - Bendungan "Cipanas".\nBiayanya Rp 2 triliun.'),
        ("Presiden hadir.<br/>Ia <em>pulang</em>.", "Presiden hadir.\nIa pulang."),
        ("Tol &ldquo;gratis&rdquo; &#8211; Senin.", "Tol “gratis” – Senin."),
        ("Baris satu&#13;dua", "Baris satu\ndua"),
        ("x.id/?a=1&copy=2 &notit; A &amp;lt; B", "x.id/?a=1&copy=2 &notit; A &lt; B"),
        ("<data tidak ada> 3 < 5, <Antara> kata menteri", None),
        ("Harga naik, kata <em>Kompas</em>.\n\nBaca juga: Harga cabai turun\n \nSepi.\nTutup.",
         "Harga naik, kata Kompas.\n\nBaca juga: Harga cabai turun\n\nSepi.\nTutup."),
        ("Satu <a href='x'>dua</a>.<br />\nTiga.<br>\n<br>\nEmpat.", "Satu dua.\nTiga.\n\nEmpat."),
        ("Satu.\n\n<img src='a.jpg'> <i>Dua</i>.", "Satu.\n\nDua."),
        ("<div>Satu\n\n<i>dua</i></div>Tiga", "Satu dua\n\nTiga"),
        ("Satu.<br>Dua.<BR>Tiga.", "Satu.\nDua.\nTiga."),
        ("Tulis `<br>` untuk baris baru", None),
        ("Sebuah <p> tanpa akhir", None),
        ("List<String> dan Map<K,V>, List<A> tanpa </p>", None),
        ({"rendered": "<p>Isi &#8211; artikel.</p>", "protected": False}, "Isi – artikel."),
    ],
)  # fmt: skip
def test_a_field_of_a_web_page_is_read_as_one(field: object, expected: str | None) -> None:
    (page,) = read("a.jsonl", json.dumps({"content": field}).encode())
    assert isinstance(page, Page)
    assert page.text == (field if expected is None else expected)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"date": "12/03/2024"}, Metadata(published=date(2024, 3, 12))),
        ({"published_at": 1_500_000_000}, Metadata(published=date(2017, 7, 14))),
        ({"Date": "20240312"}, Metadata(published=date(2024, 3, 12))),
        ({"source": "https://www.tempo.co/a"},
         Metadata(outlet="tempo.co", url="https://www.tempo.co/a")),
        ({"url": "https://tempo.co/b"}, Metadata(outlet="tempo.co", url="https://tempo.co/b")),
        ({"source": {"name": "Antara"}}, Metadata(outlet="Antara")),
        ({"title": None, "author": ["A", "B"]}, Metadata(author="A, B")),
        ({"title": {"rendered": "Jabar &#8220;Perbaiki&#8221; <i>Jalan</i>"}},
         Metadata(title="Jabar “Perbaiki” Jalan")),
    ],
)  # fmt: skip
def test_metadata(fields: dict[str, object], expected: Metadata) -> None:
    assert metadata_of(fields) == (expected, ())


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Why <script> matters", "Why <script> matters"),
        ("# Why `<script>` and `</b>` matter", "Why <script> and </b> matter"),
        ("# A Vec<T>, a <foo> and no </foo-bar>", "A Vec<T>, a <foo> and no </foo-bar>"),
        ("# <b>Two</b><br>lines, <i class='x'>one<wbr>word</i><!-- c -->", "Two lines, oneword"),
        ("# <script>one</script>", "one"),
        ("<div>\n\n# Judul</div>", "Judul"),
    ],
)
def test_a_raw_tag_without_its_partner_is_a_word(markdown: str, text: str) -> None:
    page = read_markdown("a.md", markdown.encode())
    assert isinstance(page, Page)
    assert (page.text, page.metadata.title) == (text, text)


def test_a_long_title_is_kept_and_one_beyond_measure_is_told() -> None:
    title = ("Pertemuan para menteri " * 25).strip()
    url = f"https://kabar.example/?{'a=1&' * 150}"
    metadata, warnings = metadata_of({"title": title, "url": url})
    assert (metadata.title, metadata.url, warnings) == (title, url, ())
    metadata, warnings = metadata_of({"title": "x" * 2001, "author": "y" * 2001, "source": "K"})
    assert (metadata.title, metadata.author, metadata.outlet) == (None, None, "K")
    assert warnings == (
        "the field title has 2,001 characters: left out",
        "the field author has 2,001 characters: left out",
    )


@pytest.mark.parametrize("value", ["2099-05-05", "20990505", 4_081_104_000, 4_081_104_000_000])
def test_a_date_in_the_future_is_none_and_said(value: object) -> None:
    metadata, warnings = metadata_of({"date": value})
    assert metadata.published is None
    assert warnings == (f"the date “{value}” is not understood: undated",)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "ftp://x.id/a", "https://", "tempo"])
def test_no_address(value: str) -> None:
    metadata, warnings = metadata_of({"url": value})
    assert metadata.url is None
    assert warnings


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
def test_any_date_is_a_date_or_none(value: object) -> None:
    found = to_date(value)
    assert found is None or 1800 <= found.year <= 2100


@given(st.text(st.sampled_from(list("<>/!-ab \"'=&;[]CDATA\n")), max_size=60))
def test_tags_are_stripped_from_anything(html: str) -> None:
    strip_tags(html)
    assert depth(html) >= 0


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a =", "</p", "<br\n", " ", "<b x=", "<a></b", "<b>\n"]
)
def test_hostile_markup_in_a_field_takes_a_second_or_so(piece: str) -> None:
    began = time.process_time()
    plain(piece * (200_000 // len(piece)))
    plain("x" + piece * (200_000 // len(piece)) + "</i><br>")
    assert time.process_time() - began < 2


def test_two_versions_under_one_id_both_stay() -> None:
    lines = [{"id": 1, "text": BODY}, {"id": 1, "text": f"{BODY} Baru."}, {"id": 1, "text": BODY}]
    found = read("a.jsonl", "\n".join(map(json.dumps, lines)).encode())
    assert found[0].id == "a.jsonl/1"
    assert found[1].id.startswith("a.jsonl/1~")
    assert found[2] == Skipped("a.jsonl/1", "the same record as line 1", "line 3")


def test_a_changed_line_costs_itself(tmp_path: Path) -> None:
    records = [{"text": f"Menteri ke-{n} hadir di rapat itu."} for n in range(50)]
    folder = tmp_path / "articles"
    folder.mkdir()

    def write() -> None:
        (folder / "a.jsonl").write_text("\n".join(map(json.dumps, records)))

    collection = Collection(tmp_path / "kutip", encoder=FakeEncoder())
    write()
    assert collection.update(folder).encoded == 50
    # Moved, removed, added and rewritten: the others have no id but their text.
    records.insert(0, records.pop(30))
    del records[10]
    records.append({"text": "Menteri baru hadir di rapat itu."})
    write()
    report = collection.update(folder)
    assert (len(report.unchanged), len(report.added), len(report.removed)) == (49, 1, 1)
    assert report.encoded == 1


def test_a_line_that_cannot_be_read_deletes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    lines = [json.dumps({"id": n, "text": f"Menteri ke-{n} hadir."}) for n in range(3)]
    (folder / "a.jsonl").write_text("\n".join(lines))
    collection = Collection(tmp_path / "kutip", encoder=FakeEncoder())
    collection.update(folder)
    (folder / "a.jsonl").write_text("\n".join([lines[0], lines[1][:-4], lines[2]]))
    report = collection.update(folder)
    assert report.kept == ["a.jsonl/1"]
    assert report.skipped[0][0] == "a.jsonl, line 2"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_lines_in_other_encodings(encoding: str) -> None:
    data = "\r\n".join(json.dumps({"id": n, "text": BODY}) for n in range(3)).encode(encoding)
    assert [page.id for page in read("a.jsonl", data)] == [f"a.jsonl/{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Министр иностранных дел встретился с делегациями. " * 5, "cp1251", "windows-1251"),
        ("外務大臣は各国の代表団と会談し、協力について話し合った。" * 5, "cp932", "cp932"),
        ("“Café” résumé déjà vu, kata menteri – itu. " * 5, "cp1252", "windows-1252"),
        ("Trump’s tariffs. " + "Farmers sell land. " * 200, "cp1252", "windows-1252"),
        ("“Ya”, kata José Muñoz–Müller. " + "Ia pulang. " * 200, "cp1252", "windows-1252"),
        ("Regeringen höjer skatten på el från årsskiftet.", "cp1252", "windows-1252"),
        ("L’opposizione però non è d’accordo.", "cp1252", "windows-1252"),
        ("Sejm przyjął w czwartek ustawę budżetową.", "cp1250", "windows-1250"),
        ("Sněmovna ve středu schválila státní rozpočet na příští rok.", "cp1250", "windows-1250"),
        ("Żaden z posłów nie głosował za ustawą w środę.", "iso8859_2", "ISO-8859-2"),
        ("İşçi sendikaları ücretlerin düşük olduğunu söyledi.", "cp1254", "windows-1254"),
        ("Η Βουλή ψήφισε την Τετάρτη τον προϋπολογισμό.", "cp1253", "windows-1253"),
        ("הכנסת אישרה ביום שלישי את תקציב המדינה לשנת 2025.", "cp1255", "windows-1255"),
        ("日本銀行は政策金利を引き上げることを決めた。", "iso2022_jp", "ISO-2022-JP"),
    ],
)  # fmt: skip
def test_a_legacy_encoding_is_guessed_and_said(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding)) == (
        text, (f"not UTF-8: read as {name}, which is a guess",)
    )  # fmt: skip


@pytest.mark.parametrize("data", [b"kata \xff\xfe itu", b"kaf\xc3", "é".encode() + b" \xe9"])
def test_damage_is_no_encoding(data: bytes) -> None:
    filler = b" kata menteri itu" * 50
    found = decode(filler + data)
    assert not isinstance(found, str)
    assert "could not be decoded as utf-8" in found[1][0]


def test_a_declared_encoding_of_seven_bits_is_believed() -> None:
    text = "日本銀行は金利を引き上げることを決めた。" * 20
    html = f"<html><head><meta charset=ISO-2022-JP></head><body><p>{text}</p></body></html>"
    (page,) = read("a.html", html.encode("iso2022_jp"))
    assert isinstance(page, Page)
    assert (page.text, page.warnings) == (text, ())


def test_pairs_of_surrogates_written_as_utf8_are_mended() -> None:
    assert decode(b"a\xed\xa0\xbd\xed\xb8\x80") == ("a😀", ())


def test_a_number_beyond_all_dates_costs_its_own_record_nothing() -> None:
    text = "Menteri pertahanan kedua negara sepakat memperluas pelatihan perwira muda."
    lines = "".join(f'{{"id": {n}, "date": {10**400 if n == 2 else 20}, "text": "{text}"}}\n'
                    for n in range(4))  # fmt: skip
    pages = read("a.jsonl", lines.encode())
    assert [page.id for page in pages] == [f"a.jsonl/{n}" for n in range(4)]
