"""Bad input, numbers 25 to 34: documents, archives and records."""

from __future__ import annotations

import gzip
import io
import json
import stat
import zipfile
from pathlib import Path

from index.formats.naming import content_key
from tests.bad_input.case import OK, PART, SKIP, Case, body, files

NOT_READ = SKIP + "not a kind of file Kutip reads"


def zipped(members: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def bombs(folder: Path) -> None:
    (folder / "zeros.zip").write_bytes(zipped({"zeros.txt": bytes(300_000_000)}))
    inner = zipped({"a.txt": body()})
    for _ in range(5):
        inner = zipped({"deeper.zip": inner})
    (folder / "nested.zip").write_bytes(inner)
    with gzip.open(folder / "zeros.txt.gz", "wb") as file:
        for _ in range(100):
            file.write(bytes(1_000_000))
    with gzip.open(folder / "zeros.jsonl.gz", "wb") as file:
        for _ in range(100):
            file.write(b" " * 999_999 + b"\n")
    (folder / "bomb.docx").write_bytes((folder / "zeros.zip").read_bytes())


def odd_members(folder: Path) -> None:
    import warnings

    made = folder / "odd.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as archive:
        warnings.simplefilter("ignore")  # "Duplicate name": on purpose
        for name in ("../../up.txt", "/etc/abs.txt", "C:\\drive.txt", "twice.txt", "twice.txt"):
            archive.writestr(name, body(name))
        archive.writestr(link, "/etc/passwd")
        archive.writestr("sub/ok.txt", body("sah"))
        archive.writestr("news.jsonl", json.dumps({"id": 7, "text": body("arsip")}))


def gzips(folder: Path) -> None:
    packed = gzip.compress(body().encode())
    (folder / "two.txt.gz").write_bytes(packed + gzip.compress(body("energi").encode()))
    long = "".join(body(f"kota {n}") for n in range(500))
    (folder / "cut.txt.gz").write_bytes(gzip.compress(long.encode())[:-900])
    lines = "\n".join(json.dumps({"id": n, "text": body(f"desa {n}")}) for n in range(40))
    (folder / "cut.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-8])
    (folder / "bare.gz").write_bytes(packed)


NAMELESS = "Menteri tanpa nama hadir di rapat hari itu."
RECORDS = "\n".join([
    json.dumps({"id": "satu", "text": body("satu")}),
    '{"id": "rusak", "text": "tidak ditutup',
    "[" * 100_000,
    '{"id": "dua", "title": "A", "title": "B", "text": "Menteri kedua hadir di rapat hari itu."}',
    '{"id": "tiga", "skor": NaN, "url": NaN, "text": "Menteri ketiga hadir di rapat hari itu."}',
    '{"id": "empat", "skor": 1e999, "text": "Menteri keempat hadir di rapat hari itu juga."}',
    json.dumps({"id": "lima", "judul": "tanpa isi"}),
    "17",
    json.dumps({"id": "satu", "text": body("satu")}),
    json.dumps({"text": NAMELESS}),
])  # fmt: skip
ALIASES = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n" + body()
OBJECT = '---\ntitle: !!python/object/apply:os.system ["touch kena"]\n---\n' + body()
COLON = "---\ntitle: Rapat: hasil akhir\ndate: 2024-03-12\n---\n" + body()

CASES = (
    Case(25, files({"encrypted.pdf": b"%PDF-1.7\n/Encrypt 5 0 R", "pages.pdf": b"%PDF-1.4\n",
                    "scan.txt": b"%PDF-1.4\n/Subtype /Image"}),
         {"encrypted.pdf": NOT_READ, "pages.pdf": NOT_READ, "scan.txt": SKIP + "a PDF"}),
    Case(26, files({"loop.pdf": b"%PDF-1.7\nxref\n0 1\ntrailer <</Prev 9>>\nstartxref\n9\n%%EOF"}),
         {"loop.pdf": NOT_READ}),
    Case(27, files({"bomb.pdf": b"%PDF-1.7\n<</Filter/FlateDecode>>stream\n" + bytes(9999)}),
         {"bomb.pdf": NOT_READ}),
    Case(28, files({"cut.pdf": b"%PDF-1.7\n1 0 obj <<", "xref.pdf": b"%PDF-1.7\nxref\nzzz"}),
         {"cut.pdf": NOT_READ, "xref.pdf": NOT_READ}),
    Case(29, bombs, {"zeros.zip": SKIP + "a bomb", "zeros.txt.gz": SKIP + "a bomb|longer than",
                     "zeros.jsonl.gz": SKIP + "a bomb", "bomb.docx": NOT_READ,
                     "nested.zip/deeper.zip": SKIP + "an archive inside an archive"}),
    Case(30, odd_members,
         {"odd.zip/../../up.txt": SKIP + "leads outside",
          "odd.zip//etc/abs.txt": SKIP + "leads outside",
          "odd.zip/C:\\\\drive.txt": SKIP + "leads outside", "odd.zip/link.txt": SKIP + "a link",
          "odd.zip/twice.txt": PART + "comes again", "odd.zip/sub/ok.txt": OK,
          "odd.zip/news.jsonl/7": OK}),
    Case(31, gzips, {"two.txt.gz": OK, "cut.txt.gz": PART + "ends early",
                     "cut.jsonl.gz": SKIP + "ends early", "bare.gz": NOT_READ,
                     **{f"cut.jsonl.gz/{n}": OK for n in range(40)}}),
    Case(32, files({"news.jsonl": RECORDS, "deep.json": "[" * 100_000}),
         {"news.jsonl/satu": PART + "the same record as line 1",
          "news.jsonl/dua": PART + "given twice, the last counts: title",
          "news.jsonl/tiga": OK, "news.jsonl/empat": OK,
          "news.jsonl/lima": SKIP + "no field called text",
          "news.jsonl, line 2": SKIP + "not JSON", "news.jsonl, line 3": SKIP + "nested too deep",
          "news.jsonl, line 8": SKIP + "not a JSON object",
          f"news.jsonl/{content_key(NAMELESS)}": OK, "deep.json": SKIP + "nested too deep"}),
    Case(33, files({"wide.csv": 'a,"' + "x" * 2_000_000, "open.csv": 'a,b\n"c,d\n'}),
         {"wide.csv": NOT_READ, "open.csv": NOT_READ}),
    Case(34, files({"alias.md": ALIASES, "object.md": OBJECT, "colon.md": COLON}),
         {"alias.md": SKIP + "front matter with aliases",
          "object.md": SKIP + "front matter with a tag",
          "colon.md": PART + "no YAML"}),
)  # fmt: skip
